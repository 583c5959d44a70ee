import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { RuntimeError } from '../../runtime-error.ts';
import { type RedactionPattern, redactionProblems, secretFinders } from '../redaction-options.ts';
import { scrub } from '../scrubber.ts';

const shown = (text: string, ...patterns: Array<RedactionPattern | RegExp | string>) =>
  scrub(text, secretFinders({ patterns }));

const LETTER = '\\p{L}';
const DIFFERENCE = '[a--b]';

describe('Patterns', () => {
  test('mask every occurrence, of whatever length and place', (context) => {
    verifies(context, 'record:redaction:patterns');
    const patterns = [
      /ab+c/,
      /a|bc{2,3}/i,
      /(?:a|bc){2}/,
      /\b[ab]+\b/,
      /^a?b|c$/,
      /[^a]B?c/i,
      /(?<name>a.c)\Bb?/,
      /a.c/s,
      /[\]a-]{2,}?/,
      /\x61\u0062|\u{63}{2}/u,
      /a{2}(b|c*)*\s/,
      /a{1,2}|/,
      /\p{Lu}\W/u,
      /(a|ab)(c|bcd)?/,
    ];
    const texts = fc.string({
      unit: fc.constantFrom('a', 'b', 'c', 'B', ' ', '-', ']', '\n'),
      maxLength: 14,
    });
    fc.assert(
      fc.property(fc.constantFrom(...patterns), texts, (pattern, text) => {
        expect(shown(text, { pattern, maxLength: 20 })).toBe(byPlatform(text, pattern));
      }),
      { numRuns: 3000 },
    );
  });

  test('that would take the platform an age are matched in a moment', (context) => {
    verifies(context, 'record:redaction:patterns');
    const text = 'a'.repeat(20_000);
    expect(shown(`${text}b`, /^(a+)+$/)).toBe(`${text}b`);
    expect(shown(`${text}b`, /(a|a)*(a|a)*(a|a)*c/)).toBe(`${text}b`);
  });

  test('that are texts match in any case, and only as they stand', () => {
    expect(shown('ACME, a.c.m.e and acmeX', 'Acme')).toBe('[redacted], a.c.m.e and [redacted]X');
    expect(shown('a+b aab', 'a+b')).toBe('[redacted] aab');
    expect(shown('cab😀x', '😀')).toBe('cab[redacted]x');
  });

  test('have a label', () => {
    expect(shown('id-77', { pattern: /id-\d\d/, label: 'customer' })).toBe('[customer]');
  });

  test('that cannot be supported are refused, all at once, with the place and what to do', (context) => {
    verifies(context, 'record:redaction:patterns');
    const patterns = [
      /(?=a)b/,
      /(?<!a)b/,
      /(a)\1/,
      /a/m,
      new RegExp(DIFFERENCE, 'v'),
      /^\b$/,
      /a{0}/,
      '',
      /(a{100}){100}/,
      { pattern: /a+/, maxLength: 0 },
      { pattern: /a+/, maxLength: 5000 },
      new RegExp(LETTER),
      new RegExp(`${'('.repeat(200)}a${')'.repeat(200)}`),
    ];
    const problems = redactionProblems({ digitRuns: 2, patterns }, 'redaction');
    expect(problems.map(({ path }) => path)).toEqual([
      'redaction.digitRuns',
      ...patterns.map((_, index) => `redaction.patterns[${index}]`),
    ]);
    for (const { message } of problems) expect(message).toMatch(/\w+ \w+/);
    expect(() => secretFinders({ patterns })).toThrow(RuntimeError);
    expect(redactionProblems({ cards: true, digitRuns: 64, patterns: ['a', /b+/] }, 'redaction')).toEqual([]);
  });
});

/** What the platform's own engine finds, by trying every part of the text. */
function byPlatform(text: string, pattern: RegExp): string {
  const covered = new Set<number>();
  for (let start = 0; start < text.length; start++) {
    for (let end = start + 1; end <= text.length; end++) {
      const here = `(?<=^[^]{${start}})(?:${pattern.source})(?=[^]{${text.length - end}}$)`;
      const match = new RegExp(here, `${pattern.flags}y`);
      match.lastIndex = start;
      if (match.exec(text)?.[0].length !== end - start) continue;
      for (let at = start; at < end; at++) covered.add(at);
    }
  }
  return [...text]
    .map((unit, at) => (covered.has(at) ? (covered.has(at - 1) ? '' : '[redacted]') : unit))
    .join('');
}
