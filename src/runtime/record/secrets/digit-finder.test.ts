import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { type RedactionOptions, secretFinders } from '../redaction-options.ts';
import { scrub } from '../scrubber.ts';

const shown = (text: string, options: RedactionOptions) => scrub(text, secretFinders(options));

describe('Cards', () => {
  test.each([
    ['visa 4242424242424242.', 'visa [card ending 4242].'],
    ['4222222222222', '[card ending 2222]'],
    ['amex 3782 822463 10005!', 'amex [card ending 0005]!'],
    ['6304000000000000000', '[card ending 0000]'],
    ['5555-5555-5555-4444', '[card ending 4444]'],
    ['4242 – 4242 – 4242 – 4242', '[card ending 4242]'],
    ['4242, 4242. 4242, 4242. Right', '[card ending 4242]. Right'],
    ['4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2', '[card ending 4242]'],
    ['card4242424242424242x', 'card[card ending 4242]x'],
    ['٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢', '[card ending 4242]'],
    ['４２４２４２４２４２４２４２４２', '[card ending 4242]'],
    ['4242 4242 4242 4242 and 5555 5555 5555 4444', '[card ending 4242] and [card ending 4444]'],
    ['on the 12th: 4242 4242 4242 4242', 'on the 12th: [card ending 4242]'],
  ])('are masked: %s', (text, expected) => {
    expect(shown(text, { cards: true })).toBe(expected);
  });

  test.each([
    'order 4242424242424241',
    'call 555 123 4567',
    '424242424242',
    '42424242424242424242',
    '4242:4242:4242:4242',
    '4242 x 4242 4242 4242',
    '4242    4242 4242 4242',
    'aged 42, 42, 42, 42, 42, 42, 42, 42',
  ])('are not taken for: %s', (text) => {
    expect(shown(text, { cards: true })).toBe(text);
  });

  test('are found among other digits', (context) => {
    verifies(context, 'record:redaction:digits');
    expect(shown('it is 7 4242424242424242 9', { cards: true })).toBe('it is 7 [card ending 4242] 9');
  });
});

describe('Runs of digits', () => {
  test('are masked from the given length on, groups counted together', (context) => {
    verifies(context, 'record:redaction:digits');
    const options = { digitRuns: 6 };
    expect(shown('pin 12345 or 123456', options)).toBe('pin 12345 or [digits]');
    expect(shown('call 555-1234 now', options)).toBe('call [digits] now');
    expect(shown('1 2 3 4 5 6', options)).toBe('[digits]');
  });

  test('that are cards are shown as cards', () => {
    expect(shown('4242 4242 4242 4242, 1234567', { cards: true, digitRuns: 7 })).toBe('[digits]');
    expect(shown('4242 4242 4242 4242; 1234567', { cards: true, digitRuns: 7 })).toBe(
      '[card ending 4242]; [digits]',
    );
  });
});

describe('Spoken digits', () => {
  test.each([
    ['it is four two four two 4242 4242 4242, ok', 'it is [card ending 4242], ok'],
    ['Four-Two-Four-Two double four double two; 4242', '[digits]; 4242'],
    ['four two double four two 2', '[digits]'],
    ['my pin: one, two, oh, triple nine.', 'my pin: [digits].'],
    ['o 12345', '[digits]'],
    ['four2 four2 four2', '[digits]'],
  ])('count as digits: %s', (text, expected) => {
    expect(shown(text, { cards: true, digitRuns: 6 })).toBe(expected);
  });

  test.each([
    'one of the two on the phone for nineteen fourteen and forty',
    'double trouble, triple check',
    'double double one two three four five',
    'someone, anyone, tone, stone, bone, phone',
  ])('are told from other words: %s', (text) => {
    expect(shown(text, { digitRuns: 6 })).toBe(text);
  });
});
