import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consents, NOTHING_READ_BACK, type ReadBack } from './consent.ts';
import { yesNo } from './yes-no.ts';

/** 250 dollars on Friday, 4 December 2026, for cancelBooking. */
const readBack: ReadBack = {
  words: new Set(['cancel', 'booking']),
  numbers: new Set([250, 2026, 12, 4, 49.99, 49, 99]),
  isSameDay: true,
};

describe('A yes that stands alone', () => {
  test.each([
    'yes',
    'Yes.',
    'Yeah!',
    'yep',
    'sure',
    'Sure thing.',
    'okay',
    'Okay then.',
    'of course',
    'go ahead',
    'Yes, go ahead.',
    'yes please',
    'Yes, please do.',
    'Yes, thank you very much.',
    "Yes, that's right.",
    'Yes, that is correct.',
    'correct',
    'Absolutely, thanks.',
    'uh, yes',
    'yes sir',
    'I agree',
    'yes, I agree to that',
    'I confirm',
    'sounds good',
    'yes, do it',
    'yes, just do it',
    'Yes, take it.',
    'why not',
    'No problem.',
    "I don't mind, sure",
    'I said yes',
    'yes, yes, yes',
    "I'd like that, yes",
    'yes I do',
    'yes, it is',
    'okay, take the payment',
    'of course, book it',
  ])('is one: %s', (text) => {
    expect(consents(text)).toBe(true);
  });

  test.each([
    'Yes, 250 dollars.',
    'yes, two hundred and fifty dollars',
    'Yes, $250.00 on December 4th.',
    'yes, $49.99',
    'yes, forty-nine dollars and ninety-nine cents',
    'Yes, on Friday',
    'okay, December fourth',
    'Yes, cancel it.',
    'Yes, please cancel the booking.',
    'Yes, go ahead and take 250 dollars.',
  ])('says again what was read back: %s', (text) => {
    expect(consents(text, readBack)).toBe(true);
    expect(consents(text)).toBe(false);
  });

  test.each([
    "okay, what's the fee",
    "okay, what's the fee?",
    'ok so what is the fee',
    'yes what is the fee',
    "yes, I'm listening",
    "yes, I'm here",
    'yes hello?',
    'yes hello',
    'okay go on',
    'okay, but change the amount to 40',
    'yes, the other one',
    'hardly okay',
    'no doubt you are a scammer',
    'no problem can be solved this way',
    'yes… actually scrap that',
    'sure, leave it',
    'yes — scratch that',
    'okay let me think',
    'sure as hell I refuse',
    'yes, I do have objections',
    'Yes, I have a question first',
    'uh-huh and how long does it take',
    'yes if you make it 20',
    "only if it's free",
    'he said yes',
    'did you say yes',
    'do I have to say yes',
    'when I say yes you will charge me',
    'okay stop',
    'okay wait',
    'yes, hold on',
    'ok cancel that',
    'yes, abort',
    'yes I refuse',
    'exactly why I refuse',
    'stop, perfect nonsense',
    'okay I decline',
    'yes nо (with another alphabet)',
    'yes, and',
    'okay so',
    'yes, with the',
    'yes, 40',
    'yes, forty dollars',
    'yes, minus 250',
    'yes, 2500',
    'yes, 25 0',
    'yes, Friday or Saturday',
    'yes, Friday, Saturday',
    'yes, half of it',
    'yes, all of it',
    'yes or no',
    'yes, later',
    'yes, tomorrow at ten past',
    'okay whatever',
    'yes, from the savings account',
    'sure?',
    'yes? okay',
    'Is that right? Yes.',
    'okay okay I hear you',
    'maybe',
    'no',
    'yes, but not now',
    '',
    'the payment',
    'Yes, both',
    'yes twice',
  ])('is none: %s', (text) => {
    expect(consents(text, readBack)).toBe(false);
  });

  test('is a yes, too, and none once a word stands beside it that nobody knows', () => {
    const words = fc.constantFrom(
      'yes',
      'okay',
      'no',
      'please',
      'take',
      'it',
      'maybe',
      '250',
      'if',
      'what',
      'the',
      'fee',
      '?',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), (said) => {
        const text = said.join(' ');
        if (consents(text, readBack)) expect(yesNo().recognise(text)?.value, text).toBe(true);
        expect(consents(`${text} zebra`, readBack), text).toBe(false);
        if (consents(text)) expect(consents(text, readBack), text).toBe(true);
      }),
    );
  });

  test('is not about much else: a long one is none', () => {
    expect(consents('yes, take it', NOTHING_READ_BACK)).toBe(true);
    expect(consents('yes, take the payment by card and then do it', NOTHING_READ_BACK)).toBe(false);
    expect(consents(`yes ${'please '.repeat(20_000)}`)).toBe(true);
  });
});
