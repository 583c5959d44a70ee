import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { arbitraryFlow } from '../../../tests/support/arbitrary-flow.ts';
import { compileFlow } from '../compile/compile-flow.ts';
import { type FlowBuilder, flow, type LayerBuilder } from './flow-builder.ts';
import type { FlowDefinition, LayerDefinition, Question, StepDefinition } from './flow-definition.ts';
import type { FlowNames } from './flow-names.ts';
import { readFlow } from './read-flow.ts';
import type { StepBuilder } from './step-builder.ts';
import { writeFlow } from './write-flow.ts';

test('Any flow can be written fluently, and comes out as the same plain data', (context) => {
  verifies(context, 'govern:flow:json');
  fc.assert(
    fc.property(arbitraryFlow(), (definition) => {
      const written = fluently(definition);
      expect(written).toStrictEqual(definition);
      expect(readFlow(writeFlow(written))).toStrictEqual({ ok: true, flow: definition });
    }),
    { numRuns: 60 },
  );
});

test('What is written fluently compiles', () => {
  const order = flow('order', {
    tools: ['search', 'pay'],
    keys: ['item', 'total'],
    decisions: [{ id: 'agrees', ask: 'Does the user agree to pay?', type: 'boolean' }],
    steps: ['ask', 'pay', 'person', 'end'],
  })
    .step('ask', (step) =>
      step
        .posture('Ask what the user wants.')
        .allow('search')
        .done((g) => g.captured('item', 'total'))
        .repair({ escalateTo: 'person' }),
    )
    .step('pay', (step) =>
      step
        .after('ask')
        .allow('pay')
        .done((g) => g.calledOk('pay')),
    )
    .step('person', (step) =>
      step
        .after('ask')
        .gate((g) => g.isTrue('repair:ask:escalate'))
        .terminal(),
    )
    .step('end', (step) => step.after('pay').terminal())
    .commit('pay', { until: (g) => g.decided('agrees', true), binds: { amount: 'total' } })
    .build();
  expect(compileFlow(order)).toMatchObject({ ok: true });
});

test('A builder stays what it is: two flows can begin alike', () => {
  const begun = flow('order').step('ask', (step) => step.done((g) => g.isSet('item')));
  const [one, other] = [begun.step('a'), begun.step('b')];
  expect(begun.build().steps.map(({ id }) => id)).toEqual(['ask']);
  expect(one.build().steps.map(({ id }) => id)).toEqual(['ask', 'a']);
  expect(other.build().steps.map(({ id }) => id)).toEqual(['ask', 'b']);
});

/** The same flow, by the methods of the builder. */
function fluently(definition: FlowDefinition): FlowDefinition {
  let builder: FlowBuilder<FlowNames> = flow<string, string, Question, string>(definition.name, {
    ...(definition.decisions && { decisions: definition.decisions }),
  });
  builder = layerOf(builder, definition);
  for (const { name, trigger, flow: inner, resume } of definition.digressions ?? []) {
    builder = builder.digression<string>(name, { trigger, ...(resume && { resume }) }, (layer) =>
      layerOf<LayerBuilder<FlowNames>>(layer, inner),
    );
  }
  for (const { slot, ...rest } of definition.corrections ?? []) builder = builder.correction(slot, rest);
  return builder.build();
}

function layerOf<B extends FlowBuilder<FlowNames> | LayerBuilder<FlowNames>>(
  begun: B,
  { steps, constraints, confirmTools, ambient }: LayerDefinition,
): B {
  // What both kinds of builder have in common; each method gives its own kind.
  let builder = begun as FlowBuilder<FlowNames>;
  for (const step of steps) builder = builder.step(step.id, (made) => stepOf(made, step));
  for (const constraint of constraints ?? []) {
    if ('once' in constraint) builder = builder.once(constraint.once);
    else if ('before' in constraint) builder = builder.before(...constraint.before);
    else if ('require' in constraint) builder = builder.require(...constraint.require);
    else if ('neverUntil' in constraint) {
      builder = builder.neverUntil(constraint.neverUntil.tool, constraint.neverUntil.until);
    } else if ('reset' in constraint) {
      const { steps: open, when, ...rest } = constraint.reset;
      builder = builder.reset(open, () => when, rest);
    } else {
      const { tool, ...rest } = constraint.commit;
      builder = builder.commit(tool, rest);
    }
  }
  if (confirmTools !== undefined) builder = builder.confirmTools(...confirmTools);
  if (ambient !== undefined) builder = builder.ambient(...ambient);
  return builder as B;
}

function stepOf<Names extends FlowNames>(
  begun: StepBuilder<Names>,
  step: StepDefinition,
): StepBuilder<Names> {
  let made = begun;
  for (const edge of step.after ?? []) {
    made = typeof edge === 'string' ? made.after(edge) : made.afterWhen(edge.step, edge.when);
  }
  if (step.join !== undefined) made = made.join(step.join);
  if (step.gate !== undefined) made = made.gate(step.gate);
  if (step.done !== undefined) made = made.done(step.done);
  if (step.posture !== undefined) made = made.posture(step.posture);
  if (step.ground !== undefined) made = made.ground(step.ground);
  if (step.allow !== undefined) made = made.allow(...step.allow);
  if (step.deny !== undefined) made = made.deny(...step.deny);
  if (step.terminal !== undefined) made = made.terminal(step.terminal);
  if (step.verbatim !== undefined) made = made.verbatim(step.verbatim);
  if (step.timing !== undefined) made = made.timing(step.timing);
  if (step.repair !== undefined) made = made.repair(step.repair);
  return made;
}
