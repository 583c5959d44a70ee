/**
 * The ear: finds speech in the audio that comes in. Time is audio time, a count of samples, so it hears the same
 * whether audio comes at real time or all at once (spec: wire §4; §9 `voiceActivity`).
 */
import { Buffer } from 'node:buffer';
import {
  createEnergyVad,
  createResampler,
  type EnergyVad,
  pcm16FromBytes,
  type Resampler,
} from '../../audio/index.ts';
import type { Platform } from '../../wire/model/profile.ts';
import type { Blob } from '../../wire/protocol/content.ts';
import type { AutomaticActivityDetection } from '../../wire/protocol/setup.ts';
import { pcmFormat } from './pcm-format.ts';

/** Speech that ended. */
export interface Utterance {
  readonly durationMs: number;
  /** 16 kHz mono, when the ear was told to keep it: at most the first two minutes. */
  readonly samples: Int16Array | undefined;
}

/** What the ear noticed; offsets are milliseconds of audio since the session began. */
export type HearingEvent =
  | { readonly type: 'started'; readonly offsetMs: number }
  | { readonly type: 'ended'; readonly offsetMs: number; readonly utterance: Utterance };

/** How to listen. */
export interface HearingOptions {
  readonly platform: Platform;
  readonly detection: AutomaticActivityDetection;
  readonly keepSamples: boolean;
}

/** End of speech after this much silence, unless the setup says otherwise (the service's own figure is unpublished). */
const DEFAULT_SILENCE_MS = 800;

const EAR_RATE_HZ = 16_000;
const FRAME_MS = 20;
const KEPT_SAMPLES = EAR_RATE_HZ * 120;
const NOTHING: readonly HearingEvent[] = [];

/** One session's ear, in automatic mode by the detector or in manual mode by the client's marks. */
export class Hearing {
  readonly #manual: boolean;
  readonly #vad: EnergyVad;
  readonly #keepSamples: boolean;
  #resampler: Resampler<Int16Array> | undefined;
  #rateHz = EAR_RATE_HZ;
  #heardSamples = 0;
  /** Where the detector's clock began in the session's. */
  #vadOriginSamples = 0;
  /** Set while someone speaks: where the utterance began. */
  #startSample: number | undefined;
  #kept: Int16Array[] = [];
  #keptSamples = 0;

  constructor(options: HearingOptions) {
    this.#manual = options.detection.disabled === true;
    this.#keepSamples = options.keepSamples;
    this.#vad = createDetector(options.platform, options.detection);
  }

  /** Whether the client marks activity itself. */
  get manual(): boolean {
    return this.#manual;
  }

  get speaking(): boolean {
    return this.#startSample !== undefined;
  }

  /** Audio heard since the session began, in milliseconds. */
  get heardMs(): number {
    return toMs(this.#heardSamples);
  }

  /** Hears a chunk; undefined when it is not PCM at 8 to 48 kHz. In manual mode audio outside a window is discarded. */
  hear(blob: Blob): readonly HearingEvent[] | undefined {
    const format = pcmFormat(blob.mimeType);
    if (format === undefined) return undefined;
    const bytes = Buffer.from(blob.data ?? '', 'base64');
    const resampler = this.#resamplerFor(format.rateHz);
    if (resampler === undefined) return undefined;
    const samples = resampler.process(pcm16FromBytes(bytes));
    const chunkStart = this.#heardSamples;
    this.#heardSamples += samples.length;
    if (this.#manual) {
      if (this.speaking) this.#keep(samples);
      return NOTHING;
    }
    return this.#detect(samples, chunkStart);
  }

  /** The client says that the user begins. */
  activityStart(): readonly HearingEvent[] {
    if (!this.#manual || this.speaking) return NOTHING;
    return [this.#start(this.#heardSamples)];
  }

  /** The client says that the user is done. */
  activityEnd(): readonly HearingEvent[] {
    if (!this.#manual || !this.speaking) return NOTHING;
    return [this.#end(this.#heardSamples)];
  }

  /** The microphone paused: what is being said ends here. More audio reopens the stream. */
  streamEnd(): readonly HearingEvent[] {
    const rest = this.#resampler?.flush();
    const events = rest === undefined ? [] : [...this.#detect(rest, this.#heardSamples)];
    this.#heardSamples += rest?.length ?? 0;
    if (this.speaking) events.push(this.#end(this.#heardSamples));
    this.#vad.reset();
    this.#vadOriginSamples = this.#heardSamples;
    return events;
  }

  #detect(samples: Int16Array, chunkStart: number): readonly HearingEvent[] {
    const edges = this.#vad.push(samples);
    let events = NOTHING;
    let keptFrom = 0;
    for (const edge of edges) {
      const at = this.#vadOriginSamples + edge.atSample;
      const inChunk = Math.max(0, at - chunkStart);
      if (edge.type === 'speechStart') {
        events = [...events, this.#start(at - edge.preSpeech.length)];
        this.#keep(edge.preSpeech);
      } else {
        this.#keep(samples.subarray(keptFrom, inChunk));
        events = [...events, this.#end(at)];
      }
      keptFrom = inChunk;
    }
    if (this.speaking) this.#keep(samples.subarray(keptFrom));
    return events;
  }

  #start(sample: number): HearingEvent {
    this.#startSample = sample;
    this.#kept = [];
    this.#keptSamples = 0;
    return { type: 'started', offsetMs: toMs(sample) };
  }

  #end(sample: number): HearingEvent {
    const durationMs = toMs(sample - (this.#startSample ?? sample));
    this.#startSample = undefined;
    const samples = this.#keepSamples ? concat(this.#kept, this.#keptSamples) : undefined;
    this.#kept = [];
    return { type: 'ended', offsetMs: toMs(sample), utterance: { durationMs, samples } };
  }

  #keep(samples: Int16Array): void {
    if (!this.#keepSamples || this.#keptSamples >= KEPT_SAMPLES) return;
    const kept = samples.slice(0, KEPT_SAMPLES - this.#keptSamples);
    this.#kept.push(kept);
    this.#keptSamples += kept.length;
  }

  #resamplerFor(rateHz: number): Resampler<Int16Array> | undefined {
    if (this.#resampler !== undefined && rateHz === this.#rateHz) return this.#resampler;
    try {
      this.#resampler = createResampler({ fromHz: rateHz, toHz: EAR_RATE_HZ, quality: 'low' });
    } catch {
      // A ratio that is too odd to convert is a rate the service does not take.
      return undefined;
    }
    this.#rateHz = rateHz;
    return this.#resampler;
  }
}

/**
 * The detector for a setup. Sensitivities default to HIGH on Google AI and LOW on Vertex: a start takes 60 ms of
 * speech 15 dB above the noise (LOW: 120 ms, 19 dB) or `prefixPaddingMs` of it; an end takes `silenceDurationMs`, else
 * 500 ms at END_SENSITIVITY_HIGH, 1,000 ms at LOW and {@link DEFAULT_SILENCE_MS} when nothing is said.
 */
function createDetector(platform: Platform, detection: AutomaticActivityDetection): EnergyVad {
  const byDefault = platform === 'vertex' ? 'LOW' : 'HIGH';
  const startLow = (detection.startOfSpeechSensitivity ?? byDefault).endsWith('LOW');
  const silenceMs = detection.silenceDurationMs ?? silenceFor(detection.endOfSpeechSensitivity);
  const startMs = detection.prefixPaddingMs ?? (startLow ? 120 : 60);
  return createEnergyVad({
    rateHz: EAR_RATE_HZ,
    frameDurationMs: FRAME_MS,
    startThresholdDb: startLow ? 19 : 15,
    stopThresholdDb: 10,
    minSpeechFrames: framesIn(startMs),
    hangoverFrames: framesIn(silenceMs),
  });
}

function silenceFor(sensitivity: AutomaticActivityDetection['endOfSpeechSensitivity']): number {
  switch (sensitivity) {
    case 'END_SENSITIVITY_HIGH':
      return 500;
    case 'END_SENSITIVITY_LOW':
      return 1000;
    case undefined:
      return DEFAULT_SILENCE_MS;
  }
}

function framesIn(ms: number): number {
  return Math.min(1000, Math.max(1, Math.round(ms / FRAME_MS)));
}

function toMs(samples: number): number {
  return (samples * 1000) / EAR_RATE_HZ;
}

function concat(pieces: readonly Int16Array[], length: number): Int16Array {
  const whole = new Int16Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
