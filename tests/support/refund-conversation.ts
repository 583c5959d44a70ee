/** A refund by telephone: a conversation of middling size, and faults that can be planted in it. */

import type {
  ConversationDigression,
  ConversationDocument,
  StageDefinition,
} from '../../src/flow/conversation/conversation-document.ts';
import type { Guard } from '../../src/flow/guard/guard.ts';

export const NOTICE = 'A refund is final, and it takes five working days.';

/** Who was handed over, or has the money, gets none, be the caller's words as they may. */
const PAYABLE: Guard = { all: [{ isTrue: 'agreed' }, { isTrue: 'verified' }, { not: { isTrue: 'paid' } }] };

export const refundConversation: ConversationDocument = {
  name: 'refund',
  inputs: ['intent:faq', 'intent:threat'],
  frames: {
    order: {
      slots: [
        { name: 'order', recogniser: { pattern: 'order ([0-9]{4})' } },
        { name: 'amount', recogniser: 'money', validator: { min: 1 } },
        { name: 'agreed', recogniser: 'yesNo' },
      ],
    },
  },
  stages: [
    { id: 'welcome', collect: ['order'], next: ['verify'] },
    {
      id: 'verify',
      allow: ['verifyCaller'],
      done: { isTrue: 'verified' },
      repair: { repromptAfter: 2, escalateAfter: 3, escalateTo: 'handoff' },
      next: ['notice'],
    },
    { id: 'notice', verbatim: NOTICE, deny: ['quoteRefund'], next: ['quote'] },
    { id: 'quote', allow: ['quoteRefund'], done: { calledOk: 'quoteRefund' }, next: ['sum'] },
    {
      id: 'sum',
      collect: ['amount'],
      deny: ['payRefund'],
      repair: { escalateAfter: 3, escalateTo: 'handoff' },
      next: ['agree'],
    },
    {
      id: 'agree',
      collect: ['agreed'],
      next: [
        { to: 'pay', when: { isTrue: 'agreed' } },
        { to: 'decline', when: { eq: ['agreed', false] } },
      ],
    },
    {
      id: 'pay',
      commit: { tool: 'payRefund', until: PAYABLE, binds: { amount: 'amount' } },
      next: ['close'],
    },
    { id: 'close', terminal: true },
    { id: 'decline', terminal: true },
    { id: 'handoff', terminal: true },
  ],
  digressions: [
    {
      name: 'faq',
      trigger: { isTrue: 'intent:faq' },
      stages: [
        { id: 'answer', allow: ['searchFaq'], done: { calledOk: 'searchFaq' }, next: ['answered'] },
        { id: 'answered', terminal: true },
      ],
    },
    {
      name: 'threat',
      trigger: { isTrue: 'intent:threat' },
      resume: 'terminate',
      stages: [{ id: 'goodbye', terminal: true }],
    },
  ],
  tools: [
    {
      name: 'verifyCaller',
      description: 'Checks the code of the caller.',
      parameters: { type: 'object', properties: { code: { type: 'string' } } },
      mock: { only: { code: ['4711'] }, fail: 'wrong code', set: { verified: true } },
    },
    { name: 'quoteRefund', description: 'Says how much can be refunded.', mock: { response: { most: 120 } } },
    {
      name: 'payRefund',
      description: 'Pays the refund.',
      parameters: { type: 'object', properties: { amount: { type: 'number' } } },
      kind: 'commit',
      mock: { set: { paid: true } },
    },
    { name: 'searchFaq', description: 'Finds an answer.', mock: { set: { 'intent:faq': false } } },
  ],
  invariants: [
    { neverRuns: 'payRefund', unless: { all: [{ isTrue: 'agreed' }, { isTrue: 'verified' }] } },
    { atMostOnce: 'payRefund' },
    { bound: { tool: 'payRefund', argument: 'amount', stateKey: 'amount' } },
    { sameArguments: 'payRefund', while: { isTrue: 'agreed' } },
    { said: NOTICE, before: 'payRefund' },
    { beforeStep: ['quote', 'sum'] },
    { deniedDuring: ['notice', 'quoteRefund'] },
    { afterCorrection: 'amount', reopens: 'agree', denies: 'payRefund' },
    { reachable: 'close' },
    { reachable: 'decline' },
    { escalates: ['verify', 'handoff'] },
    { ends: 'faq' },
    { canAlwaysFinish: true },
  ],
};

export interface PlantedFault {
  readonly name: string;
  /** Kinds of promises: one of them at least is found to be broken. */
  readonly breaks: readonly string[];
  readonly plant: (document: ConversationDocument) => ConversationDocument;
}

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'the commit takes any answer for a yes',
    breaks: ['neverRuns'],
    plant: (document) => {
      const asked = stage(document, 'agree', (agree) => ({ ...agree, next: ['pay'] }));
      const until: Guard = {
        all: [{ isSet: 'agreed' }, { isTrue: 'verified' }, { not: { isTrue: 'paid' } }],
      };
      return stage(withoutDecline(asked), 'pay', ({ commit: _, ...pay }) => ({
        ...pay,
        commit: { tool: 'payRefund', until, binds: { amount: 'amount' } },
      }));
    },
  },
  {
    name: 'the commit is a guarded tool that may run again',
    breaks: ['atMostOnce'],
    plant: (document) => ({
      ...stage(document, 'pay', ({ commit: _, ...pay }) => ({ ...pay, done: { calledOk: 'payRefund' } })),
      constraints: [
        { neverUntil: { tool: 'payRefund', until: { all: [{ isTrue: 'agreed' }, { isTrue: 'verified' }] } } },
      ],
    }),
  },
  {
    name: 'an edge leads to the wrong stage',
    breaks: ['beforeStep'],
    plant: (document) => stage(document, 'notice', (notice) => ({ ...notice, next: ['quote', 'sum'] })),
  },
  {
    name: 'a changed amount opens nothing again',
    breaks: ['afterCorrection'],
    plant: (document) => {
      const slots = document.frames?.order?.slots ?? [];
      const kept = slots.map((slot) =>
        slot.name === 'amount' ? { ...slot, recogniser: 'money' as const } : slot,
      );
      const [order, , agreed] = kept;
      return {
        ...document,
        inputs: [...(document.inputs ?? []), 'amount'],
        frames: { order: { slots: [order, agreed].filter((slot) => slot !== undefined) } },
        stages: document.stages.map((one) =>
          one.id === 'sum'
            ? { id: 'sum', deny: ['payRefund'], done: { isSet: 'amount' }, next: ['agree'] }
            : one,
        ),
      };
    },
  },
  {
    name: 'the end after the payment asks for what the caller never says',
    breaks: ['reachable', 'canAlwaysFinish'],
    plant: (document) =>
      stage(document, 'pay', (pay) => ({
        ...pay,
        next: [{ to: 'close', when: { all: [{ isTrue: 'agreed' }, { eq: ['amount', 'nothing'] }] } }],
      })),
  },
  {
    name: 'a digression waits for its own trigger to be off and on',
    breaks: ['ends'],
    plant: (document) =>
      digression(document, 'faq', (faq) => ({
        ...faq,
        stages: [
          {
            id: 'answer',
            allow: ['searchFaq'],
            done: { all: [{ calledOk: 'searchFaq' }, { isSet: 'verbatim:answered' }] },
            next: ['answered'],
          },
          { id: 'answered', terminal: true },
        ],
      })),
  },
  {
    name: 'the commit takes any amount',
    breaks: ['bound'],
    plant: (document) =>
      stage(document, 'pay', ({ commit: _, ...pay }) => ({
        ...pay,
        commit: { tool: 'payRefund', until: PAYABLE },
      })),
  },
  {
    name: 'the notice is told in other words',
    breaks: ['said'],
    plant: (document) =>
      stage(document, 'notice', ({ verbatim: _, ...notice }) => ({
        ...notice,
        done: { isTrue: 'verified' },
      })),
  },
  {
    name: 'the refund may be quoted during the notice',
    breaks: ['deniedDuring'],
    plant: (document) => stage(document, 'notice', ({ deny: _, ...notice }) => notice),
  },
  {
    name: 'who cannot be verified is refused instead of handed over',
    breaks: ['escalates'],
    plant: (document) =>
      stage(document, 'verify', (verify) => ({
        ...verify,
        repair: { escalateAfter: 3, escalateTo: 'decline' },
      })),
  },
  {
    name: 'a caller who disagrees is left standing',
    breaks: ['canAlwaysFinish'],
    plant: (document) => {
      const without = stage(document, 'agree', (agree) => ({
        ...agree,
        next: [{ to: 'pay', when: { isTrue: 'agreed' } }],
      }));
      const slots = document.frames?.order?.slots.map((slot) => ({ ...slot, correctable: false })) ?? [];
      return { ...withoutDecline(without), frames: { order: { slots } } };
    },
  },
];

/** The document without its way out for those who disagree, and without the promise of it. */
function withoutDecline(document: ConversationDocument): ConversationDocument {
  const { invariants = [], stages } = document;
  return {
    ...document,
    stages: stages.filter(({ id }) => id !== 'decline'),
    invariants: invariants.filter((one) => !('reachable' in one && one.reachable === 'decline')),
  };
}

function stage(
  document: ConversationDocument,
  id: string,
  change: (stage: StageDefinition) => StageDefinition,
): ConversationDocument {
  return { ...document, stages: document.stages.map((one) => (one.id === id ? change(one) : one)) };
}

function digression(
  document: ConversationDocument,
  name: string,
  change: (digression: ConversationDigression) => ConversationDigression,
): ConversationDocument {
  const digressions = (document.digressions ?? []).map((one) => (one.name === name ? change(one) : one));
  return { ...document, digressions };
}
