/**
 * The built-in voice: not speech, but shaped like it. Each syllable is a buzz at a gliding pitch with two formant-like
 * partials, each word ends in a short gap, punctuation in a longer one. Needs nothing installed, is deterministic and
 * cheap (a table look-up per partial and sample).
 */
import { voiceRegister } from '../setup/voice-names.ts';
import { OUTPUT_RATE_HZ, type Speech, type SpokenWord, type Voice, wordsOf } from './voice.ts';

const SYLLABLE_MS = 150;
const WORD_GAP_MS = 50;
const CLAUSE_GAP_MS = 180;
const SENTENCE_GAP_MS = 320;
const EDGE_MS = 18;
const TABLE_SIZE = 2048;
/** Formant pairs in Hz, roughly the vowels a, e, i, o, u. */
const VOWELS: ReadonlyArray<readonly [number, number]> = [
  [730, 1090],
  [530, 1840],
  [270, 2290],
  [570, 840],
  [300, 870],
];

/** Creates the tone voice. */
export function createToneVoice(): Voice {
  const table = new Float32Array(TABLE_SIZE);
  for (let i = 0; i < TABLE_SIZE; i++) table[i] = Math.sin((2 * Math.PI * i) / TABLE_SIZE);
  return {
    name: 'tones',
    speak(text, { voiceName }) {
      return sing(text, voiceRegister(voiceName) === 'low' ? 110 : 190, table);
    },
  };
}

interface Syllable {
  readonly startSample: number;
  readonly vowel: readonly [number, number];
  readonly pitchHz: number;
}

function sing(text: string, basePitchHz: number, table: Float32Array): Speech {
  const words: SpokenWord[] = [];
  const syllables: Syllable[] = [];
  let at = 0;
  for (const word of wordsOf(text)) {
    words.push({ text: word, startSample: at });
    const count = syllablesIn(word);
    for (let i = 0; i < count; i++) {
      const letter = word.charCodeAt(i % word.length);
      const pitchHz = basePitchHz * (1 + ((letter % 7) - 3) / 40 - (i / count) * 0.08);
      syllables.push({ startSample: at, vowel: VOWELS[letter % VOWELS.length] ?? [500, 1500], pitchHz });
      at += samplesIn(SYLLABLE_MS);
    }
    at += samplesIn(gapAfter(word));
  }
  const samples = new Int16Array(at);
  for (const syllable of syllables) buzz(samples, syllable, table);
  return { samples, words };
}

/** Writes one syllable: pitch and two formants under a raised edge. */
function buzz(samples: Int16Array, { startSample, vowel, pitchHz }: Syllable, table: Float32Array): void {
  const length = samplesIn(SYLLABLE_MS);
  const edge = samplesIn(EDGE_MS);
  const step = TABLE_SIZE / OUTPUT_RATE_HZ;
  const partials: ReadonlyArray<readonly [number, number]> = [
    [pitchHz, 5200],
    // Formants sit on the nearest harmonic, so the sound stays a voice and not a chord.
    [Math.round(vowel[0] / pitchHz) * pitchHz, 3400],
    [Math.round(vowel[1] / pitchHz) * pitchHz, 1500],
  ];
  for (const [frequencyHz, level] of partials) {
    let phase = 0;
    const increment = frequencyHz * step;
    for (let i = 0; i < length; i++) {
      const rise = Math.min(1, i / edge, (length - i) / edge);
      const value = (table[Math.trunc(phase) % TABLE_SIZE] ?? 0) * level * rise;
      samples[startSample + i] = (samples[startSample + i] ?? 0) + value;
      phase += increment;
    }
  }
}

/** A plausible syllable count: groups of vowels, at least one. */
function syllablesIn(word: string): number {
  return Math.min(6, Math.max(1, word.match(/[aeiouyäöüáéíóú]+|\d/gi)?.length ?? 1));
}

function gapAfter(word: string): number {
  if (/[.!?]["')]?$/.test(word)) return SENTENCE_GAP_MS;
  return /[,;:]["')]?$/.test(word) ? CLAUSE_GAP_MS : WORD_GAP_MS;
}

function samplesIn(ms: number): number {
  return Math.round((ms * OUTPUT_RATE_HZ) / 1000);
}
