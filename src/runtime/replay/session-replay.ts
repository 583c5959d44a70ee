/** Runs the real session over a recording. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { LiveCore } from '../live-core.ts';
import type { LiveEvent } from '../live-event.ts';
import type { LiveOptions } from '../live-options.ts';
import { resolveLiveOptions } from '../resolve-live-options.ts';
import { RuntimeError } from '../runtime-error.ts';
import { performWrite } from '../state/observe-writes.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { type AppInput, applyInput } from './app-input.ts';
import { finalState } from './final-state.ts';
import { isAlike } from './hidden-places.ts';
import { inputOf } from './input-json.ts';
import { tasksDone } from './next-task.ts';
import type { Recording, RecordingEntry, RecordingEntryOf } from './recording.ts';
import { diffOf, type ReplayDifference, type StateDifference } from './replay-difference.ts';
import { NO_CREDENTIAL } from './replay-environment.ts';
import { type OutsideEntry, ReplaySeam } from './replay-seam.ts';
import { seamedOptions } from './seamed-options.ts';

/** Rounds of promises that are waited for, at most, until the session has done what it had done. */
const MAX_ROUNDS = 200;
/** Promises stand in no longer rows behind the last thing that was done. */
const SPARE_ROUNDS = 20;
/** A timer of the same delay differs by no more. */
const SAME_DELAY_MS = 1;

export interface SessionReplayOptions {
  readonly options: LiveOptions;
  readonly onEvent?: ((event: LiveEvent) => void) | undefined;
}

export class SessionReplay {
  readonly core: LiveCore;
  readonly #entries: readonly RecordingEntry[];
  readonly #seam: ReplaySeam;
  readonly #encoder = new TextEncoder();
  readonly #shapes = new Map<number, RecordingEntryOf<'shape'>>();
  readonly #abort = new AbortController();
  #first: ReplayDifference | undefined;
  #index = 0;
  /** Something was caused that may not be done yet. */
  #isOpen = true;

  constructor(recording: Recording, { onEvent, options }: SessionReplayOptions) {
    const { entries, header } = recording;
    this.#entries = entries;
    for (const entry of entries) if (entry.type === 'shape') this.#shapes.set(entry.id, entry);
    this.#seam = new ReplaySeam(recording, {
      perform: (entry) => this.#perform(entry),
      found: (difference) => this.#found(difference),
    });
    const { clock, random, transport } = this.#seam;
    const environment = { GEMINI_API_KEY: NO_CREDENTIAL, ...header.environment };
    const { onSession: _, persistence: __, recorder: ___, ...given } = options;
    const resolved = resolveLiveOptions({ ...given, state: stateOf(given, header.state) }, environment);
    const profile = JSON.stringify(resolved.profile);
    const recorded = JSON.stringify(header.profile);
    if (profile !== recorded) {
      const diff = `the model: ${diffOf(recorded, profile)}`;
      this.#found({ kind: 'profile', seq: 0, tMs: 0, recorded, came: profile, diff });
    }
    const ports = { clock, random, transport, environment, signal: this.#abort.signal };
    this.core = new LiveCore(seamedOptions(resolved, this.#seam, false), ports, { onEvent });
  }

  get first(): ReplayDifference | undefined {
    return this.#first;
  }

  /** The seq of the last entry that was replayed; 0 before the first. */
  get seq(): number {
    return this.#entries[this.#index - 1]?.seq ?? 0;
  }

  get isOver(): boolean {
    return this.#index >= this.#entries.length;
  }

  /** Replays up to and with the entry `seq`; `moved` is told after each that came from outside. */
  async runTo(seq: number, moved?: (seq: number) => void): Promise<void> {
    for (; this.#index < this.#entries.length; this.#index++) {
      const entry = this.#entries[this.#index];
      if (entry === undefined || entry.seq > seq) break;
      if (!isOutside(entry) || entry.at !== undefined) continue;
      if (this.#mustWait(entry)) await this.#wait(entry);
      this.#step(entry);
      moved?.(entry.seq);
    }
    await tasksDone();
    moved?.(this.seq);
    if (this.isOver) this.#seam.outs.requireComplete(this.#entries.length);
  }

  /** How what the session came to differs from what it had come to; empty where the recording has no end. */
  stateDifferences(): readonly StateDifference[] {
    const end = this.#entries.findLast((entry) => entry.type === 'end');
    if (end === undefined) return [];
    const { phase, state, turns } = finalState(this.core);
    const recorded = new Map<string, JsonValue>(
      Object.entries({ ...end.state, '(phase)': end.phase, '(turns)': end.turns }),
    );
    const came = new Map<string, JsonValue>(Object.entries({ ...state, '(phase)': phase, '(turns)': turns }));
    return [...new Set([...recorded.keys(), ...came.keys()])].flatMap((key) => {
      const [one, other] = [recorded.get(key), came.get(key)];
      return isAlike({ [key]: one ?? null }, { [key]: other ?? null }, end.hidden)
        ? []
        : [{ key, recorded: one, came: other }];
    });
  }

  close(): void {
    this.core.close();
  }

  #mustWait(entry: OutsideEntry): boolean {
    if (entry.fresh !== true) return this.#seam.acts < (entry.acts ?? 0) || this.#hasMoved(entry);
    return this.#isOpen || !this.#seam.outs.isComplete(this.#index);
  }

  async #wait(entry: OutsideEntry): Promise<void> {
    if (entry.fresh === true) {
      await tasksDone();
      this.#isOpen = false;
      this.#seam.outs.requireComplete(this.#index);
      return;
    }
    for (let round = 0; round < MAX_ROUNDS && this.#seam.acts < (entry.acts ?? 0); round++) await undefined;
    // Time passes between tasks, mostly: then what was begun is done, too.
    for (let round = 0; round < SPARE_ROUNDS && this.#hasMoved(entry); round++) await undefined;
  }

  #hasMoved({ tMs }: OutsideEntry): boolean {
    return tMs - this.#seam.time.nowMs() >= 1;
  }

  #step(entry: OutsideEntry): void {
    const { time } = this.#seam;
    time.moveTo(entry.tMs);
    this.#seam.outs.moveTo(entry, this.#horizon());
    for (const { task } of entry.fresh === true ? time.overdue() : []) {
      this.#isOpen = true;
      task();
    }
    const actsBefore = this.#seam.acts;
    this.#seam.enter(entry, () => this.#perform(entry));
    const isAudio = entry.type === 'audio' || (entry.type === 'do' && entry.input.do === 'audio');
    // What only passes audio on leaves nothing to be done.
    if (!isAudio || this.#seam.acts - actsBefore > 1) this.#isOpen = true;
  }

  /** The next entry that came when everything before it was done: what is recorded behind it is caused by it. */
  #horizon(): number {
    for (let index = this.#index + 1; index < this.#entries.length; index++) {
      const entry = this.#entries[index];
      if (entry !== undefined && isOutside(entry) && entry.fresh === true) return index;
    }
    return Number.POSITIVE_INFINITY;
  }

  #perform(entry: OutsideEntry): void {
    const { buffered, deck, sinks } = this.#seam;
    switch (entry.type) {
      case 'in':
        return sinks
          .get(entry.conn)
          ?.frame(entry.text === true ? entry.data : this.#encoder.encode(entry.data));
      case 'audio':
        return sinks.get(entry.conn)?.frame(this.#audioFrame(entry));
      case 'opened':
        return sinks.get(entry.conn)?.opened();
      case 'alive':
        return sinks.get(entry.conn)?.alive();
      case 'closed': {
        const { code, httpStatus, reason } = entry;
        return sinks
          .get(entry.conn)
          ?.closed({ code, reason, ...(httpStatus !== undefined && { httpStatus }) });
      }
      case 'buffered':
        buffered.set(entry.conn, entry.bytes);
        return;
      case 'timer':
        return this.#timer(entry);
      case 'do':
        return this.#do(entry);
      case 'settled':
        return deck.settle(entry.call, entry.outcome);
    }
  }

  #audioFrame({ data, shape, silent, text }: RecordingEntryOf<'audio'>): Uint8Array | string {
    const { after = '', before = '' } = this.#shapes.get(shape) ?? {};
    const payload = silent === undefined ? data : 'A'.repeat(silent);
    const frame = before + payload + after;
    return text === true ? frame : this.#encoder.encode(frame);
  }

  #timer({ delayMs, id, seq, tMs }: RecordingEntryOf<'timer'>): void {
    const timer = this.#seam.time.take(id);
    const recorded = `a timer of ${delayMs} ms goes off`;
    if (timer === undefined) {
      this.#found({
        kind: 'timer',
        seq,
        tMs,
        recorded,
        came: undefined,
        diff: `${recorded}, and was not set`,
      });
      return;
    }
    if (Math.abs(timer.delayMs - delayMs) > SAME_DELAY_MS) {
      const came = `a timer of ${timer.delayMs} ms`;
      this.#found({ kind: 'timer', seq, tMs, recorded, came, diff: `${recorded}, but here it is ${came}` });
    }
    timer.task();
  }

  #do({ input }: RecordingEntryOf<'do'>): void {
    try {
      if (input.do === 'progress') return this.#seam.tellers.get(input.call)?.(input.note);
      const done = this.#apply(inputOf(input));
      if (done instanceof Promise) done.catch(() => {}); // as the application saw it
    } catch {
      // It threw at the application, which is not here.
    }
  }

  #apply(input: AppInput): unknown {
    if (input.do === 'abort') return this.#abort.abort(new RuntimeError('aborted', 'as recorded'));
    return input.do === 'state' ? performWrite(this.core.state, input.write) : applyInput(this.core, input);
  }

  #found(difference: ReplayDifference): void {
    this.#first ??= difference;
  }
}

function isOutside(entry: RecordingEntry): entry is OutsideEntry {
  switch (entry.type) {
    case 'in':
    case 'audio':
    case 'opened':
    case 'alive':
    case 'closed':
    case 'buffered':
    case 'timer':
    case 'do':
    case 'settled':
      return true;
    default:
      return false;
  }
}

/** The state that the session began with. */
function stateOf({ state = new State() }: LiveOptions, values: { readonly [key: string]: JsonValue }): State {
  const write = runtimeWriter(state);
  for (const [key, value] of Object.entries(values)) write.set(key, value);
  return state;
}
