/** The call of the demo: somebody pays something off a card, and nothing is taken before they said yes to exactly that. */
import type { ConversationDocument } from '../../flow/conversation/conversation-document.ts';

/** `takePayment` is the application's. */
export const cardDocument: ConversationDocument = {
  name: 'cardPayment',
  instruction:
    'You are the telephone agent of Harbour Card. You speak calmly, in one or two short sentences.',
  inputs: ['paymentReference'],
  frames: {
    payment: {
      slots: [
        {
          name: 'lastFour',
          description: 'Last four digits of the card',
          prompt: 'What are the last four digits of your card?',
          pii: true,
          recogniser: { pattern: '\\bin\\W{0,3}(\\d{4})\\b' },
          heard: 'whileAsked',
        },
        {
          name: 'payAmount',
          description: 'The amount to be paid',
          recogniser: { money: { dollar: 'USD' } },
          heard: 'whileAsked',
        },
        {
          name: 'payDate',
          description: 'The day of the payment',
          recogniser: 'dateTime',
          heard: 'whileAsked',
        },
        {
          name: 'payAgreed',
          description: 'Whether the caller said yes to exactly the amount and the day that were read back',
          prompt: 'Shall I take exactly that?',
          recogniser: 'yesNo',
        },
      ],
    },
  },
  stages: [
    { id: 'notice', instruction: 'Say the notice.', verbatim: 'This call is recorded.', next: ['verify'] },
    {
      id: 'verify',
      instruction: 'Ask for the last four digits of the card, and check them with verifyIdentity.',
      collect: ['lastFour'],
      allow: ['verifyIdentity'],
      done: { isTrue: 'verified' },
      next: ['offer'],
    },
    {
      id: 'offer',
      instruction: 'Tell what is owed, and ask how much can be paid, and when.',
      ground: 'Owed: {balance} dollars.',
      collect: ['payAmount', 'payDate'],
      next: ['pay'],
    },
    {
      id: 'pay',
      instruction:
        'Read the amount and the day back, and ask for a yes to exactly these. Then call takePayment.',
      ground: 'To be read back: {payAmount} on {payDate}.',
      collect: ['payAgreed', 'payAmount', 'payDate'],
      commit: {
        tool: 'takePayment',
        until: {
          all: [{ isTrue: 'verified' }, { captured: ['payAmount', 'payDate'] }, { isTrue: 'payAgreed' }],
        },
        binds: { amount: 'payAmount', date: 'payDate' },
      },
      done: { isSet: 'paymentReference' },
      next: ['close'],
    },
    { id: 'close', instruction: 'Give the reference, and say goodbye.', terminal: true },
  ],
  require: ['close'],
  tools: [
    {
      name: 'verifyIdentity',
      description: 'Checks the last four digits of the card. Gives { balance }.',
      parameters: {
        type: 'object',
        properties: { lastFour: { type: 'string' } },
        required: ['lastFour'],
      },
      mock: {
        only: { lastFour: ['4821'] },
        fail: 'There is no such card.',
        response: { balance: 1240 },
        set: { verified: true },
      },
      saves: { balance: 'balance' },
    },
    {
      name: 'takePayment',
      description: 'Takes a payment from the account on file. Gives { reference }.',
      parameters: {
        type: 'object',
        properties: {
          amount: {
            type: 'object',
            properties: { amount: { type: 'number' }, currency: { type: 'string' } },
            required: ['amount', 'currency'],
          },
          date: { type: 'string', description: 'YYYY-MM-DD' },
        },
        required: ['amount', 'date'],
      },
    },
  ],
};
