/** Recorded speech in which a number is written, so that whoever hears it knows which turn it was. */
import { readFileSync } from 'node:fs';
import { readWav } from '../src/audio/index.ts';
import type { Dice } from './dice.ts';
import { turnMark } from './marks.ts';

/** All sound of a soak. */
export const MIC_RATE_HZ = 16_000;
/** A chunk of the microphone. */
export const CHUNK_SAMPLES = MIC_RATE_HZ / 10;

/** Where somebody speaks in ../shared/audio/jfk.wav, in seconds (SOURCES.md). */
const PHRASES: readonly [readonly [number, number], ...(readonly [number, number])[]] = [
  [0.32, 2.12],
  [3.28, 4.3],
  [5.42, 7.52],
  [8.18, 10.36],
];
/** No speech has these eight samples in a row. */
const MAGIC: readonly number[] = [1111, -2222, 3333, -4444, 1212, -2121, 3131, -1313];
const BASE = 4096;
/** Before the end of the phrase, so that a detector that is quick to say that it is over still hears it. */
const MARK_BEFORE_END = CHUNK_SAMPLES * 2;
/** Samples of room before a phrase, and after it: longer than any detector waits. */
const ROOM_BEFORE = CHUNK_SAMPLES * 2;
const ROOM_AFTER = CHUNK_SAMPLES * 14;

export interface Phrase {
  readonly samples: Int16Array;
  /** The chunk with the mark in it. */
  readonly markedChunk: number;
  /** The chunk after the last one with speech in it. */
  readonly endChunk: number;
}

export class Speaker {
  readonly #phrases: readonly Int16Array[];
  #chunk = 0;

  /** Reads the recording; throws where it is not. */
  constructor(file: string) {
    const { samples, rateHz } = readWav(readFileSync(file));
    if (rateHz !== MIC_RATE_HZ)
      throw new RangeError(`${file} has ${rateHz} Hz: the soak speaks at ${MIC_RATE_HZ}`);
    this.#phrases = PHRASES.map(([from, to]) =>
      samples.slice(Math.round(from * MIC_RATE_HZ), Math.round(to * MIC_RATE_HZ)),
    );
  }

  /** A phrase between stretches of room, whole chunks in all. */
  say(turn: number, dice: Dice): Phrase {
    const phrase = this.#phrases[dice.between(0, this.#phrases.length - 1)] ?? new Int16Array(0);
    const spoken = Math.ceil(phrase.length / CHUNK_SAMPLES) * CHUNK_SAMPLES;
    const samples = new Int16Array(ROOM_BEFORE + spoken + ROOM_AFTER);
    samples.set(phrase, ROOM_BEFORE);
    // Whole within one chunk, whatever the length of the phrase.
    const markedChunk = Math.floor((ROOM_BEFORE + phrase.length - MARK_BEFORE_END) / CHUNK_SAMPLES);
    samples.set([...MAGIC, Math.floor(turn / BASE), turn % BASE], markedChunk * CHUNK_SAMPLES + 100);
    return { samples, markedChunk, endChunk: (ROOM_BEFORE + spoken) / CHUNK_SAMPLES };
  }

  /** A chunk as the microphone gives it: with the noise of a room, and no two alike. */
  chunk(samples: Int16Array | undefined): Int16Array {
    const chunk = samples === undefined ? new Int16Array(CHUNK_SAMPLES) : samples.slice();
    this.#chunk += 1;
    let rest = this.#chunk;
    for (let at = 0; at < 5; at++) {
      chunk[at] = (rest % 32) - 16;
      rest = Math.floor(rest / 32);
    }
    return chunk;
  }
}

/** The words of what was heard: a mark for each number in it. */
export function wordsHeard(samples: Int16Array): string | undefined {
  const [first = 0] = MAGIC;
  const numbers: number[] = [];
  for (let at = samples.indexOf(first); at >= 0; at = samples.indexOf(first, at + 1)) {
    if (!MAGIC.every((value, index) => samples[at + index] === value)) continue;
    const [high = 0, low = 0] = samples.subarray(at + MAGIC.length);
    numbers.push(high * BASE + low);
  }
  return numbers.length === 0 ? undefined : `Please do ${numbers.map(turnMark).join(' and ')}.`;
}
