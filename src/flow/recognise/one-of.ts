import { plainSigns, preferCorrection, type Recogniser, type Recognition } from './recogniser.ts';
import { wholeWords } from './whole-words.ts';

/** A list of values, or values with other words for them: `{ large: ['big', 'family size'] }`. */
export type Choices<Value extends string> = readonly Value[] | Readonly<Record<Value, readonly string[]>>;

interface Phrase<Value> {
  readonly value: Value;
  readonly expression: RegExp;
  readonly length: number;
}

/** Right before a phrase these turn it down. */
const TURNED_DOWN = /\b(?:not|no|never|without|don't want|isn't|aren't)\s+(?:(?:a|an|the|any|that|in)\s+)?$/i;

/**
 * One of some values, named as whole words in any case. What is turned down ("not the large one") is passed over; of
 * several the one named first is taken, of phrases at one place the longest. Confidence 0.95, 0.6 if several were named.
 */
export function oneOf<const Value extends string>(choices: Choices<Value>): Recogniser<Value> {
  const phrases = phrasesOf(choices);
  const find = (text: string): Recognition<Value> | undefined => {
    const named = phrases
      .flatMap((phrase) => [...text.matchAll(phrase.expression)].map(({ index }) => ({ ...phrase, index })))
      .filter(({ index }) => !TURNED_DOWN.test(text.slice(0, index)))
      .sort((one, other) => one.index - other.index || other.length - one.length);
    const [first] = named;
    if (first === undefined) return undefined;
    const rivals = named.some(
      ({ value, index }) => value !== first.value && index >= first.index + first.length,
    );
    return { value: first.value, confidence: rivals ? 0.6 : 0.95 };
  };
  return { kind: 'oneOf', recognise: (text) => preferCorrection(plainSigns(text), find) };
}

function phrasesOf<Value extends string>(choices: Choices<Value>): readonly Phrase<Value>[] {
  const entries: ReadonlyArray<readonly [Value, readonly string[]]> = isList(choices)
    ? choices.map((value) => [value, []])
    : (Object.entries(choices) as [Value, readonly string[]][]);
  return entries.flatMap(([value, others]) =>
    [value, ...others].map((phrase) => ({ value, expression: wholeWords(phrase), length: phrase.length })),
  );
}

function isList<Value extends string>(choices: Choices<Value>): choices is readonly Value[] {
  return Array.isArray(choices);
}
