import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createAesSeal } from '../../../src/adapters/aes-seal.ts';
import { JsonlStore } from '../../../src/adapters/jsonl-store.ts';
import { live, State } from '../../../src/live/index.ts';
import { MemoryStore } from '../../../src/runtime/persist/memory-store.ts';
import type { Store } from '../../../src/runtime/persist/store.ts';
import { StoreError } from '../../../src/runtime/persist/store-error.ts';
import { ScriptedPeer } from '../../../src/testing/index.ts';
import { verifies } from '../../requirements.ts';
import { turn } from '../governed/governed-call.ts';
import { OrderedCall } from '../order/ordered-call.ts';
import { kept, twoPhases } from './kept-call.ts';

const failing = (error: StoreError): Store => {
  const store = new MemoryStore();
  store.append = () => Promise.reject(error);
  store.snapshot = () => Promise.reject(error);
  return store;
};

describe('A call', () => {
  test('goes on with a session, or begins, or does neither, as it is told', async (context) => {
    verifies(context, 'persist:live:begin');
    const store = new MemoryStore();
    const peer = new ScriptedPeer();
    const { clock, transport } = peer;
    const agent = live({ apiKey: 'test', model: 'gemini-3.8-live', persistence: { store } });
    const ports = { clock, transport, environment: {} };
    await expect(agent.restore('one', ports)).rejects.toMatchObject({ code: 'storeMissing' });
    expect(peer.connections).toBe(0);
    const first = await agent.connect({ ...ports, sessionId: 'one', restore: 'never' });
    expect(first.sessionId).toBe('one');
    await first.disconnect();
    await expect(agent.connect({ ...ports, sessionId: 'one', restore: 'never' })).rejects.toMatchObject({
      code: 'storeConflict',
    });
    const again = await agent.restore('one', ports);
    expect(again.restored).toMatchObject({ turn: 0 });
    await again.disconnect();
    const unnamed = await agent.connect(ports);
    expect(unnamed.restored).toBeUndefined();
    expect(await store.list()).toEqual([unnamed.sessionId, 'one'].sort());
    await unnamed.disconnect();
    const plain = live({ apiKey: 'test' }).connect({ ...ports, sessionId: 'one' });
    await expect(plain).rejects.toMatchObject({ code: 'invalidOptions' });
  });

  test('that never came about begins when it does: it is greeted then', async (context) => {
    verifies(context, 'persist:live:begin');
    const store = new MemoryStore();
    const dead = new ScriptedPeer({ answersSetup: false });
    const abort = new AbortController();
    const opening = live({
      apiKey: 'test',
      model: 'gemini-3.8-live',
      greeting: 'Hello!',
      phases: twoPhases,
      persistence: { store, sessionId: 'one' },
    }).connect({ clock: dead.clock, transport: dead.transport, environment: {}, signal: abort.signal });
    await dead.expectSetup();
    abort.abort();
    await expect(opening).rejects.toMatchObject({ code: 'aborted' });
    expect(await store.list()).toEqual(['one']);
    const call = await kept({ store }, { greeting: 'Hello!', phases: twoPhases });
    expect(call.handle.restored).toBeUndefined();
    expect(JSON.stringify(call.peer.received)).toContain('Hello!');
    expect(call.of('phaseTransition').map(({ to }) => to)).toEqual(['ask']);
    await call.handle.disconnect();
  });

  test('that cannot be stored is not opened', async (context) => {
    verifies(context, 'persist:live:begin');
    const lost = new StoreError('storeFailed', 'The disk is full.', { retryable: true });
    const call = new OrderedCall();
    await expect(call.open({ persistence: { store: failing(lost) } })).rejects.toBe(lost);
    expect(call.peer.connections).toBe(0);
    const unreadable = new MemoryStore();
    unreadable.load = () => Promise.reject(lost);
    await expect(call.open({ persistence: { store: unreadable } })).rejects.toBe(lost);
    expect(call.peer.connections).toBe(0);
  });

  test('has problems with options that are none', async (context) => {
    verifies(context, 'persist:live:begin');
    const problems = (persistence: unknown): Promise<unknown> =>
      live({ apiKey: 'test', persistence: persistence as never })
        .connect({ environment: {} })
        .catch(({ problems: found }) => found);
    expect(await problems(true)).toMatchObject([{ path: 'persistence' }]);
    expect(await problems({})).toMatchObject([{ path: 'persistence.store' }]);
    expect(await problems({ store: { load() {} } })).toMatchObject([
      { path: 'persistence.store', message: expect.stringContaining('append') },
    ]);
    const store = new MemoryStore();
    expect(
      await problems({ store, restore: 'maybe', sessionId: '', snapshotEvery: -1, what: 1 }),
    ).toMatchObject([
      { path: 'persistence.restore' },
      { path: 'persistence.sessionId' },
      { path: 'persistence.snapshotEvery' },
      { path: 'persistence.what' },
    ]);
  });
});

describe('What is damaged', () => {
  async function talked(folder: string): Promise<JsonlStore> {
    const store = new JsonlStore({ folder });
    const call = await kept({ store, snapshotEvery: 1_000 }, { phases: twoPhases });
    call.handle.state().set('user:name', 'Ann');
    await turn(call, 'One.', 'Well.');
    await call.handle.saved();
    call.handle.state().set('user:name', 'Anna');
    await turn(call, 'Two.', 'Well.');
    await call.handle.saved();
    return store;
  }

  test.for([
    [
      'a line of the journal',
      '.journal.jsonl',
      (text: string) => text.replace(/"user":"Two\."/, '"user":7'),
      'storeCorrupt',
    ],
    [
      'a later version',
      '.snapshot.json',
      (text: string) => text.replace('"version":1', '"version":9'),
      'storeVersion',
    ],
    ['something else', '.snapshot.json', () => '{"name":"a list of shops"}\n', 'storeForeign'],
    ['half a snapshot', '.snapshot.json', (text: string) => text.slice(0, text.length / 2), 'storeCorrupt'],
  ] as ReadonlyArray<readonly [string, string, (text: string) => string, string]>)(
    'is refused at connect with its place: %s',
    async ([, file, spoil, code], context) => {
      verifies(context, 'persist:live:bad');
      const folder = await mkdtemp(join(tmpdir(), 'parlando-damaged-'));
      try {
        await talked(folder);
        const path = await fileOf(folder, file);
        await writeFile(path, spoil(await readFile(path, 'utf8')));
        const files = await contents(folder);
        const call = new OrderedCall();
        const refused = await call
          .open({ persistence: { store: new JsonlStore({ folder }), sessionId: 'one' } })
          .catch((error: unknown) => error);
        expect(refused).toMatchObject({ name: 'StoreError', code });
        expect((refused as StoreError).problems[0]?.where).toMatch(/\S/);
        expect(call.peer.connections).toBe(0);
        expect(await contents(folder)).toEqual(files);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  );

  test('goes on under another id as far as it can be read, and stays as it is', async (context) => {
    verifies(context, 'persist:live:bad');
    const folder = await mkdtemp(join(tmpdir(), 'parlando-damaged-'));
    try {
      await talked(folder);
      const path = await fileOf(folder, '.journal.jsonl');
      await writeFile(path, (await readFile(path, 'utf8')).replace(/"user":"Two\."/, '"user":7'));
      const files = await contents(folder);
      const store = new JsonlStore({ folder });
      const call = await kept({ store, recoverAs: 'two' }, { phases: twoPhases });
      expect(call.handle.sessionId).toBe('two');
      expect(call.handle.restored).toMatchObject({
        turn: 1,
        problems: [{ code: 'corrupt', where: expect.stringContaining('line') }],
      });
      expect(call.state('user:name')).toMatch('Ann');
      await turn(call, 'On.', 'Well.');
      await call.handle.disconnect();
      expect(await contents(folder)).toMatchObject(files);
      const next = await kept({ store, sessionId: 'two' }, { phases: twoPhases });
      expect(next.handle.restored).toMatchObject({ turn: 2, problems: [] });
      await next.handle.disconnect();
      // Only once: another recovery would take the place of this one.
      await expect(kept({ store, recoverAs: 'two' })).rejects.toMatchObject({ code: 'storeConflict' });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('and parts that there are no more are told', async (context) => {
    verifies(context, 'persist:live:bad');
    const store = new MemoryStore();
    const steps = ['one', 'two'].map((id) => ({ id, done: { isSet: id }, posture: id }));
    const flow = (name: string, ids: readonly string[]) => ({
      flow: { name, steps: steps.filter(({ id }) => ids.includes(id)) },
    });
    const first = await kept({ store }, { phases: twoPhases, flow: flow('a', ['one', 'two']) });
    first.handle.state().set('agreed', true);
    first.handle.state().set('two', 1);
    await turn(first);
    await first.handle.disconnect();
    const [ask] = twoPhases.phases;
    const phases = {
      ...twoPhases,
      phases: ask === undefined ? [] : [{ ...ask, transitions: [], terminal: true }],
    };
    const second = await kept({ store }, { phases, flow: flow('b', ['one']) });
    expect(second.handle.restored?.problems.map(({ code, where }) => [code, where])).toEqual([
      ['unknownPart', 'phase.name'],
      ['unknownPart', 'flow.main.done[0]'],
      ['unknownPart', 'flow.main.entered[1]'],
      ['unknownPart', 'conversation'],
    ]);
    expect(second.handle.conversationPhase).toBe('ask');
    expect(second.handle.explain()).toMatchObject({ active: ['one'], done: [] });
    await second.handle.disconnect();
  });
});

describe('Secrets', () => {
  test('are absent after a restore, and told; sealed ones come back to who has the key', async (context) => {
    verifies(context, 'persist:live:bad', 'persist:redaction');
    const folder = await mkdtemp(join(tmpdir(), 'parlando-secret-'));
    const seal = createAesSeal({ key: new Uint8Array(32).fill(7) });
    try {
      for (const [name, given] of [
        ['plain', {}],
        ['sealed', { seal }],
      ] as const) {
        const store = new JsonlStore({ folder: join(folder, name) });
        const first = await kept({ store, ...given }, { state: new State() });
        first.handle.state().redact('pin');
        first.handle.state().set('user:pin', '1234');
        await first.peer.handsOut('secret-handle');
        await turn(first);
        await first.handle.disconnect();
        const written = JSON.stringify(await contents(join(folder, name)));
        expect(written).not.toContain('1234');
        expect(written.includes('secret-handle')).toBe(name === 'plain');
        const second = await kept({ store, ...given }, { state: new State() });
        expect(second.state('user:pin')).toBe(name === 'plain' ? undefined : '1234');
        expect(second.handle.state().isRedacted('user:pin')).toBe(true);
        expect(second.handle.restored?.problems.map(({ code, where }) => [code, where])).toEqual(
          name === 'plain' ? [['masked', 'state.user:pin']] : [],
        );
        expect(JSON.stringify(await second.peer.expectSetup())).toContain('secret-handle');
        await second.handle.disconnect();
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function contents(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

async function fileOf(folder: string, end: string): Promise<string> {
  return join(folder, (await readdir(folder)).find((name) => name.endsWith(end)) ?? '');
}
