/** A conversation that the tests compile: a repair shop for bicycles takes an order. */
import type { ConversationDocument } from '../../src/flow/conversation/conversation-document.ts';

export const repairShop: ConversationDocument = {
  name: 'repairShop',
  instruction: 'You answer the telephone of a repair shop for bicycles.',
  timeZone: 'Europe/Berlin',
  state: { 'shop:open': true },
  inputs: ['intent:emergency'],
  frames: {
    job: {
      slots: [
        {
          name: 'part',
          description: 'what is broken',
          prompt: 'What can we repair for you?',
          reprompt: 'Is it the brake, the chain or a wheel?',
          recogniser: { oneOf: { brake: ['brakes'], chain: [], wheel: ['tyre'] } },
        },
        { name: 'day', recogniser: 'dateTime', confirm: 'always' },
      ],
    },
    customer: {
      slots: [
        { name: 'phone', stateKey: 'user:phone', recogniser: 'phone', confirm: 'lowConfidence', pii: true },
        {
          name: 'ticket',
          recogniser: { pattern: 'ticket ([A-Z]{2}\\d{4})', flags: 'i' },
          correctable: false,
        },
      ],
    },
    agreement: { slots: [{ name: 'agreed', stateKey: 'job:agreed', recogniser: 'yesNo' }] },
  },
  stages: [
    { id: 'notice', verbatim: 'This call is recorded.', next: ['what'] },
    {
      id: 'what',
      instruction: 'Find out what to repair, and when.',
      frame: 'job',
      timing: { repromptAfterMs: 8000 },
      next: [
        { to: 'quote', when: { eq: ['part', 'wheel'] } },
        { to: 'contact', when: { not: { eq: ['part', 'wheel'] } } },
      ],
    },
    { id: 'quote', allow: ['quotePrice'], done: { isSet: 'job:price' }, next: ['contact'] },
    { id: 'contact', collect: ['phone'], next: ['book'] },
    {
      id: 'book',
      collect: ['agreed'],
      allow: ['lookUp'],
      commit: {
        tool: 'bookRepair',
        until: { all: [{ isTrue: 'job:agreed' }, { captured: ['part', 'day'] }, { isTrue: 'shop:open' }] },
        binds: { part: 'part', day: 'day' },
      },
      next: ['bye'],
    },
    { id: 'bye', instruction: 'Say goodbye.', terminal: true },
    { id: 'person', allow: ['callPerson'], done: { calledOk: 'callPerson' }, next: ['bye'] },
  ],
  digressions: [
    {
      name: 'status',
      trigger: { isSet: 'ticket' },
      stages: [
        {
          id: 'lookUpTicket',
          collect: ['ticket'],
          allow: ['lookUp'],
          done: { calledOk: 'lookUp' },
          next: ['told'],
        },
        { id: 'told', terminal: true, instruction: 'Tell how far it is.' },
      ],
    },
  ],
  ambient: ['openingHours'],
  repair: { escalateAfter: 5, escalateTo: 'person' },
  policies: {
    redact: ['shop:secret'],
    safety: { intents: ['emergency'], say: 'I am calling help.', tool: 'callPerson' },
    commit: { bookRepair: { idempotencyKey: '{part}-{day}', compensateWith: 'cancelRepair' } },
  },
  tools: [
    {
      name: 'quotePrice',
      description: 'Quotes a price.',
      saves: { 'job:price': 'price' },
      mock: { response: { price: 40 } },
    },
    { name: 'bookRepair', description: 'Books the repair.', mock: { response: { ok: true } } },
    { name: 'cancelRepair', description: 'Cancels it.' },
    { name: 'lookUp', description: 'Looks a ticket up.' },
    { name: 'callPerson', description: 'Calls a person.' },
    { name: 'openingHours', description: 'Tells when the shop is open.' },
  ],
};
