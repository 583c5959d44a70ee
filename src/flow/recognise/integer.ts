import { type SpokenNumber, spokenNumbers } from './number-words.ts';
import { plainSigns, preferCorrection, type Recogniser, type Recognition } from './recogniser.ts';
import { wholeWords } from './whole-words.ts';

export interface IntegerOptions {
  /** The number must stand within three words of one of these, for example `['people', 'guests']`. */
  readonly anchors?: readonly string[];
  readonly min?: number;
  readonly max?: number;
}

/** How many words may stand between a number and its anchor. */
const REACH = 3;
/** No three words are longer, in characters. */
const MAX_GAP = 100;

/**
 * A whole number, in digits ("1,200") or English words ("a hundred and five"). With anchors it is the number nearest to
 * one, the one before it first; without, the first. Times, dates, ordinals, decimals and codes are none. Confidence: 0.95
 * with an anchor, 0.9 for the only number, 0.6 when there are several.
 */
export function integer(options: IntegerOptions = {}): Recogniser<number> {
  const { anchors = [], min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = options;
  const find = (text: string): Recognition<number> | undefined => {
    const numbers = spokenNumbers(text).filter(({ value }) => value >= min && value <= max);
    if (anchors.length > 0) {
      const near = nearest(text, numbers, anchors);
      return near === undefined ? undefined : { value: near.value, confidence: 0.95 };
    }
    const [first] = numbers;
    return first === undefined
      ? undefined
      : { value: first.value, confidence: numbers.length === 1 ? 0.9 : 0.6 };
  };
  return { kind: 'integer', recognise: (text) => preferCorrection(plainSigns(text), find) };
}

function nearest(
  text: string,
  numbers: readonly SpokenNumber[],
  anchors: readonly string[],
): SpokenNumber | undefined {
  let best: { readonly number: SpokenNumber; readonly distance: number } | undefined;
  for (const anchor of anchors) {
    for (const { 0: match, index } of text.matchAll(wholeWords(anchor))) {
      for (const number of numbers) {
        const distance = distanceTo(text, number, index, index + match.length);
        if (distance <= REACH && distance < (best?.distance ?? Number.POSITIVE_INFINITY))
          best = { number, distance };
      }
    }
  }
  return best?.number;
}

/** Words between; half a word more for a number behind the anchor, so that the one before it wins. */
function distanceTo(text: string, number: SpokenNumber, start: number, end: number): number {
  if (number.end <= start) return wordsIn(text.slice(number.end, start));
  if (number.start >= end) return wordsIn(text.slice(end, number.start)) + 0.5;
  return Number.POSITIVE_INFINITY;
}

/** The end of a sentence is too far, and so is what cannot be three words. */
function wordsIn(text: string): number {
  return text.length > MAX_GAP || /[.!?;]/.test(text)
    ? Number.POSITIVE_INFINITY
    : (text.match(/[\p{L}\p{N}']+/gu)?.length ?? 0);
}
