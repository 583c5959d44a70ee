import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { digits, email, phone } from './contact.ts';
import { money } from './money.ts';
import { oneOf } from './one-of.ts';
import { pattern } from './pattern.ts';

test('An amount in any common writing is the amount', (context) => {
  verifies(context, 'extract:recognisers');
  const codes = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY' } as const;
  const signs = fc.constantFrom(...(Object.keys(codes) as (keyof typeof codes)[]));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 99_999_999 }),
      signs,
      fc.constantFrom(0, 1, 2, 3),
      (minor, sign, form) => {
        const amount = minor / 100;
        const american = amount.toLocaleString('en-US', { minimumFractionDigits: 2 });
        const german = amount.toLocaleString('de-DE', { minimumFractionDigits: 2 });
        const text = [
          `${sign}${american}`,
          `${german} ${sign}`,
          `${codes[sign]} ${amount.toFixed(2)}`,
          `${sign} ${german}`,
        ][form];
        expect(money().recognise(`that was ${text}, I think`)?.value, text).toEqual({
          amount,
          currency: codes[sign],
        });
      },
    ),
  );
});

test.each([
  ['twenty euros', 20, 'EUR'],
  ['five dollars and fifty cents', 5.5, 'USD'],
  ['10 dollars and 5 cents', 10.05, 'USD'],
  ['80 cents', 0.8, 'USD'],
  ['fifty pence', 0.5, 'GBP'],
  ['$5k', 5000, 'USD'],
  ['two million pounds', 2_000_000, 'GBP'],
  ['$20, no, $30', 30, 'USD'],
])('"%s" is %d %s', (text, amount, currency) => {
  expect(money().recognise(text)?.value).toEqual({ amount, currency });
});

test('A number without a currency is no money; which dollar it is can be said', () => {
  expect(money().recognise('12 people')).toBeUndefined();
  expect(money({ dollar: 'CAD' }).recognise('ten bucks')?.value).toEqual({ amount: 10, currency: 'CAD' });
});

test('A choice is named as whole words, and one that is turned down does not count', () => {
  const size = oneOf({ large: ['big', 'family size'], small: ['little'], 'extra large': [] });
  expect(size.recognise('the Family  Size one')).toEqual({ value: 'large', confidence: 0.95 });
  expect(size.recognise('extra large please')?.value).toBe('extra large');
  expect(size.recognise('not the large one, the small one')?.value).toBe('small');
  expect(size.recognise('small, sorry, large')?.value).toBe('large');
  expect(size.recognise('large or small')).toEqual({ value: 'large', confidence: 0.6 });
  expect(size.recognise('enlarge it')).toBeUndefined();
  expect(oneOf(['C++', 'c']).recognise('in C++')?.value).toBe('C++');
});

test('A pattern gives its group, and keeps no place between calls', () => {
  const order = pattern(/order\s+([A-Z]\d+)/gi);
  for (let times = 0; times < 3; times++) expect(order.recognise('my order B42')?.value).toBe('B42');
  expect(pattern(/(?<id>\d+)-\w/, { group: 'id' }).recognise('77-x')?.value).toBe('77');
  expect(order.recognise('none')).toBeUndefined();
});

test('Digits spoken one by one, doubled or grouped are the digits', () => {
  const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 12 }),
      fc.boolean(),
      (values, spoken) => {
        const text = spoken ? values.map((value) => words[value]).join(' ') : values.join('-');
        expect(digits({ min: 4 }).recognise(`it is ${text}.`)?.value).toBe(values.join(''));
      },
    ),
  );
  expect(digits({ min: 4 }).recognise('double five, oh seven')?.value).toBe('5507');
  expect(digits({ min: 4, max: 4 }).recognise('four five six')).toBeUndefined();
});

test('Telephone numbers and addresses are read as spoken and as written', () => {
  expect(phone().recognise('+49 (30) 123-4567')?.value).toBe('+49301234567');
  expect(phone().recognise('oh one seven one, two three four five')?.value).toBe('01712345');
  expect(phone().recognise('four people')).toBeUndefined();
  expect(email().recognise('it is Ada.L@Example.com.')?.value).toBe('ada.l@example.com');
  expect(email().recognise('my mail is ada dot l at mail dot example dot org')?.value).toBe(
    'ada.l@mail.example.org',
  );
  expect(email().recognise('meet me at noon')).toBeUndefined();
});
