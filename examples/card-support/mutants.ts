/**
 * Ten ways to get the document wrong, each the work of one careless edit. Every one compiles: it takes the fuzzer, and the
 * promises that the document makes in `invariants`, to find them (tests/flow/mutants.test.ts).
 */
import type {
  ConversationDigression,
  ConversationDocument,
  StageDefinition,
} from '../../src/flow/conversation/conversation-document.ts';

export interface Mutant {
  readonly name: string;
  /** Which kinds of promises it breaks: the fuzzer reports one of them at least. */
  readonly breaks: readonly string[];
  readonly mutate: (document: ConversationDocument) => ConversationDocument;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'The payment no longer waits for a yes',
    breaks: ['neverRuns'],
    mutate: (document) =>
      stage(document, 'pay', (pay) => {
        if (pay.commit === undefined || typeof pay.commit.until === 'string' || !('all' in pay.commit.until))
          return pay;
        const all = pay.commit.until.all.filter((guard) => typeof guard === 'string' || !('any' in guard));
        return { ...pay, commit: { ...pay.commit, until: { all } } };
      }),
  },
  {
    name: 'The payment is guarded, but no longer a commit that runs once',
    breaks: ['atMostOnce', 'bound', 'sameArguments'],
    mutate: (document) => {
      const until = document.stages.find(({ id }) => id === 'pay')?.commit?.until ?? 'always';
      const constraints = [...(document.constraints ?? []), { neverUntil: { tool: 'takePayment', until } }];
      return stage({ ...document, constraints }, 'pay', ({ commit: _, ...pay }) => pay);
    },
  },
  {
    name: 'The balance follows the identity, beside the disclosure',
    breaks: ['beforeStep'],
    mutate: (document) =>
      stage(document, 'verify', (verify) => ({ ...verify, next: [...(verify.next ?? []), 'balance'] })),
  },
  {
    name: 'The yes is asked for before there is an amount, and outlives every change of it',
    breaks: ['afterCorrection'],
    mutate: (document) =>
      stage(document, 'choose', (choose) => ({
        ...choose,
        collect: [...(choose.collect ?? []), 'payAgreed'],
      })),
  },
  {
    name: 'The goodbye waits for a survey that waits for the goodbye',
    breaks: ['reachable'],
    mutate: (document) => {
      const sendSurvey = {
        name: 'sendSurvey',
        description: 'Sends a survey about the call.',
        mock: { response: { sent: true } },
        saves: { 'app:surveySent': 'sent' },
      };
      const afterGoodbye = { neverUntil: { tool: 'sendSurvey', until: { done: 'close' } } };
      const when = { isTrue: 'app:surveySent' };
      const asked = {
        ...document,
        tools: [...(document.tools ?? []), sendSurvey],
        constraints: [...(document.constraints ?? []), afterGoodbye],
      };
      const leave = (from: StageDefinition): StageDefinition => ({ ...from, next: [{ to: 'close', when }] });
      return stage(stage(asked, 'wrapUp', leave), 'handOff', leave);
    },
  },
  {
    name: 'The payment takes any amount and any day',
    breaks: ['bound'],
    mutate: (document) =>
      stage(document, 'pay', (pay) => {
        if (pay.commit === undefined) return pay;
        const { tool, until } = pay.commit;
        return { ...pay, commit: { tool, until } };
      }),
  },
  {
    name: 'The disclosure is told in the words of the model',
    breaks: ['said'],
    mutate: (document) =>
      stage(document, 'disclose', ({ verbatim: _, ...disclose }) => ({
        ...disclose,
        done: { isTrue: 'user:verified' },
      })),
  },
  {
    name: 'The amount can be changed by a tool while it is read back',
    breaks: ['deniedDuring'],
    mutate: (document) =>
      stage(document, 'pay', (pay) => ({ ...pay, allow: [...(pay.allow ?? []), 'quotePayoff'] })),
  },
  {
    name: 'A common question begins the call anew',
    breaks: ['atMostOnce'],
    mutate: (document) => digression(document, 'faq', (faq) => ({ ...faq, resume: 'restart' })),
  },
  {
    name: 'Who cannot prove anything is sent to the goodbye instead of a person',
    breaks: ['escalates'],
    mutate: (document) =>
      stage(document, 'verify', (verify) => ({
        ...verify,
        repair: { ...verify.repair, escalateTo: 'wrapUp' },
      })),
  },
];

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
  const digressions = document.digressions?.map((one) => (one.name === name ? change(one) : one));
  return { ...document, ...(digressions !== undefined && { digressions }) };
}
