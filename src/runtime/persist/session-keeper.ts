/** Watches a session and writes down what it needs to go on elsewhere. */
import type { FlowState } from '../../flow/monitor/flow-state.ts';
import type { PhasePlace, PhaseVisit } from '../../flow/phases/phase-history.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock } from '../../wire/index.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import type { Mutation } from '../state/journal.ts';
import type { State } from '../state/state.ts';
import type { JsonObject } from '../tools/tool-definition.ts';
import { type KeeperRedactor, type KeptEntry, keptState, Sealing, type SealPort } from './sealing.ts';
import { SecretKeys } from './secret-keys.ts';
import { flowChanges, type SessionEntry } from './session-entry.ts';
import { SessionFold } from './session-fold.ts';
import { SessionJournal } from './session-journal.ts';
import { emptySnapshot, type KeptCall, type Moment, type SessionSnapshot } from './session-snapshot.ts';
import type { Store, StoreCall } from './store.ts';
import { StoreError } from './store-error.ts';

export interface KeeperHost {
  readonly clock: Clock;
  /** The calendar: `epochMs` of the wire layer. */
  readonly epochMs: () => number;
  readonly state: State;
  readonly redactor: KeeperRedactor;
  /** All that `state.redact` marks. */
  readonly marks: () => readonly string[];
  /** Tells of each new mark, at once. Without it they are noticed with the next input. */
  readonly watchMarks?: (listener: () => void) => () => void;
  /** Undefined where no flow governs. */
  readonly flow: () => FlowState | undefined;
  /** Undefined where no phases govern, or before the first. */
  readonly phase: () => { readonly place: PhasePlace; readonly visits: readonly PhaseVisit[] } | undefined;
  readonly report: (error: StoreError) => void;
}

export interface KeeperOptions {
  readonly store: Pick<Store, 'append' | 'snapshot'>;
  readonly sessionId: string;
  readonly conversation?: string;
  readonly seal?: SealPort;
  /** What `restoreSession` gave, once its state has been imported; undefined for a new session. */
  readonly restored?: SessionSnapshot;
  /** Idempotency keys of `restored` that were sealed. */
  readonly secretKeys?: readonly string[];
  /** Entries between snapshots. @default 500 */
  readonly snapshotEvery?: number;
  /** Entries that may wait for the store; over it a snapshot takes their place. @default 4_096 */
  readonly maxQueued?: number;
}

/** Of an answer, in characters. */
const MAX_SUMMARY = 1_000;

/** A turn in words; when it began is not kept. */
export type EndedWords = Omit<TranscriptTurn, 'startedMs'> & Partial<Pick<TranscriptTurn, 'startedMs'>>;

/** A call that begins; arguments as they are. */
export interface StartedCall extends Omit<KeptCall, 'args' | 'sealed' | 'running' | 'idempotencyKey'> {
  readonly args: JsonObject;
}

/** Made when the state is as the session begins with it. Every method costs microseconds, and none throws. */
export class SessionKeeper {
  readonly #host: KeeperHost;
  readonly #sealing: Sealing;
  readonly #keys: SecretKeys;
  readonly #fold: SessionFold;
  readonly #journal: SessionJournal;
  readonly #snapshotEvery: number;
  readonly #detach: () => void;
  readonly #unwatch: (() => void) | undefined;
  #sinceSnapshot = 0;
  #flow: FlowState | undefined;
  /** The state that it was made of. */
  #flowOf: FlowState | undefined;
  #place: PhasePlace | undefined;
  #visit: PhaseVisit | undefined;
  #marks: readonly string[];
  /** Null: nobody has said whether the restored one still holds. */
  #handle: string | undefined | null;
  #isOpen: boolean;
  /** Nothing that was shown before is taken for shown. */
  #isRemasked = false;

  constructor(host: KeeperHost, options: KeeperOptions) {
    const { store, sessionId, conversation, seal, restored, snapshotEvery = 500, maxQueued } = options;
    this.#host = host;
    this.#snapshotEvery = snapshotEvery;
    this.#keys = new SecretKeys(host.redactor, host.state, host.marks);
    for (const key of options.secretKeys ?? []) this.#keys.know(key);
    this.#sealing = new Sealing(host.redactor, this.#keys, seal, sessionId, (cause) => {
      host.report(new StoreError('storeFailed', 'A secret could not be sealed: it is not kept.', { cause }));
    });
    this.#marks = host.marks();
    const base = restored ?? emptySnapshot(this.#now());
    const state = keptState(host.state, this.#marks, this.#sealing, restored?.state.sealed);
    this.#fold = new SessionFold({ ...base, state });
    this.#journal = new SessionJournal({
      store,
      sessionId,
      clock: host.clock,
      snapshot: () => this.#fold.snapshot(),
      report: host.report,
      last: base.seq,
      ...(maxQueued !== undefined && { maxQueued }),
    });
    this.#handle = restored?.resume === undefined ? undefined : null;
    this.#isOpen = restored?.opened === true;
    this.#place = restored?.phase;
    this.#visit = restored && host.phase()?.visits.at(-1);
    this.#detach = host.state.journal.attachSink(
      () => this.#mutated(),
      ({ cause }) =>
        host.report(new StoreError('storeFailed', 'The state is not written down any more.', { cause })),
    );
    this.#unwatch = host.watchMarks?.(() => this.#noteMarks());
    const { revision } = host.state;
    this.#add({
      type: 'begun',
      at: this.#now(),
      revision,
      ...(conversation !== undefined && { conversation }),
    });
    this.afterInput();
    this.#checkpoint();
  }

  /** After each input of the control lane: what the governor has come to. */
  afterInput(): void {
    const { flow, phase } = this.#host;
    this.#noteMarks();
    const state = flow();
    if (state !== undefined && state !== this.#flowOf) this.#noteFlow(state);
    const at = phase();
    if (at !== undefined) this.#notePlace(at.place, at.visits);
  }

  /** What was written before it was marked is masked, and a snapshot without it is due. */
  #noteMarks(): void {
    const keys = this.#host.marks();
    if (keys.length === this.#marks.length) return;
    this.#marks = keys;
    const { state, tools } = this.#fold.snapshot();
    const hidden = Object.entries(state.values).flatMap(([key, value]): readonly KeptEntry[] => {
      const kept = this.#sealing.entry(key, value);
      if ('value' in kept) return [];
      return kept.key === key ? [kept] : [{ key }, kept];
    });
    const calls = tools.open.map((call) => this.#shownCall(call));
    const open = calls.filter((call, index) => call !== tools.open[index]);
    this.#add({
      type: 'marks',
      keys,
      ...(hidden.length > 0 && { state: hidden }),
      ...(open.length > 0 && { open }),
    });
    if (hidden.length > 0 || open.length > 0) this.#checkpoint();
    const flow = this.#flowOf;
    if (flow === undefined) return;
    this.#isRemasked = true;
    this.#noteFlow(flow);
    this.#isRemasked = false;
  }

  #shownCall(call: KeptCall): KeptCall {
    if (call.args === undefined) return call;
    const keeping = this.#sealing.json(call.args, call.callId);
    if ('value' in keeping) return call;
    const { args: _, ...rest } = call;
    return 'sealed' in keeping ? { ...rest, sealed: keeping.sealed } : rest;
  }

  toolStarted({ args, ...call }: StartedCall): void {
    const keeping = this.#sealing.json(args, call.callId);
    const kept: Pick<KeptCall, 'args' | 'sealed'> =
      'value' in keeping ? { args } : 'sealed' in keeping ? { sealed: keeping.sealed } : {};
    this.#add({ type: 'toolStarted', call: { ...call, ...kept, running: false } });
  }

  /** An idempotency key as it may be kept. */
  keptKey(key: string, args: JsonObject): string {
    return this.#keys.note(key, args);
  }

  /** Its work begins: from here on a commit may have taken effect. */
  toolRunning(callId: string, idempotencyKey?: string, args: JsonObject = {}): void {
    this.#add({
      type: 'toolRunning',
      callId,
      ...(idempotencyKey !== undefined && { idempotencyKey: this.keptKey(idempotencyKey, args) }),
    });
  }

  /** It is answered or given up, and nothing of it runs. */
  toolEnded(callId: string, answer?: JsonValue): void {
    const summary = answer === undefined ? {} : { summary: this.#summary(answer) };
    this.#add({ type: 'toolEnded', callId, ...summary });
  }

  /** A tool that runs once was reserved, or given back. */
  once(tool: string, spent: boolean): void {
    this.#add({ type: 'once', tool, spent });
  }

  /** The model was reached for the first time: it is greeted. */
  opened(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#add({ type: 'opened' });
  }

  /** A turn is over, with all its words, at its boundary; or more is known of one that was. */
  turnEnded(turn: EndedWords): void {
    const text = (words: string): string => this.#sealing.text(words);
    const { number, user, model, interrupted, tools } = turn;
    const shown = tools.map(({ name, summary }) => ({ name, summary: text(summary) }));
    const kept = { number, user: text(user), model: text(model), interrupted, tools: shown };
    this.#add({ type: 'turn', turn: kept, at: this.#now() });
    if (this.#sinceSnapshot >= this.#snapshotEvery) this.#checkpoint();
  }

  /**
   * What the service can resume with now; undefined when nothing any more.
   * @param turn the last turn that it holds
   */
  resumable(handle: string | undefined, turn?: number): void {
    if (handle === this.#handle) return;
    const isUnsaid = this.#handle === null;
    this.#handle = handle;
    const keeping = handle === undefined ? undefined : this.#sealing.handle(handle);
    const holds = turn === undefined ? {} : { turn };
    const resume =
      keeping === undefined || 'masked' in keeping
        ? {}
        : 'sealed' in keeping
          ? { sealed: keeping.sealed, ...holds }
          : { handle: handle ?? '', ...holds };
    // The one of before still holds: it holds no more than it did.
    if (isUnsaid && handle !== undefined && isSameHandle(this.#fold.snapshot().resume, resume)) return;
    this.#add({ type: 'resume', resume });
  }

  /** Why nothing is written any more; undefined while it is. */
  get ended(): StoreError | undefined {
    return this.#journal.ended;
  }

  /** The journal of this moment: for tests and studios. */
  snapshot(): SessionSnapshot {
    return this.#fold.snapshot();
  }

  /** Resolves when all so far is stored. */
  flush(call: StoreCall = {}): Promise<void> {
    this.#noteMarks();
    return this.#journal.flush(call);
  }

  /** Resolves when all that happened so far is stored; a snapshot that is due is not waited for. */
  written(call: StoreCall = {}): Promise<void> {
    return this.#journal.written(call);
  }

  /** The session is over: the last snapshot is written, then nothing more. The store stays open. Never rejects. */
  async close(call: StoreCall = {}): Promise<void> {
    this.#detach();
    this.#unwatch?.();
    this.#noteMarks();
    this.#checkpoint();
    try {
      await this.#journal.flush(call);
    } catch (cause) {
      // Another failure was told of when it happened.
      if (cause instanceof StoreError && cause.code === 'aborted') this.#host.report(cause);
    }
    this.#journal.close();
  }

  #summary(answer: JsonValue): string {
    const shown = this.#sealing.text(JSON.stringify(this.#sealing.shown(answer)));
    return shown.slice(0, MAX_SUMMARY);
  }

  #mutated(): void {
    // The sink's own copy is masked; what can be sealed is the value itself.
    const [mutation] = this.#host.state.journal.recent(1);
    if (mutation !== undefined) this.#add(this.#stateEntry(mutation));
  }

  #stateEntry({ sequence, key, new: value }: Mutation): SessionEntry {
    return { type: 'state', revision: sequence, ...this.#sealing.entry(key, value) };
  }

  #notePlace(place: PhasePlace, visits: readonly PhaseVisit[]): void {
    const before = this.#place;
    const isSame =
      before?.name === place.name &&
      before.enteredAtMs === place.enteredAtMs &&
      before.enteredInTurn === place.enteredInTurn &&
      before.navigation === place.navigation &&
      before.repair.turns === place.repair.turns &&
      before.repair.unfulfilled.join('\n') === place.repair.unfulfilled.join('\n');
    const fresh = this.#visit === undefined ? visits : visits.slice(visits.indexOf(this.#visit) + 1);
    if (isSame && fresh.length === 0) return;
    this.#place = place;
    this.#visit = visits.at(-1);
    this.#add({ type: 'phase', place, visits: fresh });
  }

  #noteFlow(state: FlowState): void {
    const shown = this.#shownFlow(state);
    const changes = flowChanges(this.#flow, shown);
    this.#flow = shown;
    this.#flowOf = state;
    if (changes !== undefined) this.#add({ type: 'flow', changes });
  }

  /** A flow remembers values of keys: the secret ones are forgotten. */
  #shownFlow(state: FlowState): FlowState {
    const slots = this.#shownSlots(state.slots);
    const asking = this.#shownAsking(state.asking);
    return slots === state.slots && asking === state.asking ? state : { ...state, asking, slots };
  }

  /** Whose values they are is not told: where there are secrets, the consent is asked for again. */
  #shownAsking(asking: FlowState['asking']): FlowState['asking'] {
    if (!this.#isRemasked && this.#flow !== undefined && this.#flowOf?.asking === asking)
      return this.#flow.asking;
    const all = Object.entries(asking);
    const isOpen = this.#host.marks().length === 0;
    const shown = all.filter(([, values]) => {
      return values.length === 0 || (isOpen && this.#sealing.shown(values) === values);
    });
    return shown.length === all.length ? asking : Object.fromEntries<readonly JsonValue[]>(shown);
  }

  #shownSlots(slots: FlowState['slots']): FlowState['slots'] {
    if (!this.#isRemasked && this.#flow !== undefined && this.#flowOf?.slots === slots)
      return this.#flow.slots;
    const all = Object.entries(slots);
    const shown = all.filter(([key, value]) => 'value' in this.#sealing.stateValue(key, value));
    return shown.length === all.length ? slots : Object.fromEntries<JsonValue>(shown);
  }

  #add(entry: SessionEntry): void {
    this.#journal.add(entry);
    this.#fold.apply(entry);
    this.#fold.seq = this.#journal.last;
    this.#sinceSnapshot += 1;
  }

  #checkpoint(): void {
    this.#sinceSnapshot = 0;
    this.#journal.checkpoint();
  }

  #now(): Moment {
    return { clockMs: this.#host.clock.nowMs(), epochMs: this.#host.epochMs() };
  }
}

function isSameHandle(kept: SessionSnapshot['resume'], now: NonNullable<SessionSnapshot['resume']>): boolean {
  const isGiven = now.handle !== undefined || now.sealed !== undefined;
  return isGiven && kept?.handle === now.handle && kept?.sealed === now.sealed;
}
