/** `npm run soak`: bundles the soak from its source and runs it, so that nothing has to be built. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleSource } from './bundle-source.mjs';

const recording = fileURLToPath(new URL('../../shared/audio/jfk.wav', import.meta.url));
const [main, worker] = await Promise.all([
  bundleSource('soak/main.ts', 'soak-main'),
  bundleSource('soak/worker.ts', 'soak-worker'),
]);
const child = spawn(
  process.execPath,
  ['--enable-source-maps', main, worker, recording, ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
process.exitCode = await new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
await Promise.all([main, worker].map((file) => rm(file, { force: true })));
