import { ArrivalJitter } from './arrival-jitter.ts';
import { requireInteger, requireNumber } from './audio-error.ts';
import { afterPull, type JitterState, transitionJitter } from './jitter-machine.ts';
import { pcm16Samples } from './pcm16.ts';
import { SampleRing } from './sample-ring.ts';

/** How deep to buffer. */
export interface JitterBufferOptions {
  /** Rate of the audio, in hertz. @default 24000 (what Gemini sends) */
  readonly rateHz?: number;
  /** Depth before the first audio plays, until arrivals have been observed. @default 200 */
  readonly startDepthMs?: number;
  /** Least depth when audio arrives evenly. @default 60 */
  readonly minDepthMs?: number;
  /** Most depth, however uneven the arrivals. @default 2000 */
  readonly maxDepthMs?: number;
  /**
   * Most audio held; beyond it the oldest is dropped and counted. Gemini sends whole answers faster than real time,
   * so this is a limit on memory (5.8 MB at 24 kHz), not on latency: keep it longer than any answer.
   * @default 120000
   */
  readonly maxBufferedMs?: number;
}

/**
 * What became of pushed audio: `queued`; `overflowed`, queued while older audio was dropped; `stale`, dropped because
 * it belongs to a generation that was interrupted.
 */
export type JitterPushResult = 'queued' | 'overflowed' | 'stale';

/** What the buffer knows at this moment. Counts are since it was made. */
export interface JitterSnapshot {
  readonly state: JitterState;
  readonly generation: number;
  readonly bufferedMs: number;
  /** Depth collected before playing, now. */
  readonly targetDepthMs: number;
  /** Unevenness of the arrivals, now. */
  readonly jitterMs: number;
  /** Times playback ran dry in the middle of a turn. */
  readonly underruns: number;
  /** Audio given out, silence not counted. */
  readonly playedSamples: number;
  /** Audio lost to `maxBufferedMs`. */
  readonly droppedSamples: number;
  /** Audio refused as stale. */
  readonly staleSamples: number;
  /** Audio dropped by flushes. */
  readonly flushedSamples: number;
}

/** A player's buffer between uneven arrivals and an even output. One writer, one reader, one thread. */
export interface JitterBuffer {
  /**
   * Queues a copy of `samples`. `nowMs` is the time of arrival on any steady clock. `generation` is the session's
   * interruption count, @default the present one: older audio is refused, newer audio first drops what is queued.
   */
  push(samples: Int16Array, nowMs: number, generation?: number): JitterPushResult;
  /**
   * Fills `output` with the next audio, then silence; returns how many samples are audio. Floats are in [−1, 1).
   * Allocates nothing.
   */
  pull(output: Int16Array | Float32Array): number;
  /** Says that the turn's audio is complete: what is left plays without waiting, and running dry is no underrun. */
  end(): void;
  /**
   * Drops all queued audio at once (a barge-in) and refuses older generations from now on. With a `generation` that
   * is already the present one it does nothing: its audio is not stale. @default the next generation
   * Returns how many samples were dropped.
   */
  flush(generation?: number): number;
  /** What is known now. */
  snapshot(): JitterSnapshot;
}

/** Depth per jitter: the reference's. */
const DEPTH_PER_JITTER = 2;
const INITIAL_CAPACITY_MS = 2000;

/**
 * Creates an adaptive jitter buffer (spec/voice.md section 14, its estimate and refill repaired; RFC 3550 for the
 * jitter). The depth is twice the jitter, within its limits, and is collected again after every underrun.
 *
 * @throws AudioError `invalidArgument` for an option out of range.
 */
export function createJitterBuffer(options: JitterBufferOptions = {}): JitterBuffer {
  return new AdaptiveJitterBuffer(options);
}

class AdaptiveJitterBuffer implements JitterBuffer {
  readonly #rateHz: number;
  readonly #minDepthMs: number;
  readonly #maxDepthMs: number;
  readonly #maxSamples: number;
  readonly #ring: SampleRing;
  readonly #arrivals: ArrivalJitter;
  /** The level of the pull being served; one object for all pulls. */
  readonly #level: {
    bufferedSamples: number;
    requestedSamples: number;
    targetSamples: number;
    waitedSamples: number;
    ended: boolean;
  } = { bufferedSamples: 0, requestedSamples: 0, targetSamples: 0, waitedSamples: 0, ended: false };
  #state: JitterState = 'filling';
  #generation = 0;
  #underruns = 0;
  #playedSamples = 0;
  #droppedSamples = 0;
  #staleSamples = 0;
  #flushedSamples = 0;

  constructor(options: JitterBufferOptions) {
    this.#rateHz = requireInteger('rateHz', options.rateHz ?? 24_000, 8000, 192_000);
    this.#minDepthMs = requireNumber('minDepthMs', options.minDepthMs ?? 60, 0, 60_000);
    this.#maxDepthMs = requireNumber('maxDepthMs', options.maxDepthMs ?? 2000, this.#minDepthMs, 60_000);
    const startDepthMs = requireNumber(
      'startDepthMs',
      options.startDepthMs ?? Math.min(Math.max(200, this.#minDepthMs), this.#maxDepthMs),
      this.#minDepthMs,
      this.#maxDepthMs,
    );
    const maxBufferedMs = options.maxBufferedMs ?? 120_000;
    requireNumber('maxBufferedMs', maxBufferedMs, Math.max(1, this.#maxDepthMs), 3_600_000);
    this.#maxSamples = pcm16Samples(maxBufferedMs, this.#rateHz);
    this.#ring = new SampleRing(pcm16Samples(Math.min(INITIAL_CAPACITY_MS, maxBufferedMs), this.#rateHz));
    this.#arrivals = new ArrivalJitter(startDepthMs / DEPTH_PER_JITTER, this.#maxDepthMs);
  }

  push(samples: Int16Array, nowMs: number, generation: number = this.#generation): JitterPushResult {
    if (generation < this.#generation) {
      this.#staleSamples += samples.length;
      return 'stale';
    }
    if (generation > this.#generation) this.flush(generation);
    if (samples.length === 0) return 'queued';
    const isAhead = this.#ring.length > pcm16Samples(this.#maxDepthMs, this.#rateHz);
    this.#arrivals.arrived((samples.length * 1000) / this.#rateHz, nowMs, isAhead);
    this.#level.ended = false;
    const excess = this.#ring.length + samples.length - this.#maxSamples;
    if (excess <= 0) {
      this.#ring.write(samples, 0);
      return 'queued';
    }
    const fromRing = Math.min(excess, this.#ring.length);
    this.#ring.discard(fromRing);
    this.#ring.write(samples, excess - fromRing);
    this.#droppedSamples += excess;
    return 'overflowed';
  }

  pull(output: Int16Array | Float32Array): number {
    const level = this.#level;
    level.bufferedSamples = this.#ring.length;
    level.requestedSamples = output.length;
    level.targetSamples = this.#targetSamples();
    const state = transitionJitter(this.#state, level);
    const played = state === 'playing' ? this.#ring.read(output) : 0;
    output.fill(0, played);
    this.#playedSamples += played;
    this.#state = afterPull(state, level);
    const waits = this.#state !== 'playing' && this.#ring.length > 0;
    level.waitedSamples = waits ? level.waitedSamples + output.length : 0;
    if (state === 'playing' && this.#state === 'underrun') this.#underruns++;
    return played;
  }

  end(): void {
    this.#level.ended = true;
    this.#arrivals.pause();
  }

  flush(generation: number = this.#generation + 1): number {
    requireInteger('generation', generation, 0, Number.MAX_SAFE_INTEGER);
    if (generation <= this.#generation) return 0;
    this.#generation = generation;
    const dropped = this.#ring.length;
    this.#flushedSamples += dropped;
    this.#ring.clear();
    this.#arrivals.pause();
    this.#state = 'filling';
    this.#level.waitedSamples = 0;
    this.#level.ended = false;
    return dropped;
  }

  snapshot(): JitterSnapshot {
    return {
      state: this.#state,
      generation: this.#generation,
      bufferedMs: (this.#ring.length * 1000) / this.#rateHz,
      targetDepthMs: this.#targetDepthMs(),
      jitterMs: this.#arrivals.jitterMs,
      underruns: this.#underruns,
      playedSamples: this.#playedSamples,
      droppedSamples: this.#droppedSamples,
      staleSamples: this.#staleSamples,
      flushedSamples: this.#flushedSamples,
    };
  }

  #targetDepthMs(): number {
    const wantedMs = DEPTH_PER_JITTER * this.#arrivals.jitterMs;
    return Math.min(Math.max(wantedMs, this.#minDepthMs), this.#maxDepthMs);
  }

  #targetSamples(): number {
    return pcm16Samples(this.#targetDepthMs(), this.#rateHz);
  }
}
