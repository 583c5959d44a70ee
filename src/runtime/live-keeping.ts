/** The session as it is kept: what is written down, when, and what it was restored with. */
import { restoredState } from '../flow/monitor/restored-state.ts';
import { epochMs } from '../wire/index.ts';
import type { SessionStart } from '../wire/session/session-start.ts';
import type { CallByHand, LiveParts } from './lanes/live-parts.ts';
import type { RestoredCall, RestoredSession } from './persist/restore-session.ts';
import { type RestoredReport, restoredReport } from './persist/restored-report.ts';
import { SessionKeeper } from './persist/session-keeper.ts';
import type { StoreError, StoreProblem } from './persist/store-error.ts';
import type { TakenUp } from './persist/take-up.ts';
import { stateStore } from './state/state.ts';
import { bounded } from './tools/bounded.ts';
import type { CallHistory, CallJournal } from './tools/call-journal.ts';
import type { ToolCall } from './tools/tool-call.ts';
import { isJsonObject, toJson } from './tools/tool-json.ts';

const DEFAULT_COMMIT_WAIT_MS = 5_000;

/** Of a session with persistence. Made when state and guide are as it begins, before anything is opened. */
export class Keeping implements CallJournal {
  readonly keeper: SessionKeeper;
  /** Undefined where the conversation begins. */
  readonly restored: RestoredReport | undefined;
  readonly #core: LiveParts;
  readonly #taken: TakenUp;
  /** Why something is not stored, lastly. */
  #failure: StoreError | undefined;
  #calls: readonly RestoredCall[];
  #closed: Promise<void> | undefined;
  #lastTurn: number;
  /** Keeps the session from being opened. */
  #refuse: ((error: StoreError) => void) | undefined;
  #goesOn = true;

  constructor(core: LiveParts, taken: TakenUp, problems: readonly StoreProblem[]) {
    const { clock, guide, redactor, state } = core;
    const { base, options, restored, sessionId } = taken;
    const { marks } = stateStore(state);
    this.#core = core;
    this.#taken = taken;
    this.#calls = restored?.calls ?? [];
    this.#lastTurn = restored?.snapshot.turn ?? 0;
    const conversation = nameOf(core);
    const { seal, snapshotEvery, maxQueued } = options;
    this.keeper = new SessionKeeper(
      {
        clock,
        epochMs,
        state,
        redactor,
        marks: () => marks.list,
        flow: () => guide?.flow?.state,
        phase: () => guide?.place,
        report: (error) => this.#failed(error),
      },
      {
        store: options.store,
        sessionId,
        ...(conversation !== undefined && { conversation }),
        ...(seal !== undefined && { seal }),
        ...(snapshotEvery !== undefined && { snapshotEvery }),
        ...(maxQueued !== undefined && { maxQueued }),
        ...(base !== undefined && { restored: base }),
      },
    );
    const told = [...problems, ...renamed(restored, conversation), ...(restored?.problems ?? [])];
    this.restored = restored && restoredReport(restored, told);
  }

  /** Nothing is opened before the store has the session. */
  get start(): SessionStart {
    const { restored, sessionId } = this.#taken;
    const calls = this.#calls.map(({ callId }) => callId);
    const known = restored?.snapshot.resume?.calls ?? [];
    return {
      after: this.#isWritable(),
      sessionId,
      turn: this.#lastTurn + 1,
      openCalls: calls,
      unsavedCalls: calls.filter((call) => !known.includes(call)),
    };
  }

  /** What came of the calls of before; undefined where there are none. */
  get history(): CallHistory | undefined {
    return this.#taken.restored?.snapshot.tools;
  }

  /** Whether the session has yet to be taken up where it was. */
  get goesOn(): boolean {
    return this.#goesOn;
  }

  /** Calls of before that are to be taken up, once. */
  takeCalls(): readonly RestoredCall[] {
    const calls = this.#calls;
    this.#calls = [];
    this.#goesOn = false;
    return calls;
  }

  /** Why the store has not got everything; undefined where nothing failed. */
  get failure(): StoreError | undefined {
    return this.keeper.ended ?? this.#failure;
  }

  /** The turn is over; its number counts even where there was not a word in it. */
  turnEnded(ended: { readonly number: number; readonly user: string; readonly model: string }): void {
    const words = this.#core.transcripts.turn(ended.number);
    this.#lastTurn = Math.max(this.#lastTurn, ended.number);
    this.keeper.turnEnded(words ?? { ...ended, tools: [], interrupted: false });
  }

  /** More is known of a turn: words that came late, or how much of them was heard. */
  turnAmended(number: number): void {
    const words = number <= this.#lastTurn ? this.#core.transcripts.turn(number) : undefined;
    if (words !== undefined) this.keeper.turnEnded(words);
  }

  started(call: ToolCall): void {
    const { id: callId, name, origin, isBackground: background } = call;
    const kind = call.isCommit ? 'commit' : 'read';
    this.keeper.toolStarted({ callId, name, args: origin.args, kind, turn: origin.turn, background });
  }

  begins(call: ToolCall): PromiseLike<boolean> | undefined {
    this.keeper.toolRunning(call.id, call.idempotencyKey);
    if (call.origin.tool?.definition.policy?.once === true) this.keeper.once(call.name, true);
    // What may run again needs no proof that it has begun.
    return call.isCommit && call.idempotencyKey === undefined ? this.#isStored() : undefined;
  }

  givenBack(tool: string): void {
    this.keeper.once(tool, false);
  }

  ended(call: ToolCall): void {
    this.keeper.toolEnded(call.id, call.result);
  }

  /** The application answers a call itself: it may take effect from now on. */
  handedOver(callId: string, { call, turn }: CallByHand): void {
    const json = toJson(call.args ?? {});
    const args = json.ok && isJsonObject(json.value) ? json.value : {};
    this.keeper.toolStarted({ callId, name: call.name, args, kind: 'commit', turn, background: false });
    this.keeper.toolRunning(callId);
  }

  handedBack(callId: string): void {
    this.keeper.toolEnded(callId);
  }

  /** Resolves when everything so far is stored; rejects with why it is not. */
  async saved(signal?: AbortSignal): Promise<void> {
    if (this.#closed === undefined) return this.keeper.flush(signal === undefined ? {} : { signal });
    await this.#closed;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The last snapshot, bounded. */
  close(): void {
    if (this.#closed !== undefined) return;
    const { clock, resolved } = this.#core;
    const limitMs = resolved.options.teardownTimeoutMs ?? 2_000;
    const controller = new AbortController();
    const stop = clock.schedule(limitMs, () => controller.abort());
    this.#failure = this.keeper.ended;
    this.#closed = this.keeper.close({ signal: controller.signal }).finally(stop);
  }

  /** Resolves when the last snapshot is written, or cannot be. */
  get closed(): Promise<void> {
    return this.#closed ?? Promise.resolve();
  }

  /** The first failure counts here: what cannot be kept is not begun. */
  #isWritable(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#refuse = reject;
      this.keeper.flush().then(resolve, reject);
    });
  }

  async #isStored(): Promise<boolean> {
    const { clock } = this.#core;
    const limitMs = this.#taken.options.commitWaitMs ?? DEFAULT_COMMIT_WAIT_MS;
    const { signal } = new AbortController();
    const stored = await bounded(clock, limitMs, () => this.keeper.flush(), signal);
    return stored.type === 'value';
  }

  #failed(error: StoreError): void {
    this.#failure = error;
    this.#refuse?.(error);
    this.#core.lane.post({ type: 'fault', error });
  }
}

/** The state of before, in the place of what there is. Throws `stateSnapshotInvalid` where the schema refuses it. */
export function importRestored(
  { state, write }: Pick<LiveParts, 'state' | 'write'>,
  restored: RestoredSession,
): void {
  state.redact(...restored.snapshot.state.marks);
  write.import(restored.state);
}

/** The guide stands where the session was; what of that there is no more is told. */
export function placeGuide(
  { guide, resolved }: Pick<LiveParts, 'guide' | 'resolved'>,
  { snapshot }: RestoredSession,
): readonly StoreProblem[] {
  const { flow, phase, visits } = snapshot;
  const problems: StoreProblem[] = [];
  const missing = (where: string, message: string): void => {
    problems.push({ code: 'unknownPart', where, message });
  };
  if (phase !== undefined && guide?.restorePhase(phase, visits) !== true) {
    missing('phase.name', `there is no phase ${JSON.stringify(phase.name)} any more: the first is entered`);
  }
  if (flow === undefined) return problems;
  if (guide?.flow === undefined || resolved.flow === undefined) {
    missing('flow', 'no flow governs any more');
    return problems;
  }
  const { state, faults } = restoredState(resolved.flow.compiled, flow);
  for (const fault of faults) {
    const [where = '', ...why] = fault.split(': ');
    missing(`flow.${where}`, why.join(': '));
  }
  if (state !== undefined) guide.flow.restore(state);
  return problems;
}

function nameOf({ resolved }: LiveParts): string | undefined {
  return resolved.conversation?.name ?? resolved.flow?.compiled.name;
}

function renamed(
  restored: RestoredSession | undefined,
  conversation: string | undefined,
): readonly StoreProblem[] {
  const before = restored?.snapshot.conversation;
  if (before === undefined || before === conversation) return [];
  const message = `it was of the conversation ${JSON.stringify(before)}, and this is ${JSON.stringify(conversation ?? 'none')}`;
  return [{ code: 'unknownPart', where: 'conversation', message }];
}
