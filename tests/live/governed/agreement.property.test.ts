import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../../src/flow/compile/compile-flow.ts';
import type { DecisionAnswer } from '../../../src/flow/guard/guard.ts';
import type { JsonValue } from '../../../src/flow/state-reader.ts';
import { verifies } from '../../requirements.ts';
import { FLOW_KEYS, FLOW_TOOLS, soundFlow } from '../../support/arbitrary-flow.ts';
import { captureMonitors } from './captured-monitors.ts';
import { BACKGROUND, type Happening, Twins } from './twins.ts';

captureMonitors();

const RUNS = Number(process.env.AGREEMENT_RUNS ?? 300);

const reply = fc.constantFrom(
  'Well.',
  'All right.',
  'This call is recorded.',
  'Once more: this call is recorded, sir.',
);
const answer: fc.Arbitrary<{ readonly [id: string]: DecisionAnswer }> = fc.record(
  {
    agrees: fc.record({
      outcome: fc.constantFrom('yes' as const, 'no' as const),
      confidence: fc.constantFrom(0.2, 0.9, 1),
    }),
    size: fc.record({
      outcome: fc.constant('chosen' as const),
      value: fc.constantFrom('small', 'large'),
      confidence: fc.constantFrom(0.3, 0.8),
    }),
    anger: fc.record({
      outcome: fc.constant('scored' as const),
      value: fc.integer({ min: -9, max: 9 }),
      confidence: fc.constantFrom(0.5, 0.9),
    }),
  },
  { requiredKeys: [] },
);

function happening(): fc.Arbitrary<Happening> {
  const value = fc.constantFrom<JsonValue>(true, false, 'yes', 'Yes!', 3, -4, null, ['a'], 'toString');
  const args = fc.record({ sum: fc.constantFrom<JsonValue>(1, 2, true, 'yes') }, { requiredKeys: [] });
  const tool = fc.constantFrom(...FLOW_TOOLS);
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant('user' as const),
        words: fc.constantFrom('Yes.', 'No, thanks', 'Well'),
        typed: fc.boolean(),
        answers: answer,
        reply,
      }),
    },
    { weight: 2, arbitrary: fc.record({ type: fc.constant('silent' as const), reply }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('interrupt' as const), reply }) },
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant('set' as const), key: fc.constantFrom(...FLOW_KEYS), value }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('call' as const),
        tool,
        args: args.map((one) => ({ ...one })),
        ends: fc.constantFrom('ok' as const, 'ok' as const, 'failed' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('call' as const),
        tool: fc.constantFrom(...BACKGROUND),
        args: fc.constant({}),
        ends: fc.constant('later' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('end' as const),
        tool: fc.constantFrom(...BACKGROUND),
        ok: fc.boolean(),
      }),
    },
  );
}

describe('A live session and the simulator', () => {
  test('stand in the same place after everything that happens to any flow', async (context) => {
    verifies(context, 'acceptance:control:stacks');
    const scenario = fc.record({
      definition: soundFlow({ maxSteps: 8 }).filter(({ steps }) => steps.length > 2),
      happenings: fc.array(happening(), { minLength: 3, maxLength: 14, size: 'max' }),
    });
    const seen = new Map<string, number>();
    const given = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
    const checked = await fc.check(
      fc.asyncProperty(scenario, async ({ definition, happenings }) => {
        const compiled = compileFlow(definition);
        if (!compiled.ok) throw new Error('the flow does not compile');
        const twins = await new Twins(compiled.flow).open();
        try {
          twins.expectAgreement();
          for (const one of happenings) {
            await twins.happens(one);
            twins.expectAgreement();
          }
        } finally {
          for (const { type } of twins.simulator.events) seen.set(type, (seen.get(type) ?? 0) + 1);
          await twins.close();
        }
      }),
      { numRuns: RUNS, includeErrorInReport: true, ...given },
    );
    console.log(`live and simulated: ${checked.numRuns} conversations agree, seed ${checked.seed}`, seen);
    if (checked.failed) throw new Error(fc.defaultReportMessage(checked));
    expect(checked.numRuns).toBe(RUNS);
  }, 300_000);
});
