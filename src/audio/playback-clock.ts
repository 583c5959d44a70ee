import { requireNumber } from './audio-error.ts';

/** How the far player behaves. */
export interface PlaybackClockOptions {
  /** Delay between queueing audio on an idle player and hearing it, for example its buffer's depth. @default 0 */
  readonly startDelayMs?: number;
}

/**
 * Knows what a listener has heard. Every `nowMs` is the present time on one steady clock of the caller's choice.
 * Durations are of audio, in milliseconds. Turns are the session's numbers; the last 64 are remembered.
 */
export interface PlaybackClock {
  /** Audio of a turn was handed to the player. Turns are assumed to play in the order of queueing. */
  queued(turn: number, durationMs: number, nowMs: number): void;
  /**
   * The player says how much of a turn it has really played (a worklet's position, a telephony mark). Overrides the
   * estimate, which goes on from there in real time. More than was queued counts as all of it. Unknown turns are
   * ignored, and so is what was flushed: telephony sends the marks of dropped audio back. A player that knows where
   * it was cut off reports that before `flushed`.
   */
  reported(turn: number, playedMs: number, nowMs: number): void;
  /** The player says that it has played everything. */
  drained(nowMs: number): void;
  /** The player dropped what it had not played yet (a barge-in). Returns how much that was. */
  flushed(nowMs: number): number;
  /** How much of a turn has been heard; `undefined` when nothing of it was ever queued. */
  heardMs(turn: number, nowMs: number): number | undefined;
  /** How much of a turn was queued and not flushed; 0 when unknown. */
  queuedMs(turn: number): number;
  /** How much audio is still to be heard, over all turns. */
  remainingMs(nowMs: number): number;
  /** Whether something is being heard, or about to be. */
  isPlaying(nowMs: number): boolean;
  /** When the last queued audio will have been heard; not after `nowMs` when idle. For timers. */
  endsAtMs(): number;
}

/** A stretch of one turn on the tape of everything queued. */
interface Segment {
  readonly turn: number;
  /** Where in its turn this stretch begins. */
  readonly offsetMs: number;
  readonly fromMs: number;
  toMs: number;
}

const MAX_TURNS = 64;

/**
 * Creates a playback clock: audio is assumed to play in real time and without gaps within a burst, which begins when
 * audio is queued on an idle player (spec/voice.md section 10). Pure arithmetic: no timers, no ambient time.
 *
 * Durations that are negative or not finite are refused, and so are reports at a time that is not finite.
 *
 * @throws AudioError `invalidArgument`.
 */
export function createPlaybackClock(options: PlaybackClockOptions = {}): PlaybackClock {
  return new TapeClock(requireNumber('startDelayMs', options.startDelayMs ?? 0, 0, 60_000));
}

/** Everything queued is one tape; its head moves at real time from the last known place to the end of the tape. */
class TapeClock implements PlaybackClock {
  readonly #startDelayMs: number;
  #segments: Segment[] = [];
  #endMs = 0;
  /** Tape before this place was flushed or is older. */
  #cutMs = 0;
  /** The head was, or will be, at `#knownMs` at the time `#knownAtMs`. */
  #knownMs = 0;
  #knownAtMs = Number.NEGATIVE_INFINITY;

  constructor(startDelayMs: number) {
    this.#startDelayMs = startDelayMs;
  }

  queued(turn: number, durationMs: number, nowMs: number): void {
    requireDuration('durationMs', durationMs);
    requireTime(nowMs);
    if (durationMs === 0) return;
    if (this.remainingMs(nowMs) === 0) this.#place(this.#endMs, nowMs + this.#startDelayMs);
    const last = this.#segments.at(-1);
    // A stretch from before the cut takes no reports any more, so what comes after it is a stretch of its own.
    const goesOn = last?.turn === turn && last.toMs === this.#endMs && last.fromMs >= this.#cutMs;
    if (goesOn) last.toMs += durationMs;
    else
      this.#append({
        turn,
        offsetMs: this.queuedMs(turn),
        fromMs: this.#endMs,
        toMs: this.#endMs + durationMs,
      });
    this.#endMs += durationMs;
  }

  reported(turn: number, playedMs: number, nowMs: number): void {
    requireDuration('playedMs', playedMs);
    requireTime(nowMs);
    for (const { turn: of, offsetMs, fromMs, toMs } of this.#segments) {
      if (of !== turn || fromMs < this.#cutMs || playedMs < offsetMs) continue;
      this.#place(Math.min(fromMs + playedMs - offsetMs, toMs), nowMs);
    }
  }

  drained(nowMs: number): void {
    requireTime(nowMs);
    this.#place(this.#endMs, nowMs);
  }

  flushed(nowMs: number): number {
    requireTime(nowMs);
    const headMs = this.#headMs(nowMs);
    const dropped = this.#endMs - headMs;
    for (const segment of this.#segments)
      segment.toMs = Math.max(segment.fromMs, Math.min(segment.toMs, headMs));
    // The tape goes on behind what was dropped, so that no later report can mistake new audio for old.
    this.#cutMs = this.#endMs;
    this.#place(this.#endMs, nowMs);
    return dropped;
  }

  heardMs(turn: number, nowMs: number): number | undefined {
    const headMs = this.#headMs(nowMs);
    let heard: number | undefined;
    for (const { turn: of, fromMs, toMs } of this.#segments) {
      if (of === turn) heard = (heard ?? 0) + Math.max(0, Math.min(headMs, toMs) - fromMs);
    }
    return heard;
  }

  queuedMs(turn: number): number {
    return this.#segments.reduce(
      (sum, { turn: of, fromMs, toMs }) => (of === turn ? sum + toMs - fromMs : sum),
      0,
    );
  }

  remainingMs(nowMs: number): number {
    return this.#endMs - this.#headMs(nowMs);
  }

  isPlaying(nowMs: number): boolean {
    return this.remainingMs(nowMs) > 0;
  }

  endsAtMs(): number {
    return this.#knownAtMs + (this.#endMs - this.#knownMs);
  }

  #headMs(nowMs: number): number {
    if (this.#knownMs === this.#endMs) return this.#endMs;
    return Math.min(this.#endMs, this.#knownMs + Math.max(0, nowMs - this.#knownAtMs));
  }

  #place(headMs: number, atMs: number): void {
    this.#knownMs = headMs;
    this.#knownAtMs = atMs;
  }

  #append(segment: Segment): void {
    this.#segments.push(segment);
    if (this.#segments.length > MAX_TURNS) this.#segments.shift();
  }
}

function requireDuration(name: string, value: number): void {
  requireNumber(name, value, 0, Number.MAX_SAFE_INTEGER);
}

/** One wrong time would make every later answer NaN. */
function requireTime(nowMs: number): void {
  requireNumber('nowMs', nowMs, -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}
