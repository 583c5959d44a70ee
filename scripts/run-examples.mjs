/** `npm run examples`: runs the `main.mjs` of every folder of `examples/`; each verifies itself and ends by itself. */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../examples', import.meta.url));
const TIME_LIMIT_MS = 60_000;

const entries = await readdir(folder, { withFileTypes: true });
const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
let failures = 0;
for (const name of names.sort()) {
  const startMs = performance.now();
  const failure = await runExample(name);
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(`${failure === undefined ? 'pass' : 'FAIL'}  ${name.padEnd(20)} ${seconds} s`);
  if (failure === undefined) continue;
  failures += 1;
  console.log(failure.replace(/^/gm, '      '));
}
console.log(`${names.length - failures} of ${names.length} examples pass`);
process.exitCode = failures === 0 && names.length > 0 ? 0 : 1;

/** What the example said when it failed, or undefined. */
async function runExample(name) {
  try {
    await run(process.execPath, [`${folder}/${name}/main.mjs`], { timeout: TIME_LIMIT_MS });
    return undefined;
  } catch ({ killed, stdout = '', stderr = '', message }) {
    if (killed) return `not done within ${TIME_LIMIT_MS / 1000} s\n${stdout}${stderr}`;
    return `${stdout}${stderr}` || message;
  }
}
