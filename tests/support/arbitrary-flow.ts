/** Random flows of up to 30 steps that use everything a flow can have; `soundFlow` gives those that compile. */
import fc from 'fast-check';
import { compileFlow } from '../../src/flow/compile/compile-flow.ts';
import type {
  Constraint,
  CorrectionDefinition,
  DigressionDefinition,
  Edge,
  FlowDefinition,
  LayerDefinition,
  Question,
  StepDefinition,
} from '../../src/flow/definition/flow-definition.ts';
import type { Guard } from '../../src/flow/guard/guard.ts';
import { guardMentions } from '../../src/flow/guard/guard-mentions.ts';
import type { JsonValue } from '../../src/flow/state-reader.ts';

export const FLOW_TOOLS: readonly string[] = ['search', 'quote', 'pay', 'cancel', 'tell', 'note'];
export const FLOW_KEYS: readonly string[] = [
  'name',
  'user:id',
  'amount',
  'consent',
  'mood',
  '__proto__',
  'day',
];
export const FLOW_QUESTIONS: readonly Question[] = [
  { id: 'agrees', ask: 'Does the user agree?', type: 'boolean' },
  { id: 'size', ask: 'Which size?', type: 'choice', options: ['small', 'large'], none: true },
  { id: 'anger', ask: 'How angry is the user?', type: 'score', threshold: 0.7, writes: 'mood' },
];

const key = fc.constantFrom(...FLOW_KEYS);
const tool = fc.constantFrom(...FLOW_TOOLS);
const tools = fc.uniqueArray(tool, { maxLength: 3 });
const text = fc.constantFrom(
  '',
  'Ask for the name.',
  'It costs {amount}{consent? and is paid:}.',
  '“Ü” {',
  'constructor',
);
const plainValue = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }).map((value) => JSON.parse(JSON.stringify(value)) as JsonValue),
  fc.constantFrom<JsonValue>(true, 'yes', 3, null),
);

/** A condition on keys, tools, questions and these steps. */
export function flowGuard(steps: readonly string[]): fc.Arbitrary<Guard> {
  const atom: fc.Arbitrary<Guard> = fc.oneof(
    key.map((isTrue): Guard => ({ isTrue })),
    key.map((isSet): Guard => ({ isSet })),
    fc.tuple(key, plainValue).map((eq): Guard => ({ eq })),
    fc.tuple(key, fc.integer({ min: -9, max: 9 })).map((atLeast): Guard => ({ atLeast })),
    fc.tuple(key, fc.integer({ min: -9, max: 9 })).map((atMost): Guard => ({ atMost })),
    fc.uniqueArray(key, { minLength: 1, maxLength: 3 }).map((captured): Guard => ({ captured })),
    tool.map((calledOk): Guard => ({ calledOk })),
    fc.constantFrom<Guard>(
      { decided: 'size' },
      { decided: { agrees: true } },
      { decided: { agrees: false, anger: { atMost: 0.5 } } },
      { decided: { size: 'large' } },
    ),
    ...(steps.length > 0 ? [fc.constantFrom(...steps).map((done): Guard => ({ done }))] : []),
  );
  const maybeNot = fc.oneof(
    { weight: 4, arbitrary: atom },
    { weight: 1, arbitrary: atom.map((not) => ({ not })) },
  );
  const some = fc.array(maybeNot, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 6, arbitrary: atom },
    { weight: 1, arbitrary: maybeNot },
    { weight: 2, arbitrary: some.map((all): Guard => ({ all })) },
    { weight: 2, arbitrary: some.map((any): Guard => ({ any })) },
    { weight: 1, arbitrary: fc.tuple(atom, some).map(([first, any]): Guard => ({ all: [first, { any }] })) },
  );
}

/** The fields that are there; each of them seldom. */
function seldom<T extends object>(
  fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> },
): fc.Arbitrary<Partial<T>> {
  const names: readonly string[] = Object.keys(fields);
  return fc
    .tuple(fc.record(fields), fc.array(fc.nat(4), { minLength: names.length, maxLength: names.length }))
    .map(([all, dice]) => {
      const kept = Object.entries<unknown>(all).filter(([name]) => dice[names.indexOf(name)] === 4);
      return Object.fromEntries(kept) as Partial<T>;
    });
}

function arbitraryStep(
  ids: readonly string[],
  index: number,
  countsTurns: boolean,
): fc.Arbitrary<StepDefinition> {
  const before = ids.slice(0, index);
  const after = ids.slice(index + 1);
  const guard = flowGuard(before);
  const edge: fc.Arbitrary<Edge> = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(before.length > 0 ? before : ['none'])) },
    {
      weight: 1,
      arbitrary: fc.record({
        step: fc.constantFrom(...(before.length > 0 ? before : ['none'])),
        when: guard,
      }),
    },
  );
  const edges = fc.uniqueArray(edge, {
    minLength: 1,
    maxLength: 3,
    selector: (one) => (typeof one === 'string' ? one : one.step),
  });
  const amount = fc.integer({ min: 0, max: 9000 });
  const timing = seldom<NonNullable<StepDefinition['timing']>>({
    repromptAfterMs: amount,
    reprompt: text,
    fillerAfterMs: amount,
    interruptible: fc.boolean(),
    endOfSpeechMs: amount,
    contextDelivery: fc.constantFrom('immediate', 'deferred'),
  });
  const turns = fc.integer({ min: 1, max: 6 });
  const repair = fc
    .record({
      counts: seldom({
        repromptAfter: fc.integer({ min: 1, max: 2 }),
        escalateAfter: fc.integer({ min: 4, max: 7 }),
        escalateAfterInterruptions: turns,
        escalateAfterToolFailures: turns,
      }),
      to: after.length === 0 ? fc.constant({}) : seldom({ escalateTo: fc.constantFrom(...after) }),
    })
    .map(({ counts, to }) => ({ ...counts, ...to }));
  const others = seldom<Partial<Omit<StepDefinition, 'id' | 'after' | 'done' | 'terminal'>>>({
    join: fc.constantFrom('all', 'any'),
    gate: guard,
    posture: text,
    ground: text,
    allow: tools,
    deny: tools,
    verbatim: fc.constant('This call is recorded.'),
    timing,
    ...(countsTurns && { repair }),
  });
  const isLast = after.length === 0;
  return fc
    .record({
      after: before.length === 0 ? fc.constant(undefined) : fc.option(edges, { nil: undefined, freq: 8 }),
      terminal: fc.nat(9).map((dice) => isLast || dice === 0),
      done: fc.oneof({ weight: 9, arbitrary: guard }, { weight: 1, arbitrary: fc.constant<Guard>('always') }),
      others,
    })
    .map(({ after: edgesBefore, terminal, done, others: rest }): StepDefinition => {
      const { allow, deny, ...common } = rest;
      // A step that waits for a tool lets it run.
      const wanted = guardMentions(done).tools;
      return {
        id: ids[index] ?? '',
        ...(edgesBefore !== undefined && { after: edgesBefore }),
        ...common,
        ...(allow !== undefined && { allow: [...new Set([...allow, ...wanted])] }),
        ...(deny !== undefined && { deny: deny.filter((name) => !wanted.includes(name)) }),
        done,
        ...(terminal && { terminal }),
      };
    });
}

/** Steps that end the flow have nothing after them, and nothing to wait for. */
function withEnds(steps: readonly StepDefinition[]): readonly StepDefinition[] {
  const followed = new Set(
    steps.flatMap(({ after = [] }) => after.map((edge) => (typeof edge === 'string' ? edge : edge.step))),
  );
  return steps.map((step) => {
    const { terminal, done: _, verbatim: __, repair: ___, ...ending } = step;
    if (terminal !== true) return step;
    const { terminal: ____, ...going } = step;
    return followed.has(step.id) ? going : { ...ending, terminal };
  });
}

function arbitraryConstraints(ids: readonly string[]): fc.Arbitrary<readonly Constraint[]> {
  const guard = flowGuard(ids);
  const step = fc.constantFrom(...ids);
  const steps = fc.uniqueArray(step, { minLength: 1, maxLength: 3 });
  const one: fc.Arbitrary<Constraint> = fc.oneof(
    tool.map((once): Constraint => ({ once })),
    fc
      .uniqueArray(fc.nat(ids.length - 1), { minLength: Math.min(2, ids.length), maxLength: 2 })
      .map((pair): Constraint => {
        const [first = 0, second = first] = pair.sort((a, b) => a - b);
        const id = ids[first] ?? '';
        return second === first ? { require: [id] } : { before: [id, ids[second] ?? ''] };
      }),
    fc.record({ neverUntil: fc.record({ tool, until: guard }) }),
    fc.record({ require: steps }),
    fc.record({
      reset: fc.record(
        { steps, when: guard, clears: fc.uniqueArray(key, { maxLength: 2 }) },
        { requiredKeys: ['steps', 'when'] },
      ),
    }),
    fc.record({
      commit: fc.record(
        {
          tool,
          until: guard,
          binds: fc
            .uniqueArray(fc.tuple(fc.constantFrom('sum', '__proto__', 'to'), key), {
              selector: ([name]) => name,
            })
            .map((entries): Readonly<Record<string, string>> => Object.fromEntries(entries)),
        },
        { requiredKeys: ['tool', 'until'] },
      ),
    }),
  );
  return fc.uniqueArray(one, { minLength: 1, maxLength: 5, selector: toolOfConstraint });
}

/** Two rules on one tool, or the same rule twice, would be one too many. */
function toolOfConstraint(constraint: Constraint): string {
  if ('once' in constraint) return constraint.once;
  if ('neverUntil' in constraint) return constraint.neverUntil.tool;
  return 'commit' in constraint ? constraint.commit.tool : JSON.stringify(constraint);
}

function arbitraryLayer(prefix: string, maxSteps: number): fc.Arbitrary<LayerDefinition> {
  return fc.integer({ min: 1, max: maxSteps }).chain((count) => {
    const ids = Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    return fc
      .record({
        steps: fc.tuple(...ids.map((_, index) => arbitraryStep(ids, index, prefix === 's'))),
        others: seldom<Omit<LayerDefinition, 'steps'>>({
          constraints: arbitraryConstraints(ids),
          confirmTools: tools,
          ambient: tools,
        }),
      })
      .map(({ steps, others }) => ({ steps: withEnds(steps), ...others }));
  });
}

/** As it is when it was read: fast-check's records have no prototype. */
function asJson(flow: FlowDefinition): FlowDefinition {
  return JSON.parse(JSON.stringify(flow)) as FlowDefinition;
}

/** A flow whose names all exist and whose edges make no circle; what it asks for may still be impossible. */
export function arbitraryFlow(options: { readonly maxSteps?: number } = {}): fc.Arbitrary<FlowDefinition> {
  return arbitraryLayer('s', options.maxSteps ?? 30).chain((layer) => {
    const ids = layer.steps.map((step) => step.id);
    const digression = (name: string): fc.Arbitrary<DigressionDefinition> =>
      fc.record(
        {
          name: fc.constant(name),
          trigger: flowGuard(ids),
          flow: arbitraryLayer(`${name}-`, 4),
          resume: fc.constantFrom('previous', 'restart', 'terminate'),
        },
        { requiredKeys: ['name', 'trigger', 'flow'] },
      );
    const correction: fc.Arbitrary<CorrectionDefinition> = fc.record(
      {
        slot: key,
        clears: fc.uniqueArray(key, { maxLength: 2 }),
        reopens: fc.uniqueArray(fc.constantFrom(...ids), { maxLength: 2 }),
      },
      { requiredKeys: ['slot'] },
    );
    return seldom<Pick<FlowDefinition, 'digressions' | 'corrections'>>({
      digressions: fc
        .integer({ min: 1, max: 2 })
        .chain((count) => fc.tuple(...['faq', 'constructor'].slice(0, count).map(digression))),
      corrections: fc.uniqueArray(correction, { minLength: 1, maxLength: 3, selector: ({ slot }) => slot }),
    })
      .map((others): FlowDefinition => ({ name: 'random', ...layer, ...others, decisions: FLOW_QUESTIONS }))
      .map(asJson);
  });
}

/** A flow that compiles. */
export function soundFlow(options: { readonly maxSteps?: number } = {}): fc.Arbitrary<FlowDefinition> {
  return arbitraryFlow(options).filter((flow) => compileFlow(flow).ok);
}
