/** Random flows, and what may happen to them, for properties of the monitor. */
import fc from 'fast-check';
import { compileFlow } from '../../src/flow/compile/compile-flow.ts';
import type { CompiledFlow } from '../../src/flow/compile/compiled-flow.ts';
import type {
  Constraint,
  FlowDefinition,
  LayerDefinition,
  StepDefinition,
} from '../../src/flow/definition/flow-definition.ts';
import type { Guard } from '../../src/flow/guard/guard.ts';
import { guardMentions } from '../../src/flow/guard/guard-mentions.ts';
import type { FlowInput } from '../../src/flow/monitor/flow-state.ts';
import type { JsonValue } from '../../src/flow/state-reader.ts';

const KEYS = ['k0', 'k1', 'k2'];
export const TOOLS = ['t0', 't1', 't2'];
const key = fc.constantFrom(...KEYS);
const tool = fc.constantFrom(...TOOLS);

/** What does not depend on where the flow stands. */
const fact: fc.Arbitrary<Guard> = fc.oneof(
  { weight: 6, arbitrary: key.map((isTrue): Guard => ({ isTrue })) },
  { weight: 2, arbitrary: key.map((name): Guard => ({ not: { isTrue: name } })) },
  fc.boolean().map((yes): Guard => ({ decided: { agrees: yes } })),
  fc.constant<Guard>({ isSet: 'slot' }),
  fc.constant<Guard>({ isTrue: 'correction:slot' }),
);
const atom: fc.Arbitrary<Guard> = fc.oneof(
  { weight: 3, arbitrary: fact },
  { weight: 2, arbitrary: tool.map((calledOk): Guard => ({ calledOk })) },
);
const guard: fc.Arbitrary<Guard> = fc.oneof(
  { weight: 5, arbitrary: atom },
  fc.tuple(atom, atom).map(([a, b]): Guard => ({ any: [a, b] })),
  fc.tuple(atom, fact).map(([a, b]): Guard => ({ all: [a, b] })),
);

/** A layer whose steps come after earlier ones, so that there are no cycles. */
function layer(prefix: string, isMain: boolean): fc.Arbitrary<LayerDefinition> {
  const step = fc.record({
    after: fc.array(fc.record({ back: fc.nat(3), when: fc.option(fact, { nil: undefined, freq: 1 }) }), {
      maxLength: 2,
    }),
    join: fc.constantFrom('all' as const, 'any' as const),
    gate: fc.option(key, { nil: undefined, freq: 1 }),
    done: fc.option(guard, { nil: undefined, freq: 20 }),
    doneAfter: fc.boolean(),
    allow: fc.option(fc.subarray(TOOLS, { minLength: 1 }), { nil: undefined }),
    deny: fc.option(fc.subarray(TOOLS, { minLength: 1 }), { nil: undefined, freq: 1 }),
    repair: fc.option(
      fc.record({
        repromptAfter: fc.constant(1),
        escalateAfter: fc.constantFrom(2, 3),
        escalateAfterInterruptions: fc.constant(1),
      }),
      { nil: undefined },
    ),
  });
  const constraint: fc.Arbitrary<
    | Constraint
    | { readonly order: readonly [number, number] }
    | { readonly again: readonly number[]; readonly when: Guard; readonly clears: readonly string[] }
  > = fc.oneof(
    tool.map((once) => ({ once })),
    fc.record({ tool, until: fact }).map((neverUntil) => ({ neverUntil })),
    fc.record({ tool, until: fact }).map((commit) => ({ commit })),
    fc.tuple(fc.nat(4), fc.nat(4)).map((order) => ({ order })),
    fc.record({
      again: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }),
      when: fact,
      clears: fc.subarray(['k0', 'slot']),
    }),
  );
  return fc
    .record({
      steps: fc.array(step, { minLength: isMain ? 2 : 1, maxLength: isMain ? 5 : 2, size: 'max' }),
      constraints: fc.array(constraint, { maxLength: 3, size: 'max' }),
      ends: fc.boolean(),
      ambient: fc.subarray(TOOLS, { maxLength: 1 }),
    })
    .map(({ steps, constraints, ends, ambient }) => {
      const id = (index: number): string => `${prefix}${index % steps.length}`;
      const made = steps.map(
        ({ after, join, gate, done, doneAfter, allow, deny, repair }, index): StepDefinition => {
          const edges = after.filter(({ back }) => index - back - 1 >= 0);
          const asked = done === undefined ? [] : guardMentions(done).tools;
          const unique = [...new Map(edges.map((edge) => [edge.back, edge])).values()];
          return {
            id: id(index),
            join,
            ...(unique.length > 0 && {
              after: unique.map(({ back, when }) => {
                const from = id(index - back - 1);
                return when === undefined ? from : { step: from, when };
              }),
            }),
            ...(gate !== undefined && { gate: { not: { isTrue: gate } } }),
            done: done ?? (doneAfter && index > 0 ? { done: id(index - 1) } : { isTrue: 'k0' }),
            ...(allow !== undefined && { allow: [...new Set([...allow, ...asked])] }),
            ...(deny !== undefined && { deny: deny.filter((name) => !asked.includes(name)) }),
            ...(repair !== undefined && isMain && { repair }),
          };
        },
      );
      const end: StepDefinition[] =
        ends || !isMain ? [{ id: `${prefix}end`, after: [id(steps.length - 1)], terminal: true }] : [];
      return {
        steps: [...made, ...end],
        ambient,
        constraints: constraints.flatMap((one): Constraint[] => {
          if ('again' in one) {
            return [
              { reset: { steps: [...new Set(one.again.map(id))], when: one.when, clears: one.clears } },
            ];
          }
          if (!('order' in one)) return [one];
          const [a, b] = one.order.map((index) => index % steps.length).sort() as [number, number];
          return a === b ? [] : [{ before: [id(a), id(b)] }];
        }),
      };
    });
}

const resume = fc.constantFrom('previous' as const, 'restart' as const, 'terminate' as const);
const definition: fc.Arbitrary<FlowDefinition> = fc
  .record({
    main: layer('m', true),
    digressions: fc.array(fc.record({ trigger: fact, resume }), { maxLength: 2, size: 'max' }),
    inner: fc.tuple(layer('x', false), layer('y', false)),
    corrections: fc.option(fc.record({ clears: fc.subarray(['k1', 'k2']), reopen: fc.nat(4) }), {
      nil: undefined,
    }),
  })
  .map(({ main, digressions, inner, corrections }) => ({
    name: 'random',
    ...main,
    digressions: digressions.map((one, index) => ({
      ...one,
      name: `d${index}`,
      flow: inner[index] ?? inner[0],
    })),
    ...(corrections !== undefined && {
      corrections: [
        {
          slot: 'slot',
          clears: corrections.clears,
          reopens: [main.steps[corrections.reopen % main.steps.length]?.id ?? 'm0'],
        },
      ],
    }),
    decisions: [{ id: 'agrees', ask: 'Does the user agree?', type: 'boolean' }],
  }));

export const governed: fc.Arbitrary<{ readonly definition: FlowDefinition; readonly flow: CompiledFlow }> =
  definition
    .map((one) => ({ definition: one, result: compileFlow(one) }))
    .filter(({ result }) => result.ok)
    .map(({ definition: one, result }) => {
      if (!result.ok) throw new Error('It was filtered.');
      return { definition: one, flow: result.flow };
    });

export type Act =
  | { readonly type: 'set'; readonly key: string; readonly value: JsonValue }
  | { readonly type: 'call'; readonly tool: string; readonly hash: string }
  | { readonly type: 'end'; readonly which: number; readonly ok: boolean | undefined }
  | { readonly type: 'input'; readonly input: FlowInput };

export const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('set' as const),
      key,
      value: fc.constantFrom(true, true, false),
    }),
  },
  fc
    .constantFrom<JsonValue>(1, 2, 'a', 'A.', null)
    .map((value): Act => ({ type: 'set', key: 'slot', value })),
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('call' as const), tool, hash: fc.constantFrom('one', 'two') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('end' as const),
      which: fc.nat(5),
      ok: fc.constantFrom(true, true, false, undefined),
    }),
  },
  {
    weight: 5,
    arbitrary: fc
      .oneof(
        { weight: 4, arbitrary: fc.record({ type: fc.constant('turn' as const), counts: fc.boolean() }) },
        { weight: 2, arbitrary: fc.constant<FlowInput>({ type: 'settle' }) },
        fc.constant<FlowInput>({ type: 'callerTurn' }),
        fc.constant<FlowInput>({ type: 'interrupted' }),
        fc
          .record({
            outcome: fc.constantFrom('yes' as const, 'no' as const),
            confidence: fc.constantFrom(1, 0.5),
          })
          .map((agrees): FlowInput => ({ type: 'decided', answers: { agrees } })),
      )
      .map((input): Act => ({ type: 'input', input })),
  },
);

/** A talk by the reducer beside one by the oracle; each act is done to both, and everything that shows is compared. */
