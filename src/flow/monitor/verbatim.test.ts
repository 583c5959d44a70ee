import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import { isVerbatim, verbatimSimilarity } from './verbatim.ts';

const DISCLOSURE =
  'This call may be recorded for quality and training purposes, and you may ask us to stop at any time.';

const passes = (text: string, speech: string): boolean => isVerbatim(verbatimSimilarity(text, speech));

describe('A verbatim text', () => {
  test('inside a longer turn passes, a paraphrase does not', (context) => {
    verifies(context, 'acceptance:control:verbatim');
    const turn = `Hello Ada, nice to hear you. ${DISCLOSURE.toUpperCase()} So, what can I do for you today?`;
    expect(verbatimSimilarity(DISCLOSURE, turn)).toBe(1);
    const paraphrase =
      'Just so you know, we record calls to get better at this, and whenever you like you can tell us to stop.';
    expect(passes(DISCLOSURE, paraphrase)).toBe(false);
  });

  test('may miss one word in ten, and not more', () => {
    const text = 'one two three four five six seven eight nine ten';
    expect(verbatimSimilarity(text, 'one two three four FOUR six seven eight nine ten')).toBeCloseTo(0.9);
    expect(passes(text, 'one two three four five six seven eight nine')).toBe(true);
    expect(passes(text, 'one two and three four five six seven eight nine ten')).toBe(true);
    expect(passes(text, 'one two three four five six seven eight')).toBe(false);
    expect(passes(text, 'one two zero four five six seven zero nine ten')).toBe(false);
  });

  test('is not said where nothing was, and does not depend on case, punctuation and separators of numbers', () => {
    expect(verbatimSimilarity(DISCLOSURE, '')).toBe(0);
    expect(verbatimSimilarity(DISCLOSURE, ' … ')).toBe(0);
    expect(verbatimSimilarity("You don't owe 1,000 euros", 'you DON’T owe: 1000 euros!')).toBe(1);
    expect(verbatimSimilarity('この通話は録音されます。', 'はい、この通話は録音されます。では')).toBe(1);
  });

  test('is checked at the end of each turn until it has passed, and then no more', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'tell', verbatim: DISCLOSURE },
        { id: 'next', after: ['tell'], done: { isTrue: 'x' } },
      ],
    });
    talk.turn();
    talk.input({ type: 'spoke', text: 'Hello!' });
    expect(talk.turn().active).toEqual(['tell']);
    talk.input({ type: 'spoke', text: DISCLOSURE });
    expect(talk.values.get('verbatim:tell')).toBe(true);
    talk.input({ type: 'spoke', text: 'Hello!' });
    expect(talk.turn().active).toEqual(['next']);
    const checks = talk.events.filter(({ type }) => type === 'verbatimChecked');
    expect(checks).toEqual([
      { type: 'verbatimChecked', step: 'tell', similarity: 0, passed: false },
      { type: 'verbatimChecked', step: 'tell', similarity: 1, passed: true },
    ]);
  });

  test('The similarity is that of the best stretch of a length within a tenth', () => {
    const words = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 24 });
    fc.assert(
      fc.property(words, words, (wanted, said) => {
        const expected = bestStretch(wanted, said);
        expect(verbatimSimilarity(wanted.join(' '), said.join(' '))).toBeCloseTo(expected, 10);
      }),
      { numRuns: 400 },
    );
  });

  test('Hostile lengths are answered in bounded work', () => {
    const long = 'word '.repeat(3_000);
    const speech = 'word other '.repeat(30_000);
    expect(passes(long, speech)).toBe(false);
    expect(passes(long, 'word '.repeat(30_000))).toBe(false);
    expect(verbatimSimilarity('word '.repeat(1_000), 'word '.repeat(4_000))).toBe(1);
    expect(passes('x', 'y'.repeat(1_000_000))).toBe(false);
  });
});

/** Every stretch of allowed length, each compared by the textbook. */
function bestStretch(wanted: readonly string[], said: readonly string[]): number {
  const size = wanted.length;
  const least = Math.min(Math.ceil(Math.round(size * 9) / 10), said.length);
  const most = Math.min(Math.floor((size * 11) / 10), said.length);
  let best = 0;
  for (let length = least; length <= Math.max(most, least); length++) {
    for (let start = 0; start + length <= said.length; start++) {
      const distance = editDistance(wanted, said.slice(start, start + length));
      best = Math.max(best, 1 - distance / Math.max(size, length));
    }
  }
  return best;
}

function editDistance(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return a.length + b.length;
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => i + j),
  );
  const at = (i: number, j: number): number => table[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const change = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      (table[i] ?? [])[j] = Math.min(change, at(i - 1, j) + 1, at(i, j - 1) + 1);
    }
  }
  return at(a.length, b.length);
}
