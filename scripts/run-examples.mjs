/**
 * `npm run examples`: runs the `main.mjs` of every folder of `examples/`, or of those that are named; each verifies itself
 * and ends by itself.
 */
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../examples', import.meta.url));
const TIME_LIMIT_MS = 60_000;
/** They mostly wait for speech to be over. */
const AT_ONCE = 3;

const asked = process.argv.slice(2);
const entries = await readdir(folder, { withFileTypes: true });
const known = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.log(`There is no example ${unknown.join(', ')}. There are: ${known.sort().join(', ')}.`);
  process.exit(1);
}
const names = asked.length > 0 ? asked : known.sort();
const waiting = names.values();
let failures = 0;
await Promise.all(Array.from({ length: AT_ONCE }, runWaiting));
console.log(`${names.length - failures} of ${names.length} examples pass`);
process.exitCode = failures === 0 && names.length > 0 ? 0 : 1;

async function runWaiting() {
  for (const name of waiting) {
    const startMs = performance.now();
    const failure = await runExample(name);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
    console.log(`${failure === undefined ? 'pass' : 'FAIL'}  ${name.padEnd(20)} ${seconds} s`);
    if (failure === undefined) continue;
    failures += 1;
    console.log(failure.replace(/^/gm, '      '));
  }
}

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
