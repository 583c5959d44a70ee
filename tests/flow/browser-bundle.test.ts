import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { verifies } from '../requirements.ts';

const LIMIT_BYTES = 25_000;

describe('parlando/flow in a browser', () => {
  test('bundles to 25 kB gzip at most, and asks for nothing of Node', async (context) => {
    verifies(context, 'govern:browser');
    const { bytes, imports } = await bundle('flow');
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(imports).toEqual([]);
  });

  test.for(['flow/phases', 'flow/draw', 'flow/conversation', 'flow/scenario'])(
    'parlando/%s asks for nothing of Node either',
    async (entry, context) => {
      verifies(context, 'govern:browser');
      expect((await bundle(entry)).imports).toEqual([]);
    },
  );
});

/** The entry as a browser would load it, and what it could not bundle. */
async function bundle(
  entry: string,
): Promise<{ readonly bytes: Uint8Array; readonly imports: readonly string[] }> {
  const built = await build({
    entryPoints: [fileURLToPath(new URL(`../../src/${entry}/index.ts`, import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    external: [...builtinModules, 'node:*'],
    metafile: true,
    write: false,
  });
  const [output] = built.outputFiles;
  if (output === undefined) throw new Error(`nothing was built of ${entry}`);
  return { bytes: output.contents, imports: externalsOf(built.metafile) };
}

function externalsOf({ outputs }: Metafile): readonly string[] {
  return Object.values(outputs).flatMap(({ imports }) =>
    imports.filter(({ external }) => external === true).map(({ path }) => path),
  );
}
