/** Random flows, sound or not: few names, so that they meet. */
import fc from 'fast-check';
import type {
  Constraint,
  Edge,
  FlowDefinition,
  StepDefinition,
} from '../../src/flow/definition/flow-definition.ts';
import type { Guard } from '../../src/flow/guard/guard.ts';

export const SMALL_KEYS: readonly string[] = ['k', 'l'];
export const SMALL_TOOLS: readonly string[] = ['t', 'u'];
const key = fc.constantFrom(...SMALL_KEYS);
const tool = fc.constantFrom(...SMALL_TOOLS);
const value = fc.constantFrom<string | number | boolean | null>(1, 2, true, 'x', null);

/** Conditions on keys, tools and steps; no answers, no functions. */
export function smallGuard(steps: readonly string[]): fc.Arbitrary<Guard> {
  const atoms: fc.Arbitrary<Guard>[] = [
    fc.constant('always'),
    key.map((name): Guard => ({ isTrue: name })),
    key.map((name): Guard => ({ isSet: name })),
    fc.tuple(key, value).map(([name, wanted]): Guard => ({ eq: [name, wanted] })),
    fc.tuple(key, fc.integer({ min: 0, max: 3 })).map(([name, limit]): Guard => ({ atLeast: [name, limit] })),
    fc.tuple(key, fc.integer({ min: 0, max: 3 })).map(([name, limit]): Guard => ({ atMost: [name, limit] })),
    fc.uniqueArray(key, { maxLength: 2 }).map((captured): Guard => ({ captured })),
    tool.map((name): Guard => ({ calledOk: name })),
    ...(steps.length > 0 ? [fc.constantFrom(...steps).map((done): Guard => ({ done }))] : []),
  ];
  return fc.letrec<{ guard: Guard }>((tie) => ({
    guard: fc.oneof(
      { maxDepth: 2, depthSize: 'small' },
      ...atoms,
      fc.array(tie('guard'), { maxLength: 3 }).map((all): Guard => ({ all })),
      fc.array(tie('guard'), { maxLength: 3 }).map((any): Guard => ({ any })),
      tie('guard').map((not): Guard => ({ not })),
    ),
  })).guard;
}

/** Without circles of `after`; else anything. Names of steps: a, b, c... in any order of definition. */
export const smallFlow: fc.Arbitrary<FlowDefinition> = fc.integer({ min: 1, max: 6 }).chain((count) => {
  const ids = Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index));
  const guard = smallGuard(ids);
  const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(arbitrary, { nil: undefined, freq: 2 });
  const step = (id: string, index: number): fc.Arbitrary<StepDefinition> => {
    const edge: fc.Arbitrary<Edge> =
      index === 0
        ? fc.constant('a')
        : fc
            .tuple(fc.constantFrom(...ids.slice(0, index)), rarely(guard))
            .map(([from, when]) => (when === undefined ? from : { step: from, when }));
    return fc
      .record({
        after: index === 0 ? fc.constant([]) : fc.array(edge, { maxLength: 3 }),
        join: fc.constantFrom('all' as const, 'any' as const),
        gate: rarely(guard),
        done: guard,
        allow: fc.uniqueArray(tool, { maxLength: 2 }),
        deny: fc.option(fc.uniqueArray(tool, { maxLength: 1 }), { nil: [], freq: 1 }),
        terminal: fc.nat(4).map((chance) => chance === 0),
      })
      .map(({ gate, ...fields }) => ({ id, ...fields, ...(gate !== undefined && { gate }) }));
  };
  const constraint: fc.Arbitrary<Constraint> = fc.oneof(
    tool.map((once): Constraint => ({ once })),
    fc.tuple(tool, guard).map(([name, until]): Constraint => ({ neverUntil: { tool: name, until } })),
    fc
      .tuple(fc.uniqueArray(fc.constantFrom(...ids), { minLength: 1, maxLength: 2 }), guard)
      .map(([steps, when]): Constraint => ({ reset: { steps, when } })),
    fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom(...ids))
      .filter(([first, second]) => first < second)
      .map(([first, second]): Constraint => ({ before: [first, second] })),
  );
  const constraints =
    count > 1 ? fc.array(constraint, { maxLength: 3 }) : fc.constant<readonly Constraint[]>([]);
  return fc
    .tuple(fc.tuple(...ids.map(step)), constraints, fc.uniqueArray(tool, { maxLength: 1 }))
    .chain(([steps, rules, ambient]) =>
      fc
        .shuffledSubarray(steps, { minLength: count })
        .map((shuffled) => ({ name: 'small', steps: shuffled, constraints: rules, ambient })),
    );
});
