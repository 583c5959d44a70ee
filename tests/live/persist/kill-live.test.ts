import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RestoredReport } from '../../../src/live/index.ts';
import { calls, createSimulator, type Voice } from '../../../src/simulator/index.ts';
import { verifies } from '../../requirements.ts';

/** When each process is killed: at any moment, or in the midst of such a call. */
const MOMENTS = ['', 'charge', 'look', '', 'note', 'charge', '', 'look'];
const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder = '';
let script = '';

/** A model that takes no time to speak. */
const brief: Voice = {
  name: 'brief',
  speak: (text) => ({ samples: new Int16Array(480), words: [{ text, startSample: 0 }] }),
};

/** What a process said of its session. */
interface Said {
  /** Hashes of the state, in the order in which it had them; the first is what it began with. */
  readonly seen: readonly string[];
  /** The index in `seen` of the last state that was stored for certain. */
  readonly stored: number;
  readonly saved: (Shown & { readonly hash: string }) | undefined;
  readonly report: (Shown & { readonly restored: RestoredReport | null }) | undefined;
  readonly last: (Shown & { readonly hash: string }) | undefined;
  readonly answers: ReadonlyArray<{ readonly callId: string; readonly name: string; readonly text: string }>;
  readonly connected: readonly string[];
  readonly errors: readonly string[];
}

interface Shown {
  readonly phase: string;
  readonly visits: readonly string[];
  readonly handle: string | null;
  readonly explained: unknown;
  readonly turns: ReadonlyArray<readonly [number, string, string]>;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlando-live-kill-'));
  // Beside node_modules, so that it finds the driver.
  script = join(root, 'node_modules/.cache', `kill-live-child-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'tests/live/persist/kill-live-child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['ws', 'better-sqlite3'],
    alias: {
      '#websocket': join(root, 'src/wire/platform/websocket.node.ts'),
      '#base64': join(root, 'src/wire/platform/base64.node.ts'),
    },
    logLevel: 'silent',
  });
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(script, { force: true });
});

describe.each(['jsonl', 'sqlite'])('A governed session in a %s store, killed at random points', (kind) => {
  test('goes on as it was stored; no commit runs twice, nobody is greeted twice', {
    timeout: 120_000,
  }, async (context) => {
    verifies(context, 'persist:live', 'persist:live:kill', 'persist:live:calls', 'live:persistence');
    const place = await mkdtemp(join(folder, kind));
    const effects = join(place, 'effects');
    await writeFile(effects, '');
    let greetings = 0;
    const simulator = await createSimulator({
      voice: brief,
      brain: ({ input, text }) => {
        if (input.type !== 'text') return undefined;
        if (text.includes('Say hello!')) greetings += 1;
        const [, name = '', ref = ''] = /(charge|look|note|pay|chat) (\S+)$/.exec(text) ?? [];
        return name === '' || name === 'chat' ? 'Well.' : [calls(name, { ref }), 'Done.'];
      },
    });
    try {
      let before: Said | undefined;
      const fates = new Set<string>();
      for (const [round, moment] of MOMENTS.entries()) {
        const every = round % 2 === 0 ? '100000' : '40';
        const said = await run([kind, place, simulator.url, effects, 'talk', every], {
          afterMs: 150 + ((round * 131) % 400),
          moment,
        });
        expect(said.errors).toEqual([]);
        if (before !== undefined) goesOn(before, said);
        for (const { fate } of said.report?.restored?.calls ?? []) fates.add(fate);
        before = said;
      }
      const last = await run([kind, place, simulator.url, effects, 'look'], undefined);
      if (before !== undefined) goesOn(before, last);
      const done = (await readFile(effects, 'utf8')).trim().split('\n');
      const commits = done.filter((line) => line.startsWith('charge ') || line.startsWith('pay '));
      expect(new Set(commits).size).toBe(commits.length);
      expect(done.filter((line) => line.startsWith('pay '))).toHaveLength(1);
      expect(greetings).toBe(1);
      expect(last.report?.restored?.turn).toBeGreaterThan(MOMENTS.length);
      // Both happen in so many rounds.
      expect([...fates].sort()).toEqual(['rerun', 'unknown']);
      // What had begun and may run again has, and everything that was taken up is answered.
      for (const { callId, fate, name } of last.report?.restored?.calls ?? []) {
        const answer = last.answers.findLast((one) => one.callId === callId);
        expect(answer, `${name} ${fate}`).toBeDefined();
        expect(answer?.text.includes('It is not known whether')).toBe(fate === 'unknown');
      }
    } finally {
      await simulator.close();
    }
  });
});

/** The second process has exactly a state that the first had since the last that was stored for certain. */
function goesOn(before: Said, after: Said): void {
  const candidates = before.seen.slice(before.stored);
  expect(candidates).toContain(after.seen[0]);
  const { saved } = before;
  const { report } = after;
  if (saved === undefined || report?.restored === null || report === undefined) return;
  expect(report.restored.problems).toEqual([]);
  const kept = new Map(report.restored.turns.map(({ number, user, model }) => [number, [user, model]]));
  for (const [number, user, model] of saved.turns.slice(-15)) expect(kept.get(number)).toEqual([user, model]);
  expect(report.restored.turn).toBeGreaterThanOrEqual(saved.turns.at(-1)?.[0] ?? 0);
  expect(report.phase).toBe(saved.phase);
  expect(report.visits).toEqual(saved.visits);
  const isSame = after.seen[0] === saved.hash && report.restored.calls.length === 0;
  if (isSame) expect(report.explained).toEqual(saved.explained);
}

interface Kill {
  /** After something was stored. */
  readonly afterMs: number;
  /** Then at the next call of this tool; empty for at once. */
  readonly moment: string;
}

/** Lets a process talk until it has stored something and a while has passed, and kills it; or waits for its end. */
function run(args: readonly string[], kill: Kill | undefined): Promise<Said> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let wrong = '';
    let isTimed = false;
    let isReady = false;
    child.stderr.on('data', (data) => {
      wrong += String(data);
    });
    child.stdout.on('data', (data) => {
      const from = out.length;
      out += String(data);
      if (kill === undefined) return;
      if (isReady && out.includes(`\ndid ${kill.moment}`, from - 1)) child.kill('SIGKILL');
      if (isTimed || !out.includes('\nsaved ')) return;
      isTimed = true;
      setTimeout(() => {
        isReady = kill.moment !== '';
        if (!isReady) child.kill('SIGKILL');
      }, kill.afterMs);
    });
    const tooLong = setTimeout(() => child.kill('SIGABRT'), 20_000);
    child.on('close', (code, signal) => {
      clearTimeout(tooLong);
      const isRight = kill === undefined ? code === 0 : signal === 'SIGKILL';
      if (!isRight)
        return reject(new Error(`the child ended by itself (${code}): ${wrong}${out.slice(-2_000)}`));
      // The last line may be cut off, too.
      resolve(understood(out.slice(0, out.lastIndexOf('\n') + 1).split('\n')));
    });
  });
}

function understood(lines: readonly string[]): Said {
  const seen: string[] = [];
  const answers: Array<Said['answers'][number]> = [];
  const connected: string[] = [];
  const errors: string[] = [];
  let stored = 0;
  let saved: Said['saved'];
  let report: Said['report'];
  let last: Said['last'];
  for (const line of lines) {
    const at = line.indexOf(' ');
    const [type, rest] = [line.slice(0, at), line.slice(at + 1)];
    if (type === 'seen' || type === 'restored') seen.push(rest);
    else if (type === 'saved') {
      saved = JSON.parse(rest) as Said['saved'];
      stored = seen.length - 1;
    } else if (type === 'report') report = JSON.parse(rest) as Said['report'];
    else if (type === 'last') last = JSON.parse(rest) as Said['last'];
    else if (type === 'connected') connected.push(rest);
    else if (type === 'error' || type === 'fault') errors.push(rest);
    else if (type === 'answer') {
      const [callId = '', name = '', ...text] = rest.split(' ');
      answers.push({ callId, name, text: text.join(' ') });
    }
  }
  return { seen, stored, saved, report, last, answers, connected, errors };
}
