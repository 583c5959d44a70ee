import type { FlowState } from '../../flow/monitor/flow-state.ts';
import { MAX_PHASE_HISTORY } from '../../flow/phases/phase-history.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { assertNever } from '../../wire/assert-never.ts';
import { setOwn } from '../state/frozen-json.ts';
import type { SessionEntry } from './session-entry.ts';
import {
  type KeptAnswer,
  type KeptCall,
  type KeptTurn,
  MAX_KEPT_ANSWERS,
  MAX_KEPT_IDS,
  MAX_KEPT_TURNS,
  type SessionSnapshot,
} from './session-snapshot.ts';

/** A value as it is kept: itself, a seal, or nothing but that there was one. */
type Kept =
  | { readonly type: 'value'; readonly value: JsonValue }
  | { readonly type: 'sealed'; readonly sealed: string }
  | { readonly type: 'masked' };

/** At most one of them beside the key. */
type KeptFields = Pick<Extract<SessionEntry, { type: 'state' }>, 'key' | 'value' | 'sealed' | 'masked'>;

/** A session that changes by the entries of its journal. What it gives out is not changed later. */
export class SessionFold {
  seq: number;
  readonly #base: SessionSnapshot;
  #revision: number;
  readonly #state = new Map<string, Kept>();
  #marks: readonly string[];
  #flow: FlowState | undefined;
  readonly #open: Map<string, KeptCall>;
  readonly #known: Set<string>;
  readonly #once: Set<string>;
  /** Fields that are replaced as a whole. */
  readonly #fields: {
    -readonly [K in 'conversation' | 'saved' | 'opened' | 'turn' | 'phase' | 'resume']?: SessionSnapshot[K];
  } = {};
  #visits: SessionSnapshot['visits'];
  readonly #turns: KeptTurn[];
  #answered: readonly KeptAnswer[];

  constructor(base: SessionSnapshot) {
    const { seq, state, flow, tools, turns, visits } = base;
    this.#base = base;
    this.seq = seq;
    this.#revision = state.revision;
    for (const [key, value] of Object.entries(state.values)) this.#state.set(key, { type: 'value', value });
    for (const [key, sealed] of Object.entries(state.sealed))
      this.#state.set(key, { type: 'sealed', sealed });
    for (const key of state.masked) this.#state.set(key, { type: 'masked' });
    this.#marks = state.marks;
    this.#flow = flow;
    this.#open = new Map(tools.open.map((call) => [call.callId, call]));
    this.#known = new Set(tools.known);
    this.#once = new Set(tools.once);
    this.#visits = visits;
    this.#turns = [...turns];
    this.#answered = tools.answered ?? [];
  }

  /** Why an entry cannot follow. */
  missing(seq: number, entry: SessionEntry): string | undefined {
    if (seq !== this.seq + 1) return `entries from ${this.seq + 1} on are missing`;
    if (entry.type !== 'state' || entry.revision <= this.#revision + 1) return undefined;
    return `mutations of the state from ${this.#revision + 1} on are missing`;
  }

  apply(entry: SessionEntry): void {
    switch (entry.type) {
      case 'begun':
        this.#fields.saved = entry.at;
        this.#revision = entry.revision;
        if (entry.conversation !== undefined) this.#fields.conversation = entry.conversation;
        return;
      case 'state':
        return this.#mutate(entry);
      case 'marks':
        this.#marks = entry.keys;
        for (const kept of entry.state ?? []) this.#keep(kept);
        for (const call of entry.open ?? []) this.#open.set(call.callId, call);
        return;
      case 'flow':
        // The first entry of a flow has all of its fields.
        this.#flow = { ...this.#flow, ...entry.changes } as FlowState;
        return;
      case 'phase':
        this.#fields.phase = entry.place;
        this.#visits = [...this.#visits, ...entry.visits].slice(-MAX_PHASE_HISTORY);
        return;
      case 'toolStarted':
        this.#open.set(entry.call.callId, entry.call);
        return this.#know(entry.call.callId);
      case 'toolRunning': {
        const call = this.#open.get(entry.callId);
        const { idempotencyKey } = entry;
        const key = idempotencyKey === undefined ? {} : { idempotencyKey };
        if (call !== undefined) this.#open.set(entry.callId, { ...call, running: true, ...key });
        return;
      }
      case 'toolEnded':
        return this.#endCall(entry);
      case 'once':
        if (entry.spent) this.#once.add(entry.tool);
        else this.#once.delete(entry.tool);
        return;
      case 'opened':
        this.#fields.opened = true;
        return;
      case 'turn':
        this.#fields.saved = entry.at;
        return this.#keepTurn(entry.turn);
      case 'resume':
        return this.#resumable(entry.resume);
      default:
        assertNever(entry);
    }
  }

  snapshot(): SessionSnapshot {
    const values: Record<string, JsonValue> = {};
    const sealed: Record<string, string> = {};
    const masked: string[] = [];
    for (const [key, kept] of this.#state) {
      if (kept.type === 'value') setOwn(values, key, kept.value);
      else if (kept.type === 'sealed') setOwn(sealed, key, kept.sealed);
      else masked.push(key);
    }
    return {
      ...this.#base,
      ...this.#fields,
      ...(this.#flow !== undefined && { flow: this.#flow }),
      seq: this.seq,
      state: { revision: this.#revision, values, masked: masked.sort(), sealed, marks: this.#marks },
      visits: this.#visits,
      tools: {
        open: [...this.#open.values()],
        known: [...this.#known],
        once: [...this.#once],
        ...(this.#answered.length > 0 && { answered: this.#answered }),
      },
      turns: [...this.#turns],
    };
  }

  #mutate(entry: Extract<SessionEntry, { type: 'state' }>): void {
    if (entry.revision <= this.#revision) return;
    this.#revision = entry.revision;
    this.#keep(entry);
  }

  #keep({ key, value, sealed, masked }: KeptFields): void {
    if (value !== undefined) this.#state.set(key, { type: 'value', value });
    else if (sealed !== undefined) this.#state.set(key, { type: 'sealed', sealed });
    else if (masked === true) this.#state.set(key, { type: 'masked' });
    else this.#state.delete(key);
  }

  #endCall({ callId, summary }: Extract<SessionEntry, { type: 'toolEnded' }>): void {
    const call = this.#open.get(callId);
    this.#open.delete(callId);
    if (call === undefined || summary === undefined) return;
    const answer = { callId, name: call.name, summary };
    this.#answered = [...this.#answered.slice(1 - MAX_KEPT_ANSWERS), answer];
  }

  #keepTurn(turn: KeptTurn): void {
    const newest = this.#fields.turn ?? this.#base.turn;
    this.#fields.turn = Math.max(newest, turn.number);
    const index = this.#turns.findLastIndex(({ number }) => number === turn.number);
    if (index !== -1) this.#turns[index] = turn;
    else if (turn.number > newest) this.#turns.push(turn);
    if (this.#turns.length > MAX_KEPT_TURNS) this.#turns.shift();
  }

  /** What happened so far is in the handle. */
  #resumable(resume: NonNullable<SessionSnapshot['resume']>): void {
    const isUsable = resume.handle !== undefined || resume.sealed !== undefined;
    this.#fields.resume = isUsable ? { ...resume, calls: [...this.#open.keys()] } : resume;
    if (isUsable) this.#answered = [];
  }

  #know(callId: string): void {
    this.#known.add(callId);
    const [oldest] = this.#known;
    if (oldest !== undefined && this.#known.size > MAX_KEPT_IDS) this.#known.delete(oldest);
  }
}
