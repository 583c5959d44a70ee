import { describe, expect, test } from 'vitest';
import type { Guard } from '../guard/guard.ts';
import { initialFlowState } from '../monitor/step-flow.ts';
import { PlainState } from '../scenario/plain-state.ts';
import type { JsonValue } from '../state-reader.ts';
import { compileConversation } from './compile-conversation.ts';
import type { SlotDefinition } from './conversation-document.ts';
import { hearUser } from './hear-user.ts';

const YES_NO: readonly SlotDefinition[] = [
  { name: 'agreed', recogniser: 'yesNo' },
  { name: 'amount', recogniser: { money: {} }, heard: 'whileAsked' },
  { name: 'day', recogniser: 'dateTime', heard: 'whileAsked' },
];

function paying(
  until: Guard,
  slots: readonly SlotDefinition[] = YES_NO,
  known: readonly [string, JsonValue][] = [],
) {
  const result = compileConversation({
    name: 'paying',
    inputs: ['street'],
    frames: { payment: { slots } },
    stages: [
      { id: 'pay', frame: 'payment', commit: { tool: 'takePayment', until }, next: ['end'] },
      { id: 'end', terminal: true },
    ],
    tools: [{ name: 'takePayment', description: 'Pays.', kind: 'commit' }],
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { conversation } = result;
  const state = new PlainState([]);
  for (const [key, value] of known) state.set(key, value);
  const idle = initialFlowState(conversation.flow);
  const marking = { ...idle, main: { ...idle.main, active: ['pay'] } };
  return {
    conversation,
    say(words: string): void {
      // 5 March 2026.
      state.apply(hearUser(conversation, words, state, marking, Date.UTC(2026, 2, 5, 11)).effects);
    },
    get: (key: string): JsonValue | undefined => state.get(key),
  };
}

const KNOWN: readonly [string, JsonValue][] = [
  ['amount', { amount: 50, currency: 'USD' }],
  ['day', '2026-03-10'],
];

describe('A slot that a commit waits for', () => {
  test('is known as such, wherever the condition asks for it to be true', () => {
    const tools = (until: Guard): unknown =>
      paying(until).conversation.slots.find(({ name }) => name === 'agreed')?.consentTo;
    expect(tools({ isTrue: 'agreed' })).toEqual(['takePayment']);
    expect(tools({ any: [{ all: [{ eq: ['agreed', true] }] }, { isSet: 'day' }] })).toEqual(['takePayment']);
    expect(tools({ isSet: 'agreed' })).toBeUndefined();
    expect(tools({ not: { isTrue: 'agreed' } })).toBeUndefined();
  });

  test.each([
    'okay, what is the fee',
    "yes, I'm listening",
    'okay, but change the amount to 40',
    'sure, leave it',
    'yes, forty dollars',
    'yes, on Wednesday',
    'yes, 40 dollars on March 10',
  ])('is not filled by a yes to something else: %s', (words) => {
    const { say, get } = paying({ isTrue: 'agreed' }, YES_NO, KNOWN);
    say(words);
    expect(get('agreed')).toBeUndefined();
  });

  test.each([
    'yes',
    'Yes, please.',
    'yes, fifty dollars',
    'Yes, $50 on March 10.',
    'okay, on Tuesday',
    'yes, take the payment',
  ])('is filled by: %s', (words) => {
    const { say, get } = paying({ isTrue: 'agreed' }, YES_NO, KNOWN);
    say(words);
    expect(get('agreed')).toBe(true);
  });

  test('is false by any no', () => {
    const { say, get } = paying({ isTrue: 'agreed' }, YES_NO, KNOWN);
    say('no, what is the fee');
    expect(get('agreed')).toBe(false);
  });

  test('is heard as before where nothing is at stake', () => {
    const { say, get } = paying({ isSet: 'agreed' }, YES_NO, KNOWN);
    say('yes, I am listening');
    expect(get('agreed')).toBe(true);
  });
});

test('A value is confirmed by a yes that stands alone, or says the value again', () => {
  const slots: readonly SlotDefinition[] = [
    { name: 'street', confirm: 'always' },
    { name: 'agreed', recogniser: 'yesNo' },
  ];
  for (const [words, confirmed] of [
    ['yes, I have a question first', undefined],
    ['okay, the other one', undefined],
    ['yes, Long Lane', true],
    ['yes', true],
  ] as const) {
    const { say, get } = paying({ isTrue: 'agreed' }, slots, [['street', 'Long Lane 5']]);
    say(words);
    expect([get('street:confirmed'), get('agreed')], words).toEqual([confirmed, undefined]);
  }
});
