/** Moving back and forth in a recording: what the session knew at each of its entries. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { LiveOptions } from '../live-options.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import type { Explanation } from '../steer/guide.ts';
import type { Recording } from './recording.ts';
import { replayOptions } from './replay-options.ts';
import { SessionReplay } from './session-replay.ts';

/** A session at one entry of its recording. */
export interface Moment {
  /** The newest entry up to the one asked for after which something was different. */
  readonly seq: number;
  readonly state: { readonly [key: string]: JsonValue };
  /** The place of the conversation; empty where nothing governs it. */
  readonly phase: string;
  /** Why the conversation stands there; undefined where nothing governs it. */
  readonly flow: Explanation | undefined;
  /** The last 50 turns, that in progress included. */
  readonly transcript: readonly TranscriptTurn[];
}

/** Values that changed since the step before; undefined is a key that is gone. */
type Changes = ReadonlyArray<readonly [string, JsonValue | undefined]>;

interface Step extends Omit<Moment, 'state'> {
  readonly changes: Changes;
  /** All values, at every so manieth step. */
  readonly whole: ReadonlyMap<string, JsonValue> | undefined;
}

const WHOLE_EVERY = 64;

/** Made by {@link openTimeline}; replays as far as it was asked, once. */
export class Timeline {
  readonly #recording: Recording;
  readonly #session: SessionReplay;
  readonly #steps: Step[] = [];
  readonly #values = new Map<string, JsonValue>();
  /** What was seen last, to see what is new. */
  #revision = -1;
  #words = '';
  #running: Promise<void> = Promise.resolve();

  constructor(recording: Recording, options: LiveOptions | undefined) {
    this.#recording = recording;
    this.#session = new SessionReplay(recording, { options: replayOptions(recording, options) });
  }

  /** The seq of the last entry. */
  get end(): number {
    return this.#recording.entries.at(-1)?.seq ?? 0;
  }

  /** How the session stood after the entry `seq`; at the end where there are fewer. */
  async at(seq: number): Promise<Moment> {
    // One after the other: there is one session behind it.
    this.#running = this.#running.then(() => this.#replayTo(seq));
    await this.#running;
    return this.#momentAt(seq);
  }

  /** Ends the session behind it. */
  close(): void {
    this.#session.close();
  }

  async #replayTo(seq: number): Promise<void> {
    if (this.#session.isOver || this.#session.seq >= seq) return;
    await this.#session.runTo(seq, (at) => this.#look(at));
  }

  #look(seq: number): void {
    const { guide, state, transcripts } = this.#session.core;
    const { revision } = state;
    const last = transcripts.current();
    const words = `${last?.number} ${last?.user.length} ${last?.model.length} ${last?.tools.length}`;
    if (revision === this.#revision && words === this.#words) return;
    const changes = this.#changesSince(this.#revision);
    this.#revision = revision;
    this.#words = words;
    const whole = this.#steps.length % WHOLE_EVERY === 0 ? new Map(this.#values) : undefined;
    const step: Step = {
      seq,
      changes,
      whole,
      phase: guide?.position ?? '',
      flow: guide?.explain(),
      transcript: transcripts.window(50, { includeCurrent: true }),
    };
    // The same entry may be looked at once more when what it caused is done.
    if (this.#steps.at(-1)?.seq === seq && whole === undefined) {
      const before = this.#steps.pop();
      this.#steps.push({
        ...step,
        changes: [...(before?.changes ?? []), ...changes],
        whole: before?.whole && new Map(this.#values),
      });
    } else this.#steps.push(step);
  }

  #changesSince(revision: number): Changes {
    const { state } = this.#session.core;
    const mutations = revision < 0 ? null : state.journal.trySince(revision);
    const now = mutations === null ? new Map(Object.entries(state.snapshot().values)) : undefined;
    const names =
      now === undefined
        ? (mutations ?? []).map(({ key }) => key)
        : [...new Set([...this.#values.keys(), ...now.keys()])];
    const latest = new Map((mutations ?? []).map(({ key, new: value }) => [key, value]));
    const changes = [...new Set(names)].map(
      (key) => [key, now === undefined ? latest.get(key) : now.get(key)] as const,
    );
    for (const [key, value] of changes) {
      if (value === undefined) this.#values.delete(key);
      else this.#values.set(key, value);
    }
    return changes;
  }

  #momentAt(seq: number): Moment {
    let last = this.#steps.length - 1;
    while (last > 0 && (this.#steps[last]?.seq ?? 0) > seq) last--;
    const step = this.#steps[last];
    if (step === undefined || step.seq > seq) {
      return { seq: 0, state: this.#recording.header.state, phase: '', flow: undefined, transcript: [] };
    }
    let from = last;
    while (from > 0 && this.#steps[from]?.whole === undefined) from--;
    const values = new Map(this.#steps[from]?.whole);
    for (const { changes } of this.#steps.slice(from + 1, last + 1)) {
      for (const [key, value] of changes) {
        if (value === undefined) values.delete(key);
        else values.set(key, value);
      }
    }
    const { flow, phase, transcript } = step;
    return { seq: step.seq, state: Object.fromEntries(values), phase, flow, transcript };
  }
}

/**
 * Opens a recording for moving in it. Throws `optionsMissing`, or `invalidOptions` of the options.
 * @param options those of the session. Default: what the recording has of them, when that is all
 */
export function openTimeline(recording: Recording, options?: LiveOptions): Timeline {
  return new Timeline(recording, options);
}
