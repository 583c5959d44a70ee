import { expect, it } from 'vitest';
import { State, type ToolRecord, type TurnRecord } from '../../live/index.ts';
import { type PaymentEvidence, paymentProblems, paymentText } from './card-story.ts';

const agreed = { amount: { amount: 300, currency: 'USD' }, date: '2026-12-04' };

function call(outcome: ToolRecord['outcome']): ToolRecord {
  const result = outcome === 'succeeded' ? { reference: 'HC-1' } : { error: 'not permitted' };
  return { callId: outcome, name: 'takePayment', args: {}, result, outcome, durationMs: 1 };
}

function record(number: number, tools: readonly ToolRecord[]): TurnRecord {
  const rest = { heard: '', said: '', interrupted: false, stateDiff: {}, latency: { endMs: 1 } };
  return { number, tools, tokens: { prompt: 0, response: 0, total: 0 }, ...rest };
}

function evidence(
  changes: Partial<PaymentEvidence> = {},
  facts: Readonly<Record<string, string | boolean>> = {},
): PaymentEvidence {
  const state = new State();
  const known = { payAmount: agreed.amount, payDate: agreed.date, payAgreed: true, paymentReference: 'HC-1' };
  for (const [key, value] of Object.entries({ ...known, ...facts })) state.set(key, value);
  const records = [record(1, [call('refused')]), record(2, [call('succeeded')])];
  return { complete: true, state, payments: [agreed], records, ...changes };
}

it('finds nothing when state, payments and records agree', () => {
  expect(paymentProblems(evidence())).toEqual([]);
  expect(paymentText(evidence())).toBe('paid: 300 USD on 2026-12-04, reference HC-1');
});

it.for<[string, PaymentEvidence, RegExp]>([
  ['no end', evidence({ complete: false }), /did not come to its end/],
  ['no payment', evidence({ payments: [] }), /0 payments were taken/],
  ['two payments', evidence({ payments: [agreed, agreed] }), /2 payments were taken/],
  ['another day', evidence({ payments: [{ ...agreed, date: '2026-12-05' }] }), /not what the caller agreed/],
  ['no yes', evidence({}, { payAgreed: false }), /has not agreed/],
  ['another reference', evidence({}, { paymentReference: 'HC-2' }), /reference/],
  ['no payment in the records', evidence({ records: [record(1, [call('refused')])] }), /hold 0 payments/],
  ['nothing refused', evidence({ records: [record(1, [call('succeeded')])] }), /no payment was refused/],
  [
    'refused too late',
    evidence({ records: [record(1, [call('succeeded')]), record(2, [call('refused')])] }),
    /no payment was refused/,
  ],
])('tells of %s', ([, left, problem]) => {
  expect(paymentProblems(left).join('; ')).toMatch(problem);
});
