import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../src/flow/compile/compile-flow.ts';
import { foldJournal } from '../../src/runtime/persist/fold-journal.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import { readEntries, readSessionSnapshot } from '../../src/runtime/persist/read-session.ts';
import { restoreSession } from '../../src/runtime/persist/restore-session.ts';
import type { SessionSnapshot } from '../../src/runtime/persist/session-snapshot.ts';
import type { StoreEntry } from '../../src/runtime/persist/store.ts';
import { runtimeWriter } from '../../src/runtime/state/runtime-writer.ts';
import { State } from '../../src/runtime/state/state.ts';
import { verifies } from '../requirements.ts';
import { smallFlow } from '../support/small-flow.ts';
import { type Act, act, openSeal, SessionRig } from './session-rig.ts';

/** Keeps all that was appended. */
class RecordingStore extends MemoryStore {
  readonly all: StoreEntry[] = [];

  override append(...[sessionId, entries, call]: Parameters<MemoryStore['append']>): Promise<void> {
    this.all.push(...entries);
    return super.append(sessionId, entries, call);
  }
}

const talk = fc.record({
  definition: smallFlow,
  before: fc.array(act, { maxLength: 6 }),
  acts: fc.array(act, { minLength: 1, maxLength: 60 }),
  sealed: fc.boolean(),
  cards: fc.boolean(),
});

const viaJson = (snapshot: SessionSnapshot): SessionSnapshot => {
  const read = readSessionSnapshot(JSON.parse(JSON.stringify(snapshot)));
  if (!read.ok) throw new Error(`${read.problem.where}: ${read.problem.message}`);
  return read.snapshot;
};

describe('A session in its journal', () => {
  test('is the same from every snapshot on, with the entries after it', async (context) => {
    verifies(context, 'persist:fold');
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(talk, async ({ definition, before, acts, sealed, cards }) => {
        const compiled = compileFlow(definition);
        fc.pre(compiled.ok);
        if (!compiled.ok) return;
        tried += 1;
        const store = new RecordingStore();
        const seal = sealed ? { seal: openSeal } : {};
        const state = new State();
        for (const one of before) if (one.type === 'set') state.set(one.key, one.value);
        const rig = new SessionRig({ flow: compiled.flow, store, state, redaction: { cards }, ...seal });
        const first = rig.keeper.snapshot();
        await rig.keeper.flush();
        const snapshots = [first, ...acts.map((one) => rig.do(one))];
        await rig.keeper.flush();
        const { entries, problem } = readEntries(JSON.parse(JSON.stringify(store.all)) as StoreEntry[]);
        expect(problem).toBeUndefined();
        const end = viaJson(rig.keeper.snapshot());
        for (const snapshot of snapshots) {
          expect(foldJournal(viaJson(snapshot), entries)).toEqual({ snapshot: end, problem: undefined });
        }
        // And that is the state of the real parts.
        expect(end.flow).toEqual(JSON.parse(JSON.stringify(keptFlow(rig))));
        expect(end.turn).toBe(rig.turn);
        expect(end.phase).toEqual(rig.place);
        expect(end.visits).toEqual(rig.visits);
        const { masked, sealed: seals, values } = end.state;
        expect([...masked, ...Object.keys(seals), ...Object.keys(values)].sort()).toEqual(
          Object.keys(rig.state.snapshot().values).sort(),
        );
        for (const [key, value] of Object.entries(values)) expect(rig.state.get(key)).toEqual(value);
        await rig.keeper.close();
        expect(rig.errors).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(tried).toBeGreaterThan(100);
  });

  test('goes on in another process, and in a third, as if nothing had happened', async (context) => {
    verifies(context, 'persist:fold');
    await fc.assert(
      fc.asyncProperty(talk, fc.nat(), fc.nat(), async ({ definition, acts }, cutA, cutB) => {
        const compiled = compileFlow(definition);
        fc.pre(compiled.ok);
        if (!compiled.ok) return;
        // Marks make values come back absent, by design: what follows would differ.
        const plain = acts.filter(({ type }) => type !== 'mark');
        const whole = new SessionRig({ flow: compiled.flow });
        for (const one of plain) whole.do(one);
        const cuts = [cutA % (plain.length + 1), cutB % (plain.length + 1)].sort((a, b) => a - b);
        const parts: Act[][] = [plain.slice(0, cuts[0]), plain.slice(cuts[0], cuts[1]), plain.slice(cuts[1])];
        const store = new MemoryStore();
        let rig: SessionRig | undefined;
        for (const part of parts) {
          const now = { clockMs: rig?.clock.nowMs() ?? 0, epochMs: 1_000_000 + (rig?.clock.nowMs() ?? 0) };
          const restored = await restoreSession(store, 'call', { now });
          expect(restored === undefined).toBe(rig === undefined);
          expect(restored?.problems ?? []).toEqual([]);
          const state = new State();
          if (restored !== undefined) runtimeWriter(state).import(restored.state);
          rig = new SessionRig({
            flow: compiled.flow,
            store,
            state,
            ...(rig !== undefined && { clock: rig.clock }),
            ...(restored !== undefined && { restored: restored.snapshot }),
          });
          for (const one of part) rig.do(one);
          await rig.keeper.flush();
        }
        const last = rig as SessionRig;
        expect(last.state.snapshot().values).toEqual(whole.state.snapshot().values);
        expect(last.monitor?.state).toEqual(whole.monitor?.state);
        const strip = ({ seq, saved, state, ...rest }: SessionSnapshot): object => rest;
        expect(strip(viaJson(last.keeper.snapshot()))).toEqual(strip(viaJson(whole.keeper.snapshot())));
        expect(last.errors).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test('stops at a gap, and says where', (context) => {
    verifies(context, 'persist:fold', 'persist:snapshot:read');
    const rig = new SessionRig();
    const base = rig.keeper.snapshot();
    const mutation = { type: 'state' as const, key: 'k', value: 1 };
    const folded = foldJournal(base, [
      { seq: base.seq, data: { ...mutation, revision: 9 } },
      { seq: base.seq + 1, data: { ...mutation, revision: 1 } },
      { seq: base.seq + 3, data: { ...mutation, revision: 2 } },
    ]);
    expect(folded.snapshot).toMatchObject({ seq: base.seq + 1, state: { values: { k: 1 }, revision: 1 } });
    expect(folded.problem).toMatchObject({ code: 'gap', where: `entry ${base.seq + 3}` });
    const lost = foldJournal(base, [{ seq: base.seq + 1, data: { ...mutation, revision: 2 } }]);
    expect(lost.problem).toMatchObject({ code: 'gap', message: expect.stringContaining('mutations') });
  });
});

/** What a keeper keeps of a flow: secrets in its slots are left out; none of these flows has any. */
function keptFlow(rig: SessionRig): unknown {
  return rig.monitor?.state;
}
