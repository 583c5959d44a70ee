/** Runs the built `parlando` as a child process, the way a user does. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = join(ROOT, 'dist/cli/main.js');
/** Only one test file builds at a time. */
const LOCK = join(ROOT, 'node_modules/.cache-parlando-build');

/** What came of a command. */
export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly elapsedMs: number;
}

/** A command that runs. */
export interface RunningCli {
  readonly child: ChildProcess;
  readonly done: Promise<CliResult>;
  /** The first line of stdout, when it is there. */
  readonly firstLine: Promise<string>;
}

/** Brings dist up to date; quick when it is. */
export async function buildCli(): Promise<void> {
  const startMs = performance.now();
  for (;;) {
    try {
      mkdirSync(LOCK);
      break;
    } catch {
      // A lock that old belongs to a run that was killed.
      if (performance.now() - startMs > 60_000) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  try {
    execFileSync('npx', ['tsc', '-b', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'pipe' });
  } catch (cause) {
    if (!existsSync(MAIN)) throw cause;
  } finally {
    if (existsSync(LOCK)) rmdirSync(LOCK);
  }
}

/** A new folder for the files of a test. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'parlando-cli-test-'));
}

/** Starts a command; it is killed after `limitMs`, which shows as code null. */
export function startCli(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly limitMs?: number;
    /** What is typed. */
    readonly input?: string;
  } = {},
): RunningCli {
  const startMs = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    env: { ...cleanEnvironment(), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that does not read closes it first.
  child.stdin.on('error', () => undefined).end(options.input);
  const limit = setTimeout(() => child.kill('SIGKILL'), options.limitMs ?? 15_000);
  let stdout = '';
  let stderr = '';
  const firstLine = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.includes('\n')) resolve(stdout.slice(0, stdout.indexOf('\n')));
    });
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const done = new Promise<CliResult>((resolve) => {
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr, elapsedMs: performance.now() - startMs });
    });
  });
  return { child, done, firstLine };
}

/** Runs a command to its end. */
export function runCli(...parameters: Parameters<typeof startCli>): Promise<CliResult> {
  return startCli(...parameters).done;
}

/** Starts `parlando sim` on a free port. */
export async function startSim(...args: readonly string[]): Promise<RunningCli & { readonly url: string }> {
  const running = startCli(['sim', '--port', '0', ...args], { limitMs: 120_000 });
  const { url } = JSON.parse(await running.firstLine) as { url: string };
  return { ...running, url };
}

/** The events of `--json`. Throws on a line that is no JSON. */
export function eventsOf(stdout: string): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Whether the types appear among the events in this order, others between them. */
export function inOrder(events: ReturnType<typeof eventsOf>, types: readonly string[]): boolean {
  let next = 0;
  for (const { type } of events) if (next < types.length && type === types[next]) next++;
  return next === types.length;
}

/** Without keys, colours and CI switches of whoever runs the tests. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(GEMINI|GOOGLE|PARLANDO|FORCE_COLOR|NO_COLOR)/.test(name)) env[name] = value;
  }
  return env;
}
