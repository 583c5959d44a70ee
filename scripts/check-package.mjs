/**
 * `npm run check:package`: the package as it would be published. publint and attw have no finding, everything that
 * package.json points at is in the tarball, and every command says how it is used.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const COMMAND_TIMEOUT_MS = 20_000;

const folder = await mkdtemp(join(tmpdir(), 'parlando-package-'));
let failed = false;
try {
  const tarball = await pack(folder);
  await check('publint', () => publintFindings());
  await check('attw, esm-only', () => attwFindings(tarball.path));
  await check('export map', () => missingTargets(tarball.files));
  await check('commands', () => brokenCommands());
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** Runs one check, which returns its findings, and prints a line and the findings. */
async function check(name, findings) {
  const found = await findings();
  console.log(`${found.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`);
  for (const finding of found) console.log(`      ${finding}`);
  failed ||= found.length > 0;
}

/** Packs what is built; building is the caller's. */
async function pack(destination) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
  const { stdout } = await run('npm', args, { cwd: root });
  const [packed] = Object.values(JSON.parse(stdout));
  return { path: join(destination, packed.filename), files: new Set(packed.files.map(({ path }) => path)) };
}

async function publintFindings() {
  const { messages } = await publint({ pkgDir: root, strict: true });
  return messages.map((message) => formatMessage(message, manifest, { color: false }));
}

async function attwFindings(tarball) {
  const bin = fileURLToPath(new URL('../node_modules/.bin/attw', import.meta.url));
  const args = [tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'];
  try {
    await run(bin, args, { cwd: root });
    return [];
  } catch (failure) {
    return `${failure.stdout}${failure.stderr}`.split('\n').filter((line) => line.trim() !== '');
  }
}

/** Targets of `exports`, `imports` and `bin` that are not in the tarball, and files named there that are missing. */
function missingTargets(files) {
  const { exports, imports, bin, files: listed } = manifest;
  const missing = [...targets(exports), ...targets(imports), ...targets(bin)]
    .filter((target) => !files.has(target.replace(/^\.\//, '')))
    .map((target) => `${target} is named in package.json and not built`);
  const empty = listed
    .filter((entry) => ![...files].some((file) => file === entry || file.startsWith(`${entry}/`)))
    .map((entry) => `${entry} is listed in "files" and does not exist`);
  return [...missing, ...empty];
}

function targets(tree) {
  return typeof tree === 'string' ? [tree] : Object.values(tree).flatMap(targets);
}

async function brokenCommands() {
  const findings = [];
  for (const [name, script] of Object.entries(manifest.bin)) {
    const args = [join(root, script), '--help'];
    try {
      const { stdout } = await run(process.execPath, args, { timeout: COMMAND_TIMEOUT_MS });
      if (!stdout.includes(name)) findings.push(`${name} --help does not name itself`);
    } catch ({ stderr, message }) {
      findings.push(`${name} --help failed: ${stderr || message}`);
    }
  }
  return findings;
}
