/** Bundles a TypeScript program of this repository for the Node that runs it, beside node_modules so that it finds them. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Returns the path of the program. */
export async function bundleSource(entry, name) {
  const outfile = at(`node_modules/.cache/${name}-${process.pid}.mjs`);
  await build({
    entryPoints: [at(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    external: ['ws', 'better-sqlite3', '@echogarden/espeak-ng-emscripten'],
    alias: {
      '#websocket': at('src/wire/platform/websocket.node.ts'),
      '#base64': at('src/wire/platform/base64.node.ts'),
    },
    logLevel: 'silent',
  });
  return outfile;
}
