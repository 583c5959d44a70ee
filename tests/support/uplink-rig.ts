/** A voice uplink on a session that only remembers, for tests. */
import { pcm16FromBytes, pcm16ToBytes } from '../../src/audio/index.ts';
import type { LiveEventBody } from '../../src/runtime/live-event.ts';
import type { RuntimeError } from '../../src/runtime/runtime-error.ts';
import type { VoiceRule } from '../../src/runtime/voice/reactor.ts';
import {
  resolveVoiceOptions,
  type VoiceConfig,
  type VoiceOptions,
} from '../../src/runtime/voice/uplink/voice-options.ts';
import { type DelegatedVoiceEffect, VoiceUplink } from '../../src/runtime/voice/uplink/voice-uplink.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import type { SessionEvent, SessionEventBody } from '../../src/wire/index.ts';

export interface UplinkRigOptions extends VoiceOptions {
  readonly config?: VoiceConfig;
  readonly rules?: readonly VoiceRule[];
}

export class UplinkRig {
  readonly clock = new ManualClock();
  readonly errors: RuntimeError[] = [];
  readonly emitted: LiveEventBody['type'][] = [];
  readonly effects: DelegatedVoiceEffect[] = [];
  readonly speech: string[] = [];
  readonly turns: string[] = [];
  /** What went on the wire and what was called on the way, in order; audio as its samples. */
  readonly road: Array<string | Int16Array> = [];
  /** Called for each thing that goes on the road. */
  onRoad: (item: string | Int16Array) => void = () => {};
  failure: Error | undefined;
  readonly uplink: VoiceUplink;

  constructor({ config = {}, rules = [], ...options }: UplinkRigOptions = {}) {
    const { settings, problems } = resolveVoiceOptions(options, config);
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    this.uplink = new VoiceUplink(
      settings,
      {
        clock: this.clock,
        report: (error) => this.errors.push(error),
        emit: ({ type }) => this.emitted.push(type),
        session: {
          sendAudio: (data) => this.#sendAudio(data),
          signalActivityStart: () => this.#send('activityStart'),
          signalActivityEnd: () => this.#send('activityEnd'),
          audioStreamEnd: () => this.#send('audioStreamEnd'),
        },
        flushContext: () => this.#note('flush'),
        perform: (effect) => this.effects.push(effect),
        onSpeechStart: (atMs, source) => this.speech.push(`${source} start ${atMs}`),
        onSpeechEnd: (atMs, source) => this.speech.push(`${source} end ${atMs}`),
        onTurnMark: (mark) => this.turns.push(mark),
        onUserTurnStarted: () => this.turns.push('turnStarted'),
        onUserTurnEnded: () => this.turns.push('turnEnded'),
      },
      rules,
    );
  }

  /** The road with each run of audio as its number of samples. */
  get story(): string[] {
    const told: string[] = [];
    let samples = 0;
    for (const item of [...this.road.filter((other) => other !== 'flush'), '']) {
      if (typeof item !== 'string') {
        samples += item.length;
        continue;
      }
      if (samples > 0) told.push(`${samples}`);
      samples = 0;
      if (item !== '') told.push(item);
    }
    return told;
  }

  /** All samples that were sent. */
  get sent(): Int16Array {
    return Int16Array.from(this.road.flatMap((item) => (typeof item === 'string' ? [] : [...item])));
  }

  get marks(): string[] {
    return this.road.filter((item) => typeof item === 'string' && item.startsWith('activity')) as string[];
  }

  /** Sends a stretch of audio in chunks of 20 ms at 16 kHz, with the clock going on if asked. */
  speak(samples: Int16Array, chunkSamples = 320, isRealTime = false): void {
    for (let at = 0; at < samples.length; at += chunkSamples) {
      void this.uplink.sendAudio(pcm16ToBytes(samples.subarray(at, at + chunkSamples)));
      if (isRealTime) this.clock.advance(chunkSamples / 16);
    }
  }

  hear(body: SessionEventBody): void {
    this.uplink.hear({ ...body, seq: 1, turn: 1, generation: 0 } as SessionEvent);
  }

  #sendAudio(data: Uint8Array | Int16Array): Promise<void> {
    const samples = data instanceof Int16Array ? data : pcm16FromBytes(data);
    return this.#send(samples.slice());
  }

  #send(item: string | Int16Array): Promise<void> {
    this.#note(item);
    const { failure } = this;
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  }

  #note(item: string | Int16Array): void {
    this.road.push(item);
    this.onRoad(item);
  }
}

/** Harmonics of a 130 Hz voice with a formant near 650 Hz. */
const HARMONICS = [1, 0.7, 0.6, 0.9, 1.6, 0.9, 0.4];

/** Something like a vowel, which the VAD takes for speech. */
export function voice(durationMs: number): Int16Array {
  return room(durationMs).map((hiss, n) => {
    const angle = (2 * Math.PI * 130 * n) / 16_000;
    return (
      hiss + 2500 * HARMONICS.reduce((sum, weight, k) => sum + weight * Math.sin((k + 1) * angle + k * k), 0)
    );
  });
}

/** The sound of a quiet room, the same each time. */
export function room(durationMs: number): Int16Array {
  let seed = 1;
  return new Int16Array(durationMs * 16).map(() => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed % 21) - 10;
  });
}

export function joined(...parts: readonly Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}
