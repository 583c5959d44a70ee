import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { type RedactionOptions, secretFinders } from './redaction-options.ts';
import { cutLength, Scrubber, scrub } from './scrubber.ts';

const CARDS = [
  '4242424242424242',
  '378282246310005',
  '6011111111111117',
  '4222222222222',
  '6304000000000000000',
];
const WORDS = [
  'one',
  'two',
  'double',
  'the ',
  'nine',
  'o',
  'on',
  'Acme',
  'id-',
  'a@b.c',
  '12',
  '2024',
  'é',
  '😀',
];
const ALL: RedactionOptions = {
  cards: true,
  digitRuns: 7,
  patterns: [
    'acme',
    { pattern: /id-\d+/, label: 'id', maxLength: 12 },
    { pattern: /\b[\w.]+@[\w.]+/, maxLength: 20 },
  ],
};

const card = fc
  .tuple(
    fc.constantFrom(...CARDS),
    fc.constantFrom('', ' ', '-', ' - ', ', ', '. '),
    fc.integer({ min: 3, max: 6 }),
  )
  .map(([digits, gap, size]) => (digits.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(gap));
const text = fc
  .array(
    fc.oneof(card, fc.constantFrom(...WORDS), fc.constantFrom(' ', '  ', '-', ', ', '\n'), fc.string()),
    {
      maxLength: 14,
    },
  )
  .map((parts) => parts.join(''));

/** Nothing that is glued to a card: more digits would make another number of it. */
const words = fc.array(fc.constantFrom(...WORDS, ' ', 'x'), { maxLength: 6 });

describe('A scrubber', () => {
  test('gives the same for every way of cutting a text', (context) => {
    verifies(context, 'record:redaction:stream');
    const cuts = fc.array(fc.nat(200), { maxLength: 8 });
    fc.assert(
      fc.property(text, cuts, (whole, at) => {
        const scrubber = new Scrubber(secretFinders(ALL));
        const pieces = cut(whole, at).map((piece) => scrubber.push(piece));
        expect(pieces.join('') + scrubber.flush()).toBe(scrub(whole, secretFinders(ALL)));
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same unit by unit as at once', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const scrubber = new Scrubber(secretFinders(ALL));
        const pieces = whole.split('').map((unit) => scrubber.push(unit));
        expect(pieces.join('') + scrubber.flush()).toBe(scrub(whole, secretFinders(ALL)));
      }),
      { numRuns: 300 },
    );
  });

  test('lets no card through, wherever it stands', (context) => {
    verifies(context, 'record:redaction:stream');
    const finders = secretFinders({ cards: true });
    fc.assert(
      fc.property(words, card, words, (before, secret, after) => {
        const scrubbed = scrub(`${before.join('')} ${secret} ${after.join(' ')}`, finders);
        expect(bare(scrubbed)).not.toContain(bare(secret));
      }),
      { numRuns: 500 },
    );
  });

  test('shows nothing that may yet become a secret, and everything else at once', () => {
    const scrubber = new Scrubber(secretFinders({ cards: true }));
    expect(scrubber.push('pay with 4242 42')).toBe('pay with ');
    expect(scrubber.push('42 4242 ')).toBe('');
    expect(scrubber.push('4242, please')).toBe('[card ending 4242], please');
    expect(scrubber.push(' or 3 times')).toBe(' or 3 times');
    expect(scrubber.flush()).toBe('');
  });

  test('begins a new text after a flush, and after a discard forgets what it held', () => {
    const scrubber = new Scrubber(secretFinders({ cards: true }));
    expect(scrubber.push('42424242424') + scrubber.flush()).toBe('42424242424');
    expect(scrubber.push('24242') + scrubber.flush()).toBe('24242');
    expect(scrubber.push('it is 12')).toBe('it is ');
    scrubber.discard();
    expect(scrubber.push('ok') + scrubber.flush()).toBe('ok');
    for (let times = 0; times < 2; times++) {
      expect(scrubber.push(CARDS[0] ?? '') + scrubber.flush()).toBe('[card ending 4242]');
    }
  });

  test('masks secrets that overlap as one, so that no mask tells of the other', () => {
    const finders = secretFinders({ cards: true, patterns: [{ pattern: /id \d{4}/, label: 'id' }, '4242'] });
    expect(scrub('id 4242 4242 4242 4242!', finders)).toBe('[redacted]!');
  });

  test('masks a run of digits that is too long to be held as one', (context) => {
    verifies(context, 'record:redaction:bounded');
    const scrubber = new Scrubber(secretFinders({ cards: true }));
    const digits = '31415 '.repeat(2000);
    const pieces = digits.split('').map((unit) => scrubber.push(unit));
    expect(`${pieces.join('')}${scrubber.push('end')}${scrubber.flush()}`).toBe('[digits] end');
    // From the 65th digit on it is known to be masked, so nothing of it is held.
    expect(pieces.findIndex((piece) => piece !== '')).toBeLessThan(64 * 4);
  });

  test('masks of a match that is too long its end, and of one that goes on all of it', (context) => {
    verifies(context, 'record:redaction:bounded');
    const mail = secretFinders({ patterns: [{ pattern: /[a-z]+@[a-z]+/, maxLength: 10 }] });
    expect(scrub(`${'a'.repeat(30)}@bc`, mail)).toBe(`${'a'.repeat(22)}[redacted]`);
    const letters = secretFinders({ patterns: [{ pattern: /x[a-z]+/, maxLength: 10 }] });
    expect(scrub(`1 x${'a'.repeat(5000)} 2`, letters)).toBe('1 [redacted] 2');
  });

  test('takes a long text with many secrets in its stride', () => {
    const many = 'card 4242 4242 4242 4242, '.repeat(4000);
    expect(scrub(many, secretFinders(ALL))).toBe('card [card ending 4242], '.repeat(4000));
  });
});

test('a cut that would leave half of a secret moves before it', (context) => {
  verifies(context, 'record:transcript:heard');
  const finders = secretFinders({ cards: true });
  const words = 'It ends in 4242 4242 4242 4242, right?';
  const start = words.indexOf('4');
  expect(cutLength(words, start + 12, finders)).toBe(start);
  expect(cutLength(words, start, finders)).toBe(start);
  expect(cutLength(words, start + 19, finders)).toBe(start + 19);
  expect(cutLength(words, 3, finders)).toBe(3);
});

function cut(whole: string, at: readonly number[]): string[] {
  const places = [0, ...at.map((place) => place % (whole.length + 1)).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((end, index) => whole.slice(places[index], end));
}

function bare(words: string): string {
  return words.replace(/[\s.,-]/g, '');
}
