import { describe, expect, test } from 'vitest';
import { createAesSeal } from '../../src/adapters/aes-seal.ts';
import type { JsonValue } from '../../src/flow/state-reader.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import { readEntries, readSessionSnapshot } from '../../src/runtime/persist/read-session.ts';
import {
  type RestoredSession,
  restoredFrom,
  restoreSession,
} from '../../src/runtime/persist/restore-session.ts';
import type { StoredSession } from '../../src/runtime/persist/store.ts';
import { runtimeWriter } from '../../src/runtime/state/runtime-writer.ts';
import { State } from '../../src/runtime/state/state.ts';
import { verifies } from '../requirements.ts';
import { type RigOptions, SessionRig } from './session-rig.ts';

const key = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);

async function stored(rig: SessionRig): Promise<StoredSession> {
  await rig.keeper.flush();
  const found = await rig.store.load('call');
  if (found === undefined) throw new Error('nothing was stored');
  return found;
}

describe('A secret', () => {
  /** Secrets of each kind, before the first snapshot and after it. */
  async function secretive(options: RigOptions = {}): Promise<{ rig: SessionRig; session: StoredSession }> {
    const state = new State();
    state.set('user:pin', 'secret-1');
    const rig = new SessionRig({ state, redaction: { cards: true }, ...options });
    rig.marks.push('pin', 'card');
    state.redact('pin', 'card');
    await rig.keeper.flush();
    state.set('user:pin', 'secret-2');
    state.set('user:order', { card: 'secret-3', size: 'large' });
    state.set('note', 'it is 4242 4242 4242 4242');
    state.set('plain', 'shown');
    runtimeWriter(state).set('idempotency:book:7', { card: 'secret-4' });
    runtimeWriter(state).set('idempotency:pay:4242424242424242', { ok: true });
    rig.do({ type: 'start', callId: 'c1', args: { card: 'secret-5' } });
    rig.do({ type: 'turn', words: 'my card is 4242 4242 4242 4242' });
    rig.do({ type: 'resumable', handle: 'handle-6' });
    return { rig, session: await stored(rig) };
  }

  test('is in nothing that is stored, and comes back absent, never as its mask', async (context) => {
    verifies(context, 'persist:redaction');
    const { session } = await secretive();
    const text = JSON.stringify(session.entries) + JSON.stringify(session.snapshot).replace('secret-1', '');
    expect(text).not.toMatch(/secret-|4242 4242|42424242/);
    const { state, calls, problems, snapshot } = restoredFrom(session, 'call');
    expect(state.values).toEqual({
      plain: 'shown',
      'idempotency:book:7': { status: 'done', note: expect.any(String) },
      'idempotency:pay:[card ending 4242]': { status: 'done', note: expect.any(String) },
    });
    const back = new State();
    runtimeWriter(back).import(state);
    for (const name of ['user:pin', 'pin', 'user:order', 'note']) expect(back.has(name), name).toBe(false);
    expect(calls).toMatchObject([{ callId: 'c1', fate: 'unknown' }]);
    expect(calls[0]).not.toHaveProperty('args');
    expect(problems.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
      'masked state.idempotency:book:7',
      'masked state.idempotency:pay:[card ending 4242]',
      'masked state.note',
      'masked state.user:order',
      'masked state.user:pin',
      'masked tools.open.c1',
    ]);
    expect(snapshot.state.marks).toEqual(['pin', 'card']);
    expect(snapshot.turns.at(-1)?.user).toBe('my card is [card ending 4242]');
  });

  test('that is sealed comes back to whoever has the key, and to nobody else', async (context) => {
    verifies(context, 'persist:redaction');
    const seal = createAesSeal({ key: key(1) });
    const { session } = await secretive({ seal });
    const text = JSON.stringify(session.entries) + JSON.stringify(session.snapshot).replace('secret-1', '');
    expect(text).not.toMatch(/secret-|4242 4242|42424242|handle-6/);
    const rotated = createAesSeal({ key: key(2), oldKeys: [key(1)] });
    for (const port of [seal, rotated]) {
      const { state, calls, resumeHandle } = restoredFrom(session, 'call', { seal: port });
      expect(state.values).toMatchObject({
        'user:pin': 'secret-2',
        'user:order': { card: 'secret-3', size: 'large' },
        note: 'it is 4242 4242 4242 4242',
        'idempotency:book:7': { card: 'secret-4' },
      });
      expect(calls).toMatchObject([{ args: { card: 'secret-5' }, fate: 'rerun' }]);
      expect(resumeHandle).toBe('handle-6');
    }
    const refusals: RestoredSession[] = [
      restoredFrom(session, 'call', { seal: createAesSeal({ key: key(3) }) }),
      restoredFrom(session, 'call', { seal: { unseal: () => 'no JSON' } }),
      restoredFrom(session, 'another', { seal }),
      restoredFrom(session, 'call'),
    ];
    for (const { state, calls, resumeHandle, problems } of refusals) {
      expect(state.values).not.toHaveProperty('user:pin');
      expect(calls).toMatchObject([{ fate: 'unknown' }]);
      expect(resumeHandle).toBeUndefined();
      expect(problems).toContainEqual(expect.objectContaining({ code: 'sealed', where: 'state.user:pin' }));
    }
    expect(() => createAesSeal({ key: new Uint8Array(16) })).toThrow(/32 bytes/);
  });

  test('that cannot be opened for now is kept for the next time', async (context) => {
    verifies(context, 'persist:redaction');
    const seal = createAesSeal({ key: key(1) });
    const { rig, session } = await secretive({ seal });
    const restored = restoredFrom(session, 'call');
    const state = new State();
    runtimeWriter(state).import(restored.state);
    const second = new SessionRig({ state, store: rig.store, restored: restored.snapshot });
    await second.keeper.flush();
    const third = await restoreSession(rig.store, 'call', { seal });
    expect(third?.state.values['user:pin']).toBe('secret-2');
  });

  test('is masked where sealing fails, which is told', async (context) => {
    verifies(context, 'persist:redaction');
    const seal = {
      seal: (): string => {
        throw new Error('no key');
      },
      unseal: () => undefined,
    };
    const { rig, session } = await secretive({ seal });
    expect(rig.errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(session)).not.toContain('secret-2');
    expect(restoredFrom(session, 'call').state.values).not.toHaveProperty('user:pin');
  });
});

describe('Calls that were open', () => {
  test('are run again only where that is safe', async (context) => {
    verifies(context, 'persist:tools');
    const rig = new SessionRig();
    const start = (callId: string, kind: 'read' | 'commit', name = callId): void =>
      rig.keeper.toolStarted({ callId, name, args: { n: 1 }, kind, turn: 1, background: false });
    for (const id of ['waits', 'reads', 'commits', 'keyed', 'ends', 'once', 'given back']) {
      start(id, id === 'reads' ? 'read' : 'commit');
    }
    for (const id of ['reads', 'commits', 'ends', 'once', 'given back']) rig.keeper.toolRunning(id);
    rig.keeper.toolRunning('keyed', 'idempotency:keyed:1');
    rig.keeper.once('once', true);
    rig.keeper.once('given back', true);
    rig.keeper.once('given back', false);
    rig.keeper.toolEnded('ends');
    rig.keeper.toolEnded('given back');
    const { calls, snapshot } = restoredFrom(await stored(rig), 'call');
    expect(Object.fromEntries(calls.map(({ callId, fate }) => [callId, fate]))).toEqual({
      waits: 'rerun',
      reads: 'rerun',
      commits: 'unknown',
      keyed: 'rerun',
      once: 'unknown',
    });
    expect(snapshot.tools.once).toEqual(['once']);
    expect(snapshot.tools.known).toEqual([
      'waits',
      'reads',
      'commits',
      'keyed',
      'ends',
      'once',
      'given back',
    ]);
  });
});

describe('A session that is taken over', () => {
  test('keeps its times: what was long ago stays as long ago', async (context) => {
    verifies(context, 'persist:fold');
    const rig = new SessionRig();
    rig.do({ type: 'wait' });
    rig.do({ type: 'move', to: 'greet' });
    rig.do({ type: 'wait' });
    rig.do({ type: 'turn', words: 'hello' });
    const session = await stored(rig);
    // Saved at 2 s of its clock, 1 s after the phase was entered; restored 5 s later, at 0 s of the new clock.
    const now = { clockMs: 0, epochMs: 1_002_000 + 5_000 };
    const { snapshot } = restoredFrom(session, 'call', { now });
    expect(snapshot.phase?.enteredAtMs).toBe(-6_000);
    expect(snapshot.visits.map(({ atMs }) => atMs)).toEqual([-6_000]);
  });

  test('ends for the process that had it', async (context) => {
    verifies(context, 'persist:journal');
    const first = new SessionRig();
    await first.keeper.flush();
    const restored = await restoreSession(first.store, 'call');
    const second = new SessionRig({ store: first.store, ...(restored && { restored: restored.snapshot }) });
    await second.keeper.flush();
    first.do({ type: 'set', key: 'k', value: 1 });
    await expect(first.keeper.flush()).rejects.toMatchObject({ code: 'storeConflict' });
    second.do({ type: 'set', key: 'k', value: 2 });
    await second.keeper.close();
    await first.keeper.close();
    expect((await restoreSession(first.store, 'call'))?.state.values).toEqual({ k: 2 });
    expect(first.errors.map(({ code }) => code)).toEqual(['storeConflict']);
    expect(second.errors).toEqual([]);
  });

  test('is nothing where nothing was stored', async () => {
    expect(await restoreSession(new MemoryStore(), 'call')).toBeUndefined();
  });
});

describe('What cannot be believed', () => {
  test('is refused with its place', async (context) => {
    verifies(context, 'persist:snapshot:read');
    const rig = new SessionRig();
    rig.do({ type: 'move', to: 'greet' });
    rig.do({ type: 'start', callId: 'c1', args: {} });
    rig.do({ type: 'turn', words: 'x' });
    const good = JSON.parse(JSON.stringify(rig.keeper.snapshot())) as Record<string, JsonValue>;
    expect(readSessionSnapshot(good).ok).toBe(true);
    const cases: ReadonlyArray<readonly [unknown, string, string]> = [
      [null, 'foreign', 'snapshot'],
      [[], 'foreign', 'snapshot'],
      [{}, 'foreign', 'snapshot'],
      [{ ...good, kind: 'other' }, 'foreign', 'snapshot'],
      [{ ...good, version: 2 }, 'futureVersion', 'snapshot.version'],
      [{ ...good, version: 0 }, 'foreign', 'snapshot.version'],
      [{ ...good, seq: -1 }, 'corrupt', 'snapshot.seq'],
      [{ ...good, state: undefined }, 'corrupt', 'snapshot.state'],
      [{ ...good, state: { ...Object(good.state), masked: [7] } }, 'corrupt', 'snapshot.state.masked[0]'],
      [{ ...good, phase: { ...Object(good.phase), repair: {} } }, 'corrupt', 'snapshot.phase.repair.turns'],
      [{ ...good, flow: { main: {} } }, 'corrupt', 'snapshot.flow.main.done'],
      [{ ...good, visits: [{}] }, 'corrupt', 'snapshot.visits[0].from'],
      [{ ...good, resume: { handle: 1 } }, 'corrupt', 'snapshot.resume.handle'],
    ];
    for (const [value, code, where] of cases) {
      expect(readSessionSnapshot(value)).toMatchObject({ ok: false, problem: { code, where } });
    }
    const entries: ReadonlyArray<readonly [JsonValue, string, string]> = [
      ['x', 'corrupt', 'entry 2'],
      [{ type: 'dream' }, 'futureVersion', 'entry 2.type'],
      [{ type: 'constructor' }, 'futureVersion', 'entry 2.type'],
      [{ type: 'state', revision: 'x', key: 'k' }, 'corrupt', 'entry 2.revision'],
      [{ type: 'flow', changes: { path: 7 } }, 'corrupt', 'entry 2.changes.path'],
      [{ type: 'toolStarted', call: { callId: 'c' } }, 'corrupt', 'entry 2.call.name'],
    ];
    for (const [data, code, where] of entries) {
      const first = { seq: 1, data: { type: 'toolEnded', callId: 'x' } };
      const read = readEntries([first, { seq: 2, data }, { seq: 3, data: first.data }]);
      expect(read).toMatchObject({ entries: [{ seq: 1 }], problem: { code, where } });
    }
  });

  test('is left out on request, up to where it begins', async (context) => {
    verifies(context, 'persist:bad:located');
    const rig = new SessionRig();
    rig.do({ type: 'set', key: 'a', value: 1 });
    const session = await stored(rig);
    const bad = { seq: session.upTo + session.entries.length + 1, data: { type: 'state' } };
    const damaged = { ...session, entries: [...session.entries, bad] };
    expect(() => restoredFrom(damaged, 'call')).toThrow(expect.objectContaining({ code: 'storeCorrupt' }));
    const { state, problems } = restoredFrom(damaged, 'call', { recover: true });
    expect(state.values).toEqual({ a: 1 });
    expect(problems).toMatchObject([{ code: 'corrupt', where: `entry ${bad.seq}.revision` }]);
    const later = { ...session, snapshot: { ...Object(session.snapshot), version: 9 } };
    expect(() => restoredFrom(later, 'call', { recover: true })).toThrow(
      expect.objectContaining({ code: 'storeVersion' }),
    );
  });
});
