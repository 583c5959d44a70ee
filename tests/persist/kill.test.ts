import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JsonlStore } from '../../src/adapters/jsonl-store.ts';
import { SqliteStore } from '../../src/adapters/sqlite-store.ts';
import type { Store } from '../../src/runtime/persist/store.ts';
import { verifies } from '../requirements.ts';

const ROUNDS = 12;
const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';
let script = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parlando-kill-'));
  // Beside node_modules, so that it finds the driver.
  script = join(root, 'node_modules/.cache', `kill-child-${process.pid}.mjs`);
  await build({
    entryPoints: [join(root, 'tests/persist/kill-child.ts')],
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

describe.each(['jsonl', 'sqlite'])('The %s store, killed at random points', (kind) => {
  test('has all that it acknowledged, in order, and is written on', { timeout: 60_000 }, async (context) => {
    verifies(context, 'persist:store:kill');
    const place = join(folder, kind);
    await (await open(kind, place)).close();
    let next = 1;
    for (let round = 0; round < ROUNDS; round++) {
      const told = await killed(kind, place, next, 40 + ((round * 37) % 160));
      const store = await open(kind, place);
      try {
        const stored = await store.load('call');
        const upTo = stored?.upTo ?? 0;
        const last = stored?.entries.at(-1)?.seq ?? upTo;
        expect(last).toBeGreaterThanOrEqual(Math.max(told.entry, next - 1));
        expect(upTo).toBeGreaterThanOrEqual(told.snapshot);
        if (upTo > 0) expect(stored?.snapshot).toMatchObject({ upTo });
        expect(stored?.entries.map(({ seq }) => seq)).toEqual(
          Array.from({ length: last - upTo }, (_, index) => upTo + 1 + index),
        );
        for (const { seq, data } of stored?.entries ?? []) expect(data).toMatchObject({ seq });
        expect(stored?.problems.filter(({ code }) => !code.startsWith('torn'))).toEqual([]);
        next = last + 1;
      } finally {
        await store.close();
      }
    }
    expect(next).toBeGreaterThan(ROUNDS);
  });
});

async function open(kind: string, place: string): Promise<Store> {
  const jsonl = new JsonlStore({ folder: place });
  if (kind === 'jsonl') return jsonl;
  await jsonl.append('makes the folder', [{ seq: 1, data: null }]);
  return SqliteStore.open({ path: join(place, 'sessions.db') });
}

/** Lets a child write until it has acknowledged something and a while has passed, and kills it in the midst of it. */
function killed(
  kind: string,
  place: string,
  begin: number,
  afterMs: number,
): Promise<{ readonly entry: number; readonly snapshot: number }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, kind, place, String(begin)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let wrong = '';
    child.stderr.on('data', (data) => {
      wrong += String(data);
    });
    child.stdout.on('data', (data) => {
      if (out === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      out += String(data);
    });
    child.on('close', (_code, signal) => {
      if (signal !== 'SIGKILL') return reject(new Error(`the child ended by itself: ${wrong}`));
      // The last line may be cut off, too.
      const lines = out.slice(0, out.lastIndexOf('\n') + 1);
      const newest = (what: string): number =>
        Number([...lines.matchAll(new RegExp(`^${what} (\\d+)$`, 'gm'))].at(-1)?.[1] ?? 0);
      resolve({ entry: newest('entry'), snapshot: newest('snapshot') });
    });
  });
}
