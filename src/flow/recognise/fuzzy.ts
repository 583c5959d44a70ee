import { jaroWinkler } from './jaro-winkler.ts';
import type { Recogniser } from './recogniser.ts';

export interface FuzzyOptions {
  /** The least similarity, Jaro-Winkler, 0 to 1. @default 0.85 */
  readonly threshold?: number;
}

/**
 * One of some names, also when it was misheard or misspelt: the most similar run of as many words, one more or one less
 * ("margarita" is Margherita, "new castle" Newcastle). Confidence is the similarity; of equals the first name is taken.
 */
export function fuzzy<const Value extends string>(
  values: readonly Value[],
  { threshold = 0.85 }: FuzzyOptions = {},
): Recogniser<Value> {
  const targets = values.map((value) => ({ value, words: wordsOf(value) }));
  return {
    kind: 'fuzzy',
    recognise(text) {
      const words = wordsOf(text);
      let best: { readonly value: Value; readonly confidence: number } | undefined;
      for (const target of targets) {
        const confidence = bestRun(words, target.words);
        if (confidence >= threshold && confidence > (best?.confidence ?? 0)) {
          best = { value: target.value, confidence };
        }
      }
      return best;
    },
  };
}

function bestRun(words: readonly string[], target: readonly string[]): number {
  let best = 0;
  for (let length = Math.max(1, target.length - 1); length <= target.length + 1; length++) {
    for (let at = 0; at + length <= words.length; at++) {
      // Without spaces, for the ear does not hear them.
      best = Math.max(best, jaroWinkler(words.slice(at, at + length).join(''), target.join('')));
    }
  }
  return best;
}

function wordsOf(text: string): readonly string[] {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  );
}
