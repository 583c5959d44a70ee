/**
 * `npm run test:runtimes`: the packed package, installed, runs tests/portability/smoke.mjs under every runtime that is
 * promised. Runtimes come from npm into `.runtimes/`, outside the lock file, and are kept for the next run.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, '.runtimes');
const app = join(folder, 'app');

const INSTALL_TIMEOUT_MS = 180_000;
const SMOKE_TIMEOUT_MS = 45_000;
const NPM_QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

const RUNTIMES = [
  { name: 'node (this)', command: process.execPath },
  { name: 'node 22', install: 'node@22', bin: 'node' },
  { name: 'node 24', install: 'node@24', bin: 'node' },
  { name: 'bun', install: 'bun@1', bin: 'bun', args: ['run'] },
  { name: 'deno', install: 'deno@2', bin: 'deno', args: ['run', '--allow-all', '--node-modules-dir=manual'] },
];

try {
  await installPackage();
} catch ({ stdout = '', stderr = '', message }) {
  console.log(`FAIL  the package cannot be packed and installed\n${`${stdout}${stderr}` || message}`);
  process.exit(1);
}
const installed = await Promise.all(RUNTIMES.map(installRuntime));
let failures = 0;
for (const runtime of installed) {
  const { passed, line, output } = await smoke(runtime);
  console.log(`${passed ? 'pass' : 'FAIL'}  ${runtime.name.padEnd(12)} ${line}`);
  if (!passed) {
    failures += 1;
    console.log(output.replace(/^/gm, '      '));
  }
}
console.log(`${installed.length - failures} of ${installed.length} runtimes pass`);
process.exitCode = failures === 0 ? 0 : 1;

/** Packs what is built (building first) and installs it as a user would. */
async function installPackage() {
  await rm(app, { recursive: true, force: true });
  await mkdir(app, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', app], { cwd: root });
  const [{ filename }] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))));
  await writeFile(join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
  await run('npm', ['install', ...NPM_QUIET, join(app, filename)], { cwd: app, timeout: INSTALL_TIMEOUT_MS });
  await copyFile(join(root, 'tests/portability/smoke.mjs'), join(app, 'smoke.mjs'));
}

/** A runtime with the command that starts it, or with the reason why there is none. */
async function installRuntime({ name, command, install, bin, args = [] }) {
  if (command !== undefined) return { name, command, args };
  const prefix = join(folder, install);
  const path = join(prefix, 'node_modules', '.bin', bin);
  try {
    const isThere = await version(path).catch(() => undefined);
    if (isThere === undefined) {
      await mkdir(prefix, { recursive: true });
      await writeFile(join(prefix, 'package.json'), '{ "private": true }\n');
      await run('npm', ['install', ...NPM_QUIET, install], { cwd: prefix, timeout: INSTALL_TIMEOUT_MS });
      await version(path);
    }
    return { name, command: path, args };
  } catch (failure) {
    return { name, problem: `cannot be installed: ${failure.stderr || failure.message}` };
  }
}

async function version(command) {
  const { stdout } = await run(command, ['--version'], { timeout: 30_000 });
  return stdout.trim().split('\n')[0];
}

async function smoke({ command, args, problem }) {
  if (problem !== undefined) return { passed: false, line: 'not run', output: problem };
  const label = await version(command);
  const startMs = performance.now();
  const env = { ...process.env, NO_COLOR: '1' };
  try {
    await run(command, [...args, 'smoke.mjs'], { cwd: app, timeout: SMOKE_TIMEOUT_MS, env });
    return { passed: true, line: `${label}, ${Math.round(performance.now() - startMs)} ms` };
  } catch ({ stdout = '', stderr = '', message }) {
    return { passed: false, line: label, output: `${stdout}${stderr || message}` };
  }
}
