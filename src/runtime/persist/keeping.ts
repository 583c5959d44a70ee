/** The session as it is kept: what is written down, when, and what it was restored with. */
import type { Clock, FunctionCall } from '../../wire/index.ts';
import { epochMs } from '../../wire/index.ts';
import type { SessionStart } from '../../wire/session/session-start.ts';
import type { Transcripts } from '../record/transcripts.ts';
import { type State, stateStore } from '../state/state.ts';
import { bounded } from '../tools/bounded.ts';
import type { CallHistory, CallJournal } from '../tools/call-journal.ts';
import type { ToolCall } from '../tools/tool-call.ts';
import { isJsonObject, toJson } from '../tools/tool-json.ts';
import type { RestoredCall, RestoredSession } from './restore-session.ts';
import { type RestoredReport, restoredReport } from './restored-report.ts';
import { type KeeperHost, SessionKeeper } from './session-keeper.ts';
import type { StoreError, StoreProblem } from './store-error.ts';
import type { TakenUp } from './take-up.ts';

const DEFAULT_COMMIT_WAIT_MS = 5_000;

/** What of a session is looked at. */
export interface KeepingHost extends Pick<KeeperHost, 'redactor' | 'flow' | 'phase'> {
  readonly clock: Clock;
  readonly state: State;
  readonly transcripts: Pick<Transcripts, 'turn'>;
  /** The conversation's name, where it has one. */
  readonly conversation: string | undefined;
  /** How long the last snapshot is waited for. */
  readonly closeLimitMs: number;
  readonly report: (error: StoreError) => void;
}

/** Of a session with persistence. Made when state and guide are as it begins, before anything is opened. */
export class Keeping implements CallJournal {
  readonly keeper: SessionKeeper;
  /** Undefined where the conversation begins. */
  readonly restored: RestoredReport | undefined;
  readonly #host: KeepingHost;
  readonly #taken: TakenUp;
  /** Why something is not stored, lastly. */
  #failure: StoreError | undefined;
  #calls: readonly RestoredCall[];
  #closed: Promise<void> | undefined;
  #lastTurn: number;
  /** Keeps the session from being opened. */
  #refuse: ((error: StoreError) => void) | undefined;
  #goesOn = true;

  constructor(host: KeepingHost, taken: TakenUp, problems: readonly StoreProblem[]) {
    const { clock, conversation, flow, phase, redactor, state } = host;
    const { base, options, restored, sessionId } = taken;
    const { marks } = stateStore(state);
    this.#host = host;
    this.#taken = taken;
    this.#calls = restored?.calls ?? [];
    this.#lastTurn = restored?.snapshot.turn ?? 0;
    const { seal, snapshotEvery, maxQueued } = options;
    this.keeper = new SessionKeeper(
      {
        clock,
        epochMs,
        state,
        redactor,
        marks: () => marks.list,
        watchMarks: (listener) => marks.watch(listener),
        flow,
        phase,
        report: (error) => this.#failed(error),
      },
      {
        store: taken.store,
        sessionId,
        ...(conversation !== undefined && { conversation }),
        ...(seal !== undefined && { seal }),
        ...(snapshotEvery !== undefined && { snapshotEvery }),
        ...(maxQueued !== undefined && { maxQueued }),
        ...(base !== undefined && { restored: base }),
        ...(restored !== undefined && { secretKeys: restored.secretKeys }),
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
    const words = this.#host.transcripts.turn(ended.number);
    this.#lastTurn = Math.max(this.#lastTurn, ended.number);
    this.keeper.turnEnded(words ?? { ...ended, tools: [], interrupted: false });
  }

  /** More is known of a turn: words that came late, or how much of them was heard. */
  turnAmended(number: number): void {
    const words = number <= this.#lastTurn ? this.#host.transcripts.turn(number) : undefined;
    if (words !== undefined) this.keeper.turnEnded(words);
  }

  started(call: ToolCall): void {
    const { id: callId, name, origin, isBackground: background } = call;
    const kind = call.isCommit ? 'commit' : 'read';
    this.keeper.toolStarted({ callId, name, args: origin.args, kind, turn: origin.turn, background });
  }

  begins(call: ToolCall): PromiseLike<boolean> | undefined {
    // Calls are admitted beside the lane: what the flow has reserved for this one comes first.
    this.keeper.afterInput();
    this.keeper.toolRunning(call.id, call.idempotencyKey, call.origin.args);
    if (call.origin.tool?.definition.policy?.once === true) this.keeper.once(call.name, true);
    if (!call.isCommit) return undefined;
    if (call.idempotencyKey === undefined) return this.#isStored();
    // What may run again needs no proof that it has begun. But who has lost the session begins nothing.
    return this.keeper.ended === undefined ? undefined : Promise.resolve(false);
  }

  mayHaveRun({ idempotencyKey: key, origin }: ToolCall): boolean {
    if (key === undefined || this.restored === undefined) return false;
    const shown = this.keeper.keptKey(key, origin.args);
    return shown !== key && this.#host.state.get(shown) !== undefined;
  }

  givenBack(tool: string): void {
    this.keeper.once(tool, false);
  }

  ended(call: ToolCall): void {
    this.keeper.toolEnded(call.id, call.result);
  }

  /** The application answers a call itself: it may take effect from now on. */
  handedOver(callId: string, { call, turn }: { readonly call: FunctionCall; readonly turn: number }): void {
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
    const { clock, closeLimitMs } = this.#host;
    const controller = new AbortController();
    const stop = clock.schedule(closeLimitMs, () => controller.abort());
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
      this.keeper.written().then(resolve, reject);
    });
  }

  async #isStored(): Promise<boolean> {
    const { clock } = this.#host;
    const limitMs = this.#taken.options.commitWaitMs ?? DEFAULT_COMMIT_WAIT_MS;
    const { signal } = new AbortController();
    const stored = await bounded(clock, limitMs, () => this.keeper.written(), signal);
    return stored.type === 'value';
  }

  #failed(error: StoreError): void {
    this.#failure = error;
    this.#refuse?.(error);
    this.#host.report(error);
  }
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
