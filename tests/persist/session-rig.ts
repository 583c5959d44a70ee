/** A session without a wire: a real state, a real flow, and everything else that a keeper watches. */
import fc from 'fast-check';
import type { CompiledFlow } from '../../src/flow/compile/compiled-flow.ts';
import { FlowMonitor } from '../../src/flow/monitor/flow-monitor.ts';
import type { FlowInput } from '../../src/flow/monitor/flow-state.ts';
import type { PhasePlace, PhaseVisit } from '../../src/flow/phases/phase-history.ts';
import type { JsonValue } from '../../src/flow/state-reader.ts';
import { MemoryStore } from '../../src/runtime/persist/memory-store.ts';
import type { SealPort } from '../../src/runtime/persist/sealing.ts';
import { type KeeperOptions, SessionKeeper } from '../../src/runtime/persist/session-keeper.ts';
import type { SessionSnapshot } from '../../src/runtime/persist/session-snapshot.ts';
import type { Store } from '../../src/runtime/persist/store.ts';
import type { StoreError } from '../../src/runtime/persist/store-error.ts';
import type { RedactionOptions } from '../../src/runtime/record/redaction-options.ts';
import { Redactor } from '../../src/runtime/record/redactor.ts';
import { type RuntimeStateWriter, runtimeWriter } from '../../src/runtime/state/runtime-writer.ts';
import { State } from '../../src/runtime/state/state.ts';
import { writeEffects } from '../../src/runtime/steer/write-effects.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';

export type Act =
  | { readonly type: 'set'; readonly key: string; readonly value: JsonValue }
  | { readonly type: 'remove'; readonly key: string }
  | {
      readonly type: 'draft';
      readonly writes: ReadonlyArray<readonly [string, JsonValue]>;
      readonly commits: boolean;
    }
  | { readonly type: 'clearTurn' }
  | { readonly type: 'mark'; readonly key: string }
  | { readonly type: 'flow'; readonly input: FlowInput }
  | { readonly type: 'move'; readonly to: string }
  | { readonly type: 'repair' }
  | { readonly type: 'start'; readonly callId: string; readonly args: { readonly [key: string]: JsonValue } }
  | { readonly type: 'run'; readonly callId: string; readonly key: boolean }
  | { readonly type: 'end'; readonly callId: string }
  | { readonly type: 'once'; readonly tool: string; readonly spent: boolean }
  | { readonly type: 'turn'; readonly words: string }
  | { readonly type: 'resumable'; readonly handle: string | undefined }
  | { readonly type: 'wait' };

const key = fc.constantFrom('k', 'l', 'user:name', 'turn:x', 'card', '__proto__', 'a.b c');
const value = fc.oneof(
  fc.constantFrom<JsonValue>(1, 2, true, null, 'x', 'card 4242424242424242', { card: 'secret', n: [1] }),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const callId = fc.constantFrom('c1', 'c2', 'c3');
const tool = fc.constantFrom('t', 'u');

const flowInput: fc.Arbitrary<FlowInput> = fc.oneof(
  fc.boolean().map((counts): FlowInput => ({ type: 'turn', counts })),
  fc.constantFrom<FlowInput>({ type: 'settle' }, { type: 'callerTurn' }, { type: 'interrupted' }),
  fc.tuple(callId, tool).map(
    ([id, name]): FlowInput => ({
      type: 'admitted',
      callId: id,
      tool: name,
      argumentsHash: `${name}-hash`,
    }),
  ),
  fc.tuple(callId, fc.constantFrom(true, false, undefined)).map(
    ([id, ok]): FlowInput => ({
      type: 'toolEnded',
      callId: id,
      ok,
    }),
  ),
);

export const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(key, value).map(([k, v]): Act => ({ type: 'set', key: k, value: v })) },
  { weight: 2, arbitrary: key.map((k): Act => ({ type: 'remove', key: k })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.array(fc.tuple(key, value), { maxLength: 3 }), fc.boolean())
      .map(([writes, commits]): Act => ({ type: 'draft', writes, commits })),
  },
  { weight: 1, arbitrary: key.map((k): Act => ({ type: 'mark', key: k })) },
  { weight: 6, arbitrary: flowInput.map((input): Act => ({ type: 'flow', input })) },
  { weight: 1, arbitrary: fc.constantFrom('greet', 'order', 'pay').map((to): Act => ({ type: 'move', to })) },
  {
    weight: 2,
    arbitrary: fc.tuple(callId, value).map(([id, v]): Act => ({ type: 'start', callId: id, args: { v } })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(callId, fc.boolean()).map(([id, k]): Act => ({ type: 'run', callId: id, key: k })),
  },
  { weight: 2, arbitrary: callId.map((id): Act => ({ type: 'end', callId: id })) },
  {
    weight: 1,
    arbitrary: fc.tuple(tool, fc.boolean()).map(([t, spent]): Act => ({ type: 'once', tool: t, spent })),
  },
  { weight: 2, arbitrary: fc.string({ maxLength: 12 }).map((words): Act => ({ type: 'turn', words })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('h1', 'h2', undefined).map((handle): Act => ({ type: 'resumable', handle })),
  },
  { weight: 2, arbitrary: fc.constantFrom<Act>({ type: 'clearTurn' }, { type: 'repair' }, { type: 'wait' }) },
);

export interface RigOptions
  extends Partial<Pick<KeeperOptions, 'restored' | 'seal' | 'maxQueued' | 'snapshotEvery'>> {
  readonly store?: Store;
  readonly flow?: CompiledFlow;
  readonly redaction?: RedactionOptions;
  readonly state?: State;
  readonly clock?: ManualClock;
}

/** A seal that anybody can open, bound to its context. */
export const openSeal: SealPort = {
  seal: (text, context) => Buffer.from(`${context}|${text}`).toString('base64url'),
  unseal(sealed, context) {
    const text = Buffer.from(sealed, 'base64url').toString();
    return text.startsWith(`${context}|`) ? text.slice(context.length + 1) : undefined;
  },
};

export class SessionRig {
  readonly clock: ManualClock;
  readonly state: State;
  readonly write: RuntimeStateWriter;
  readonly store: Store;
  readonly monitor: FlowMonitor | undefined;
  readonly keeper: SessionKeeper;
  readonly errors: StoreError[] = [];
  readonly marks: string[];
  place: PhasePlace | undefined;
  visits: readonly PhaseVisit[];
  turn: number;

  constructor({ flow, redaction, state = new State(), clock, store, restored, ...options }: RigOptions = {}) {
    this.clock = clock ?? new ManualClock();
    this.state = state;
    this.write = runtimeWriter(state);
    this.store = store ?? new MemoryStore();
    this.marks = [...(restored?.state.marks ?? [])];
    state.redact(...this.marks);
    this.monitor = flow && new FlowMonitor(flow);
    if (restored?.flow !== undefined) this.monitor?.restore(restored.flow);
    else this.#flow({ type: 'begin' });
    this.place = restored?.phase;
    this.visits = restored?.visits ?? [];
    this.turn = restored?.turn ?? 0;
    this.keeper = new SessionKeeper(
      {
        clock: this.clock,
        epochMs: () => 1_000_000 + this.clock.nowMs(),
        state,
        redactor: new Redactor(state, redaction),
        marks: () => [...this.marks],
        flow: () => this.monitor?.state,
        phase: () => this.place && { place: this.place, visits: this.visits },
        report: (error) => this.errors.push(error),
      },
      { store: this.store, sessionId: 'call', ...(restored !== undefined && { restored }), ...options },
    );
  }

  /** One input of the lane. */
  do(one: Act): SessionSnapshot {
    this.#do(one);
    this.keeper.afterInput();
    return this.keeper.snapshot();
  }

  #do(one: Act): void {
    const { keeper, state, write } = this;
    switch (one.type) {
      case 'set':
        return state.set(one.key, one.value);
      case 'remove':
        return state.delete(one.key);
      case 'draft': {
        const delta = state.delta();
        for (const [name, item] of one.writes) delta.set(name, item);
        return one.commits ? delta.commit() : delta.rollback();
      }
      case 'clearTurn':
        return write.clearPrefix('turn:');
      case 'mark':
        if (!this.marks.includes(one.key)) this.marks.push(one.key);
        return state.redact(one.key);
      case 'flow':
        return this.#flow(one.input);
      case 'move':
        return this.#move(one.to);
      case 'repair':
        if (this.place === undefined) return;
        this.place = { ...this.place, repair: { turns: this.place.repair.turns + 1, unfulfilled: ['k'] } };
        return;
      case 'start':
        return keeper.toolStarted({
          callId: one.callId,
          name: 't',
          args: one.args,
          kind: 'commit',
          turn: this.turn,
          background: false,
        });
      case 'run':
        return keeper.toolRunning(one.callId, one.key ? 'idempotency:t:1' : undefined);
      case 'end':
        return keeper.toolEnded(one.callId);
      case 'once':
        return keeper.once(one.tool, one.spent);
      case 'turn':
        this.turn += 1;
        return keeper.turnEnded({
          number: this.turn,
          user: one.words,
          model: 'yes',
          tools: [{ name: 't', summary: one.words }],
          interrupted: false,
          startedMs: 0,
        });
      case 'resumable':
        return keeper.resumable(one.handle);
      case 'wait':
        return this.clock.advance(1_000);
    }
  }

  #flow(input: FlowInput): void {
    if (this.monitor !== undefined) writeEffects(this.write, this.monitor.apply(input, this.state).effects);
  }

  #move(to: string): void {
    const nowMs = this.clock.nowMs();
    const visit: PhaseVisit = {
      from: this.place?.name ?? '',
      to,
      turn: this.turn,
      atMs: nowMs,
      trigger: { type: 'guard', index: 1 },
      durationMs: 0,
    };
    this.visits = [...this.visits.slice(-99), visit];
    const repair = { turns: 0, unfulfilled: [] };
    this.place = { name: to, enteredAtMs: nowMs, enteredInTurn: this.turn, repair, navigation: `in ${to}` };
  }
}
