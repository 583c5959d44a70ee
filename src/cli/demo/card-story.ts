/** The story of the demo: a payment that cannot be talked into being. */
import { type JsonValue, live, State, type StateReader, type TurnRecord, tool } from '../../live/index.ts';
import { createCardBrain } from './card-brain.ts';
import { cardDocument } from './card-document.ts';
import type { DemoStory, StoryEnding } from './demo-story.ts';

/** As long as a bank might take. */
const WORK_MS = 350;
const REFERENCE = 'HC-42';
/** The caller says "December 4th" in the year of the bundled speech. */
const NOW_MS = Date.UTC(2026, 10, 20);

/** A payment that was taken. */
export interface Payment {
  readonly amount: JsonValue;
  readonly date: JsonValue;
}

/** What is left of the call, to be compared. */
export interface PaymentEvidence {
  readonly complete: boolean;
  readonly state: StateReader;
  readonly payments: readonly Payment[];
  readonly records: readonly TurnRecord[];
}

export const cardStory: DemoStory = {
  speech: 'demo-card',
  makeBrain: createCardBrain,
  begin() {
    const state = new State();
    const payments: Payment[] = [];
    return {
      state,
      phases: cardDocument.stages.flatMap(({ id, terminal }) => (terminal === true ? [] : [id])),
      writers: {
        verified: { tool: 'verifyIdentity' },
        balance: { tool: 'verifyIdentity' },
        paymentReference: { tool: 'takePayment' },
      },
      agent: ({ session, clock, middleware }) =>
        live({
          ...session,
          state,
          tools: [
            tool({
              name: 'takePayment',
              description: 'Takes a payment from the account on file. Gives { reference }.',
              run: async ({ amount = null, date = null }, { state: own }) => {
                await new Promise<void>((resolve) => void clock.schedule(WORK_MS, resolve));
                payments.push({ amount, date });
                own.set('paymentReference', REFERENCE);
                return { reference: REFERENCE };
              },
            }),
          ],
          toolSettings: { middleware },
          conversation: { document: cardDocument, now: () => NOW_MS },
        }),
      ending: ({ explanation, records }): StoryEnding => {
        const complete = explanation?.type === 'flow' && explanation.complete;
        const evidence = { complete, state, payments, records };
        return {
          problems: paymentProblems(evidence),
          failure: 'the payment is not as agreed',
          text: paymentText(evidence),
        };
      },
    };
  },
};

/** What is missing or does not agree, as clauses; empty when exactly what the caller agreed to was paid, once. */
export function paymentProblems({ complete, state, payments, records }: PaymentEvidence): readonly string[] {
  const calls = records.flatMap(({ tools }) => tools.filter(({ name }) => name === 'takePayment'));
  const taken = calls.filter(({ outcome }) => outcome === 'succeeded');
  const refused = calls.findIndex(({ outcome }) => outcome === 'refused');
  const [payment] = payments;
  const checks: ReadonlyArray<readonly [holds: boolean, problem: string]> = [
    [complete, 'the conversation did not come to its end'],
    [state.get('payAgreed') === true, 'the caller has not agreed'],
    [payments.length === 1, `${payments.length} payments were taken`],
    [
      payment !== undefined && agrees(payment, state),
      'what was taken is not what the caller agreed to, as the state knows it',
    ],
    [taken.length === 1, `the turn records hold ${taken.length} payments`],
    [
      refused >= 0 && refused < calls.findIndex(({ outcome }) => outcome === 'succeeded'),
      'no payment was refused before the caller agreed',
    ],
    [
      state.has('paymentReference') &&
        JSON.stringify(taken[0]?.result)?.includes(String(state.get('paymentReference'))) === true,
      'the reference in the state is not the one that the tool gave',
    ],
  ];
  return checks.filter(([holds]) => !holds).map(([, problem]) => problem);
}

/** The payment in words: `paid: 300 USD on 2026-12-04, reference HC-42`. */
export function paymentText({ state }: Pick<PaymentEvidence, 'state'>): string {
  const amount = state.get('payAmount');
  const money = typeof amount === 'object' && amount !== null ? Object.values(amount).join(' ') : amount;
  return `paid: ${money} on ${state.get('payDate')}, reference ${state.get('paymentReference')}`;
}

function agrees({ amount, date }: Payment, state: StateReader): boolean {
  return JSON.stringify([amount, date]) === JSON.stringify([state.get('payAmount'), state.get('payDate')]);
}
