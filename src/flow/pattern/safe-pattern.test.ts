import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_MATCHED, patternProblem } from './safe-pattern.ts';

const kindOf = (source: string, flags?: string) => patternProblem(source, flags)?.kind;

describe('A pattern of a document', () => {
  test.each([
    ['^[A-Z]{2}-?\\d{6}$'],
    ['[\\w.+-]+@[\\w-]+\\.[a-z]{2,}'],
    ['(?:order|ticket)\\s*(?:number|#)?\\s*(\\d{5,8})', 'i'],
    ["\\b(?:my name is|i am|i'm|this is) ([a-z]+(?: [a-z]+)?)\\b", 'i'],
    ['(?<!\\d)\\d{4}(?!\\d)'],
    ['\\d{1,3}(?:[,.]\\d{3})*(?:[.,]\\d{1,2})?'],
    ['order (.*?) please'],
    ['(?:foo|for|bar)+x'],
    ['(a|ab)*c'],
    ['^(\\w+ )*\\w+$'],
    ['\\b[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\\b'],
    ['(?<day>\\p{L}+) \\u{41}', 'u'],
    ['(?:да|нет)'],
    ['[^]'],
    [''],
  ])('is accepted where a text is gone over in one way: %s', (source, flags?: string) => {
    expect(patternProblem(source, flags)).toBeUndefined();
  });

  test.each([
    '(a+)+b',
    '(\\w+\\s?)*$',
    '(x+x+)+y',
    '(a|a)*b',
    '(a|a?)+',
    '([a-z]+)*\\d',
    '(a*)*',
    'a*a*b',
    '\\s*\\s*\\s*$',
    '^\\s*(.*?)\\s*$',
    '(.+)@(.+)',
    '(a?){30}a{30}',
    '(?:a?b?c?)*d',
    'a{0,3000}a{0,3000}b',
    '(?:a|b|ab){2,60}c',
    '([a-z]+)\\1',
    '(?<w>a+)\\k<w>',
    '(?=a+)b',
    '(?<=a*)b',
    `${'('.repeat(60)}a${')'.repeat(60)}`,
    'a'.repeat(501),
  ])('is refused where it could hang, with how to write it: %s', (source) => {
    const problem = patternProblem(source);
    expect(problem?.kind).toBe('hostilePattern');
    expect(problem?.hint).toMatch(/\w+ \w+/);
  });

  test('is refused where characters are the same in another case or by another name', () => {
    expect(kindOf('(?:a|A)*b')).toBeUndefined();
    expect(kindOf('(?:a|A)*b', 'i')).toBe('hostilePattern');
    expect(kindOf('(?:s|\u017f)*b', 'iu')).toBe('hostilePattern');
    expect(kindOf('(?:a|\\x61)*b')).toBe('hostilePattern');
    expect(kindOf('(?:.|\\u{1F600})*b', 'u')).toBe('hostilePattern');
    expect(kindOf('(?:\\w|_)*b')).toBe('hostilePattern');
  });

  test('whose escapes mean something else than they seem to is refused', () => {
    for (const source of ['\\u{3}', '\\p{3}', '\\1', '\\07', '\\c1']) {
      expect(kindOf(source), source).toBe('hostilePattern');
    }
    expect(kindOf('\\ud83d\\ude00*', 'u')).toBe('hostilePattern');
  });

  test('that is none is told apart from one that could hang', () => {
    expect(kindOf('(')).toBe('invalid');
    expect(kindOf('a', 'g')).toBe('invalid');
    expect(kindOf('[b-a]')).toBe('invalid');
  });

  test('is judged in a moment, however it is made', () => {
    const startedMs = performance.now();
    for (const source of [
      '(a|'.repeat(166),
      '|'.repeat(500),
      '(?:ab|'.repeat(49) + ')'.repeat(49),
      '[a-z]'.repeat(100),
    ]) {
      patternProblem(source);
    }
    expect(performance.now() - startedMs).toBeLessThan(500);
  });

  test('that is accepted ends soon on every text', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\w', '\\d', '\\s', '1', '(?=a)', '\\b');
    const count = fc.constantFrom('', '', '*', '+', '?', '{2,3}', '{0,20}', '*?', '{2,}');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        fc.tuple(atom, count).map(([one, times]) => (/^(\(|\\b)/.test(one) ? one : `${one}${times}`)),
        fc.array(tie('pattern'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
        fc
          .tuple(fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }), count)
          .map(([parts, times]) => `(?:${parts.join('|')})${times}`),
      ),
    }));
    const word = fc.constantFrom('a', 'ab', 'b', '1', 'a1', ' ', 'a ', 'aab', 'a b1');
    const pumped = fc
      .tuple(word, word, word, fc.integer({ min: 1, max: MAX_MATCHED }))
      .map(([before, one, other, at]) =>
        `${before}${one.repeat(MAX_MATCHED).slice(0, at)}${other.repeat(MAX_MATCHED)}`.slice(
          0,
          MAX_MATCHED - 1,
        ),
      );
    fc.assert(
      fc.property(pattern, pumped, (source, text) => {
        fc.pre(patternProblem(source) === undefined);
        const startedMs = performance.now();
        new RegExp(source).exec(`${text}!`);
        expect(performance.now() - startedMs, source).toBeLessThan(1500);
      }),
      { numRuns: 300, maxSkipsPerRun: 100 },
    );
  });
});
