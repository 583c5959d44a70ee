import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { JsonlStore } from '../../../src/adapters/jsonl-store.ts';
import { tool } from '../../../src/live/index.ts';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import { restoreSession } from '../../../src/runtime/persist/restore-session.ts';
import type { Store } from '../../../src/runtime/persist/store.ts';
import { StoreError } from '../../../src/runtime/persist/store-error.ts';
import { createSimulator } from '../../../src/simulator/index.ts';
import { verifies } from '../../requirements.ts';
import { turn } from '../governed/governed-call.ts';
import type { OrderedCall } from '../order/ordered-call.ts';
import { kept, twoPhases } from './kept-call.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const toolThat = (name: string, did: () => unknown, kind: 'read' | 'commit' = 'commit') =>
  tool({ name, description: name, policy: { kind }, run: () => did() });

/** Only what snapshots hold: what a store has that forgets its journal. */
async function lastSnapshot(store: Store): Promise<unknown> {
  const stored = await store.load('one');
  expect(stored?.entries).toEqual([]);
  return stored?.snapshot;
}

describe('When disconnect() has resolved', () => {
  const ways: ReadonlyArray<readonly [string, (call: OrderedCall) => Promise<unknown>]> = [
    ['rests', async () => {}],
    ['hears the user', (call) => call.peer.hears('I would')],
    ['hears the model', (call) => call.peer.says('Well, I', { audioMs: 100 })],
    ['waits for a tool', (call) => call.peer.calls('pay', {})],
    ['was interrupted', (call) => call.peer.interrupts()],
    [
      'has lost its connection',
      async (call) => {
        call.network = 'hanging';
        await call.peer.disconnects(1011, 'The service failed');
      },
    ],
  ];

  test.for(ways)(
    'the last snapshot is written, with all words: the session %s',
    async ([, come], context) => {
      verifies(context, 'acceptance:voice:snapshotAtEnd', 'persist:live:end');
      const store = new MemoryStore();
      const raw = { functionDeclarations: [{ name: 'pay', description: 'Pays.' }] };
      const call = await kept({ store }, { tools: [raw], phases: twoPhases });
      await turn(call, 'I am Ann.', 'Hello Ann.');
      await come(call);
      call.handle.state().set('user:last', 'word');
      const ended = call.handle.disconnect();
      await call.peer.clock.advanceAsync(5_000);
      await ended;
      await call.handle.saved();
      expect(await lastSnapshot(store)).toMatchObject({
        state: { values: { 'user:last': 'word', 'session:phase': 'ask', 'session:disconnected': true } },
        phase: { name: 'ask' },
      });
      const restored = await restoreSession(store, 'one');
      expect(restored?.snapshot.turns[0]).toMatchObject({ user: 'I am Ann.', model: 'Hello Ann.' });
    },
  );

  test('it has not waited for a store that does not answer longer than it may, and says so', async (context) => {
    verifies(context, 'persist:live:end');
    const store = new MemoryStore();
    const call = await kept({ store }, { teardownTimeoutMs: 500 });
    await turn(call);
    const { snapshot } = store;
    store.snapshot = () => new Promise(() => {});
    const ended = call.handle.disconnect();
    await call.peer.clock.advanceAsync(600);
    await ended;
    await expect(call.handle.saved()).rejects.toMatchObject({ code: 'aborted' });
    store.snapshot = snapshot;
    // What was stored before is there.
    expect((await restoreSession(store, 'one'))?.snapshot.turn).toBe(1);
  });

  test('a process may exit at once', { timeout: 30_000 }, async (context) => {
    verifies(context, 'acceptance:control:finalSnapshot', 'persist:live:end', 'live:persistence');
    const folder = await mkdtemp(join(tmpdir(), 'parlando-exit-'));
    const script = join(root, 'node_modules/.cache', `exit-child-${process.pid}.mjs`);
    const simulator = await createSimulator({ brain: () => 'Well.' });
    try {
      await build({
        stdin: {
          resolveDir: root,
          loader: 'ts',
          contents: `
            import { live } from './src/live/index.ts';
            import { JsonlStore } from './src/adapters/jsonl-store.ts';
            const [folder, baseUrl] = process.argv.slice(2);
            const store = new JsonlStore({ folder });
            const call = await live({ baseUrl, apiKey: 'any', persistence: { store, sessionId: 'one' } }).connect();
            const turn = call.next('turnRecord');
            await call.sendText('Hello.');
            await turn;
            call.state().set('user:last', 'word');
            await call.disconnect();
            process.exit(0);
          `,
        },
        outfile: script,
        ...{ bundle: true, platform: 'node', format: 'esm', external: ['ws'], logLevel: 'silent' },
        alias: {
          '#websocket': join(root, 'src/wire/platform/websocket.node.ts'),
          '#base64': join(root, 'src/wire/platform/base64.node.ts'),
        },
      });
      const child = spawn(process.execPath, [script, folder, simulator.url], { stdio: 'inherit' });
      const code = await new Promise((resolve) => child.on('close', resolve));
      expect(code).toBe(0);
      const snapshot = await lastSnapshot(new JsonlStore({ folder }));
      expect(snapshot).toMatchObject({
        turn: 1,
        turns: [{ user: 'Hello.', model: 'Well.' }],
        state: { values: { 'user:last': 'word' } },
      });
    } finally {
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
      await rm(script, { force: true });
    }
  });
});

describe('Of two processes with one session', () => {
  test('the older is told, writes no more and begins no commit; the newer has it all', async (context) => {
    verifies(context, 'persist:live:conflict');
    const store = new MemoryStore();
    const raw = (ran: string[]) => ({
      tools: [toolThat('pay', () => ran.push('pay')), toolThat('look', () => ran.push('look'), 'read')],
    });
    const ranOld: string[] = [];
    const ranNew: string[] = [];
    const old = await kept({ store }, raw(ranOld));
    await turn(old, 'One.');
    await old.handle.saved();
    const young = await kept({ store }, raw(ranNew));
    await young.handle.saved();
    const before = await store.load('one');
    old.handle.state().set('user:name', 'too late');
    await old.peer.clock.advanceAsync(1);
    expect(old.of('error').map(({ error }) => error.code)).toEqual(['storeConflict']);
    await expect(old.handle.saved()).rejects.toMatchObject({ code: 'storeConflict' });
    await old.peer.calls('pay', {}, 'c1');
    await old.peer.calls('look', {}, 'c2');
    await old.peer.clock.advanceAsync(10_000);
    expect(ranOld).toEqual(['look']);
    expect(JSON.stringify(old.peer.answersTo('c1'))).toContain('could not be written down');
    expect(await store.load('one')).toEqual(before);
    await old.handle.disconnect();
    expect(await store.load('one')).toEqual(before);
    await young.peer.calls('pay', {}, 'c1');
    await young.peer.clock.advanceAsync(0);
    expect(ranNew).toEqual(['pay']);
    await turn(young, 'Two.');
    await young.handle.disconnect();
    expect((await restoreSession(store, 'one'))?.snapshot.turns.at(-1)).toMatchObject({ user: 'Two.' });
  });
});

describe('A store that fails for a while', () => {
  test('is told of, and has everything when it works again', async (context) => {
    verifies(context, 'persist:live');
    const store = new MemoryStore();
    const call = await kept({ store });
    const { append } = store;
    store.append = () =>
      Promise.reject(new StoreError('storeFailed', 'The disk is full.', { retryable: true }));
    await turn(call, 'One.');
    expect(call.of('error')[0]?.error.code).toBe('storeFailed');
    store.append = append;
    await turn(call, 'Two.');
    await call.peer.clock.advanceAsync(20_000);
    await call.handle.saved();
    expect((await restoreSession(store, 'one'))?.snapshot.turns.map(({ user }) => user)).toEqual([
      'One.',
      'Two.',
    ]);
    await call.handle.disconnect();
  });
});

describe('Audio', () => {
  test('passes by what keeps the session', async (context) => {
    verifies(context, 'persist:live:free');
    const store = new MemoryStore();
    let writes = 0;
    const { append } = store;
    store.append = (...args) => {
      writes += 1;
      return append.apply(store, args);
    };
    const call = await kept({ store });
    await call.peer.says('Well.');
    await call.handle.saved();
    writes = 0;
    const revision = call.handle.state().revision;
    await call.peer.says(''.padStart(200, 'a '), { audioMs: 100 });
    for (let at = 0; at < 200; at++) await call.handle.sendAudio(new Uint8Array(640));
    await call.handle.saved();
    expect(call.handle.state().revision).toBe(revision);
    expect(writes).toBe(0);
    await call.handle.disconnect();
  });
});
