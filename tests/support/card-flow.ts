/** A flow of the size that real calls need: identification, an offer, a payment, ways out, two digressions. */
import type { FlowDefinition } from '../../src/flow/definition/flow-definition.ts';

export const cardFlow: FlowDefinition = {
  name: 'card support',
  steps: [
    { id: 'greet', posture: 'Greet the caller.', done: { captured: ['intent'] } },
    {
      id: 'identify',
      after: ['greet'],
      allow: ['verify_identity'],
      done: { all: [{ captured: ['name', 'birth_date'] }, { calledOk: 'verify_identity' }] },
      repair: { repromptAfter: 2, escalateAfter: 4, escalateTo: 'handoff' },
    },
    {
      id: 'disclose',
      after: ['identify'],
      verbatim: 'This call is recorded, and this is an attempt to collect a debt.',
      timing: { interruptible: false },
    },
    {
      id: 'balance',
      after: [{ step: 'disclose', when: { eq: ['intent', 'pay'] } }],
      allow: ['lookup_balance'],
      done: { calledOk: 'lookup_balance' },
      ground: 'The balance is {balance}.',
    },
    {
      id: 'block',
      after: [{ step: 'disclose', when: { eq: ['intent', 'lost card'] } }],
      allow: ['block_card'],
      done: { calledOk: 'block_card' },
    },
    {
      id: 'negotiate',
      after: ['balance'],
      done: { all: [{ isSet: 'amount' }, { atLeast: ['amount', 10] }] },
      deny: ['take_payment'],
    },
    {
      id: 'confirm',
      after: ['negotiate'],
      done: { isTrue: 'amount_confirmed' },
    },
    {
      id: 'pay',
      after: ['confirm'],
      allow: ['take_payment'],
      done: { calledOk: 'take_payment' },
    },
    {
      id: 'survey',
      after: ['pay', 'block'],
      join: 'any',
      done: { any: [{ isSet: 'score' }, { isTrue: 'hurry' }] },
    },
    { id: 'close', after: ['survey'], terminal: true, posture: 'Say goodbye.' },
    { id: 'handoff', terminal: true, posture: 'A colleague takes over.' },
  ],
  constraints: [
    { commit: { tool: 'take_payment', until: { isTrue: 'amount_confirmed' }, binds: { amount: 'amount' } } },
    { neverUntil: { tool: 'block_card', until: { decided: { sure: true } } } },
    { once: 'block_card' },
    { before: ['disclose', 'pay'] },
    { reset: { steps: ['confirm'], when: { isTrue: 'reconsider' } } },
  ],
  ambient: ['transfer'],
  confirmTools: ['block_card'],
  corrections: [{ slot: 'amount', clears: ['amount_confirmed'], reopens: ['confirm'] }],
  decisions: [{ id: 'sure', ask: 'Is the caller sure that the card shall be blocked?', type: 'boolean' }],
  digressions: [
    {
      name: 'faq',
      trigger: { isTrue: 'asks_question' },
      flow: {
        steps: [
          {
            id: 'answer',
            allow: ['search'],
            done: { any: [{ calledOk: 'search' }, { isTrue: 'answered' }] },
          },
          { id: 'return', after: ['answer'], terminal: true },
        ],
      },
    },
    {
      name: 'safety',
      trigger: { any: [{ isTrue: 'intent:harm' }, { isTrue: 'intent:abuse' }] },
      resume: 'terminate',
      flow: { steps: [{ id: 'goodbye', terminal: true, posture: 'Refer to help.' }] },
    },
  ],
};

export const cardTools: readonly string[] = [
  'verify_identity',
  'lookup_balance',
  'block_card',
  'take_payment',
  'search',
  'transfer',
];

export const cardWrites: readonly string[] = [
  'intent',
  'intent:*',
  'name',
  'birth_date',
  'amount',
  'amount_confirmed',
  'score',
  'hurry',
  'reconsider',
  'asks_question',
  'answered',
  'derived:balance',
];
