import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileConversation } from '../../../src/flow/conversation/compile-conversation.ts';
import type { JsonValue } from '../../../src/flow/state-reader.ts';
import { verifies } from '../../requirements.ts';
import { captureMonitors } from './captured-monitors.ts';
import { happeningsOf } from './scenario-happenings.ts';
import { type Happening, Twins } from './twins.ts';

captureMonitors();

const RUNS = Number(process.env.AGREEMENT_RUNS ?? 300);

const path = new URL('../../../examples/card-support/conversation.json', import.meta.url);
const compiled = compileConversation(JSON.parse(readFileSync(path, 'utf8')));
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems, null, 1));
const { conversation } = compiled;
const scripts = conversation.scenarios.map((scenario) => happeningsOf(scenario).filter(isWhole));
const all = scripts.flat();

/** A call without the arguments that it needs is refused before the flow hears of it, and a simulation checks none. */
function isWhole(happening: Happening): boolean {
  if (happening.type !== 'call') return true;
  const parameters = conversation.tools.find(({ name }) => name === happening.tool)?.parameters;
  const required = Array.isArray(parameters?.required) ? parameters.required : [];
  return required.every((name) => Object.hasOwn(happening.args, String(name)));
}

const more: fc.Arbitrary<Happening> = fc.oneof(
  fc.constantFrom(...all),
  fc.constantFrom<Happening>(
    { type: 'interrupt', reply: 'This call is' },
    { type: 'silent', reply: 'Are you there?' },
  ),
  fc.record({
    type: fc.constant('user' as const),
    words: fc.constantFrom(
      'Yes.',
      'No, not that. 300 dollars.',
      'What is the interest rate?',
      'My name is Bob Stone.',
      'On December 5th. Yes.',
      'Let me speak to a person.',
    ),
    typed: fc.boolean(),
    answers: fc.constantFrom(
      {},
      { agreesToPay: { outcome: 'yes' as const, confidence: 0.95 } },
      { agreesToPay: { outcome: 'no' as const, confidence: 0.5 } },
    ),
    reply: fc.constantFrom('Well.', 'This call is recorded. You can ask for a person at any time.'),
  }),
  fc.record({
    type: fc.constant('set' as const),
    key: fc.constantFrom(
      'intent:legal',
      'intent:person',
      'app:concern',
      'payAgreed',
      'payAmount',
      'user:verified',
    ),
    value: fc.constantFrom<JsonValue>(true, 'legal', { amount: 250, currency: 'USD' }),
  }),
);

/** A scenario of the document, with some of it left out, turned round or put between. */
const conversationOf: fc.Arbitrary<readonly Happening[]> = fc
  .record({
    script: fc.constantFrom(...scripts),
    changes: fc.array(fc.record({ at: fc.nat(40), kind: fc.nat(3), with: more }), {
      maxLength: 6,
      size: 'max',
    }),
  })
  .map(({ script, changes }) => {
    const happenings = [...script];
    for (const { at, kind, with: another } of changes) {
      const place = at % (happenings.length + 1);
      if (kind === 0) happenings.splice(place, 1);
      else if (kind === 1) happenings.splice(place, 1, another);
      else happenings.splice(place, 0, another);
    }
    return happenings;
  });

describe('A live session and the simulator', () => {
  test('go the same way through the showcase, whatever is said, called and cut off', async (context) => {
    verifies(context, 'acceptance:control:stacks');
    const given = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
    const seen = new Map<string, number>();
    const checked = await fc.check(
      fc.asyncProperty(conversationOf, async (happenings) => {
        const twins = await new Twins(conversation).open();
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
    console.log(
      `live and simulated: ${checked.numRuns} calls of the showcase agree, seed ${checked.seed}`,
      seen,
    );
    if (checked.failed) throw new Error(fc.defaultReportMessage(checked));
    expect(checked.numRuns).toBe(RUNS);
  }, 300_000);
});
