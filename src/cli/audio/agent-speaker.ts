/** A loudspeaker without hardware: knows what of the agent's voice has been heard, how loud it is, and keeps it. */
import { pcm16FromBytes, pcm16Samples, rmsDbfs, SILENCE_DBFS } from '../../audio/index.ts';
import type { AudioDataBody } from '../../wire/index.ts';
import { resampleWhole } from './resample-whole.ts';

/** Audio that is, was or will be playing. */
interface Played {
  readonly samples: Int16Array;
  readonly startMs: number;
  readonly endMs: number;
  /** Played right after the one before, without a pause. */
  readonly joined: boolean;
}

/** What has been heard, as one recording. */
export interface HeardAudio {
  readonly samples: Int16Array;
  readonly rateHz: number;
  readonly durationMs: number;
}

const DEFAULT_RATE_HZ = 24_000;
const LEVEL_WINDOW_MS = 60;
/** Between two things the agent said, in the recording. */
const PAUSE_MS = 350;
/** A chunk this late still belongs to the speech before it. */
const JOIN_MS = 250;
/** Half an hour at 24 kHz; audio beyond it is played but not kept. */
const MAX_KEPT_SAMPLES = 30 * 60 * DEFAULT_RATE_HZ;

/** All times are on the clock that the caller reads. */
export class AgentSpeaker {
  readonly #kept: Played[] = [];
  #keptSamples = 0;
  #rateHz: number | undefined;
  #idleAtMs = 0;

  /** When everything queued will have been played. */
  get idleAtMs(): number {
    return this.#idleAtMs;
  }

  /** Whether audio was left out of the recording because it is too long. */
  get overflowed(): boolean {
    return this.#keptSamples >= MAX_KEPT_SAMPLES;
  }

  /** Queues a chunk; it plays when what came before it is over. */
  play({ data, rateHz }: Pick<AudioDataBody, 'data' | 'rateHz'>, nowMs: number): void {
    this.#rateHz ??= rateHz;
    // Models speak at one rate; should one change it, the recording keeps its own.
    const samples = resampleWhole(pcm16FromBytes(data), rateHz, this.#rateHz);
    const startMs = Math.max(nowMs, this.#idleAtMs);
    const endMs = startMs + (samples.length * 1000) / this.#rateHz;
    const joined = startMs - this.#idleAtMs < JOIN_MS;
    this.#idleAtMs = endMs;
    if (this.#keptSamples >= MAX_KEPT_SAMPLES) return;
    this.#kept.push({ samples, startMs, endMs, joined: joined && this.#kept.length > 0 });
    this.#keptSamples += samples.length;
  }

  /** Stops at once: what has not been heard by now never will be, and is forgotten. */
  interrupt(nowMs: number): void {
    for (let last = this.#kept.at(-1); last !== undefined && last.endMs > nowMs; last = this.#kept.at(-1)) {
      this.#kept.pop();
      const heard = pcm16Samples(Math.max(0, nowMs - last.startMs), this.#rateHz ?? DEFAULT_RATE_HZ);
      this.#keptSamples -= last.samples.length - heard;
      if (heard === 0) continue;
      this.#kept.push({ ...last, samples: last.samples.subarray(0, heard), endMs: nowMs });
      break;
    }
    this.#idleAtMs = Math.min(this.#idleAtMs, nowMs);
  }

  /** How loud it is at this moment, in dBFS. */
  levelDbfs(nowMs: number): number {
    const playing = this.#kept.findLast(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
    if (playing === undefined) return SILENCE_DBFS;
    const rateHz = this.#rateHz ?? DEFAULT_RATE_HZ;
    const from = pcm16Samples(nowMs - playing.startMs, rateHz);
    const to = Math.min(playing.samples.length, from + pcm16Samples(LEVEL_WINDOW_MS, rateHz));
    return rmsDbfs(playing.samples, from, to);
  }

  /** Everything heard so far, with a short pause between answers; undefined when there was nothing. */
  heard(): HeardAudio | undefined {
    const rateHz = this.#rateHz;
    if (rateHz === undefined || this.#kept.length === 0) return undefined;
    const pause = pcm16Samples(PAUSE_MS, rateHz);
    const pauses = this.#kept.filter(({ joined }, index) => !joined && index > 0).length;
    const samples = new Int16Array(this.#keptSamples + pauses * pause);
    let at = 0;
    for (const [index, played] of this.#kept.entries()) {
      if (!played.joined && index > 0) at += pause;
      samples.set(played.samples, at);
      at += played.samples.length;
    }
    return { samples, rateHz, durationMs: (samples.length * 1000) / rateHz };
  }
}
