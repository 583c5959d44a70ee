import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { yesNo } from './yes-no.ts';

const YES = ['yes', 'yeah', 'sure', 'okay', 'of course', "that's right", 'correct', 'absolutely', 'go ahead'];
const NO = ['no', 'nope', "don't", 'not that', 'never', 'wrong', "it isn't", 'I can’t', 'no way'];
const NEUTRAL = [
  'the blue one',
  'on Friday',
  'I know',
  'nothing',
  'yesterday',
  'notable',
  'Norway',
  'the one on the right',
];

const said = (words: readonly string[]) => fc.constantFrom(...words);
const shout = (text: string, loud: boolean): string => (loud ? text.toUpperCase() : text);

test('A denial wins wherever it stands', (context) => {
  verifies(context, 'extract:recognisers');
  const around = fc.array(fc.oneof(said(YES), said(NEUTRAL)), { maxLength: 3 });
  fc.assert(
    fc.property(around, said(NO), around, fc.boolean(), (before, denial, after, loud) => {
      const text = shout([...before, denial, ...after].join(', '), loud);
      expect(yesNo().recognise(text)?.value, text).toBe(false);
    }),
  );
});

test('Agreement is yes in any neutral company, and neutral words are neither', () => {
  const around = fc.array(said(NEUTRAL), { maxLength: 3 });
  fc.assert(
    fc.property(around, said(YES), around, fc.boolean(), (before, agreement, after, loud) => {
      const text = shout([...before, agreement, ...after].join(', '), loud);
      expect(yesNo().recognise(text), text).toEqual({ value: true, confidence: 0.9 });
      expect(yesNo().recognise([...before, ...after].join(', '))).toBeUndefined();
    }),
  );
});

test.each([
  "I'm not sure",
  'maybe',
  "I don't know",
  'yes, maybe',
  'perhaps',
  'are you sure',
  'is that right',
  'Is it correct?',
  'Sure about that?',
  'okay, wait',
  'yes, hold on',
  'ok, cancel',
  'okay, stop',
  'I refuse, ok',
  'sure, decline it',
  'yes, if you make it 20',
  'yes — scratch that',
  'yes, actually forget it',
  'do I have to say yes',
  'you said yes',
])('"%s" decides nothing', (text) => {
  expect(yesNo().recognise(text)).toBeUndefined();
});

test.each([
  ['no problem', true],
  ['why not', true],
  ["I don't mind", true],
  ["I'm not sure, no", false],
  ['yes, but not that one', false],
  ['Is that right? Yes.', true],
  ['no, yes, sorry', false],
  ['Yes, please cancel it.', true],
  ["Okay, I'll wait.", true],
  ['I said yes', true],
  ['ｎｏ, yes', false],
])('"%s" is %s', (text, value) => {
  expect(yesNo().recognise(text)?.value).toBe(value);
});
