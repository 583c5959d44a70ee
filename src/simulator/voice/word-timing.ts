/** Guesses where the words of an utterance begin when the voice does not say. */
import type { SpokenWord } from './voice.ts';
import { wordsOf } from './voice.ts';

const EDGE_LEVEL = 300;

/** Words spread over the sounding part of `samples`, each in proportion to its letters and its punctuation. */
export function spreadWords(text: string, samples: Int16Array): readonly SpokenWord[] {
  const words = wordsOf(text);
  const weights = words.map((word) => word.length + 1 + (/[.,;:!?]$/.test(word) ? 3 : 0));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const from = samples.findIndex((sample) => Math.abs(sample) > EDGE_LEVEL);
  const to = samples.findLastIndex((sample) => Math.abs(sample) > EDGE_LEVEL);
  let at = Math.max(0, from);
  const perWeight = total === 0 ? 0 : Math.max(0, to - at) / total;
  return words.map((word, i) => {
    const startSample = Math.round(at);
    at += (weights[i] ?? 0) * perWeight;
    return { text: word, startSample };
  });
}
