/** Finds one kind of value in what the user said, without a model (spec: control §6). */

/** A value and how sure it is. */
export interface Recognition<Value> {
  readonly value: Value;
  /** 0 to 1. */
  readonly confidence: number;
}

/**
 * A recogniser. `kind` names it in `stateMeta:{key}` as `recogniser:{kind}`. `recognise` is given the words of one turn
 * of the user, and gives undefined when its kind of value is not there.
 */
export interface Recogniser<Value> {
  readonly kind: string;
  recognise(text: string): Recognition<Value> | undefined;
}

/** The same recogniser, but a value that fails the test counts as not said. */
export function accepting<Value>(
  recogniser: Recogniser<Value>,
  test: (value: Value) => boolean,
): Recogniser<Value> {
  return {
    kind: recogniser.kind,
    recognise(text) {
      const found = recogniser.recognise(text);
      return found !== undefined && test(found.value) ? found : undefined;
    },
  };
}

/** A speaker takes back what they said before. */
const TAKES_BACK =
  /\b(?:i mean|make (?:it|that)|actually|sorry|rather|correction|no wait|wait no|no(?=[,.;:—–-]))/gi;

/**
 * Looks first behind the last words that take something back ("four, no, five people"), then in all of it.
 */
export function preferCorrection<Value>(
  text: string,
  find: (text: string) => Value | undefined,
): Value | undefined {
  const last = [...text.matchAll(TAKES_BACK)].at(-1);
  const corrected = last === undefined ? undefined : find(text.slice(last.index + last[0].length));
  return corrected ?? find(text);
}

/** Typographic signs as a keyboard has them. */
export function plainSigns(text: string): string {
  return text.replace(/[\u2018\u2019\u02bc]/g, "'").replace(/[\u2010-\u2012\u2212]/g, '-');
}
