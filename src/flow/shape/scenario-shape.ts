import type { DecisionAnswer } from '../guard/guard.ts';
import type { Scenario, ScenarioStep } from '../scenario/scenario.ts';
import type { JsonValue } from '../state-reader.ts';
import {
  either,
  flag,
  json,
  list,
  map,
  name,
  named,
  natural,
  number,
  object,
  one,
  ratio,
  type Shape,
  text,
  words,
} from './shape.ts';

interface Call {
  readonly tool: string;
  readonly args: { readonly [name: string]: JsonValue };
}

const names = list(name);
const call: Shape<string | Call> = either(name, object<Call>(undefined, { tool: name, args: map(json) }, {}));

const answer: Shape<DecisionAnswer> = object<DecisionAnswer>(
  'DecisionAnswer',
  {
    outcome: words({ yes: 1, no: 1, chosen: 1, none: 1, scored: 1, unsure: 1 }),
    confidence: ratio,
  },
  { value: either(text, number) },
);

type Objects = Exclude<ScenarioStep, string>;
type Member<Tag extends string> = Extract<Objects, Readonly<Record<Tag, unknown>>>[Tag &
  keyof Extract<Objects, Readonly<Record<Tag, unknown>>>];

const step: Shape<ScenarioStep> = named(
  'ScenarioStep',
  either(
    words<'interrupt' | 'turn'>({ interrupt: 1, turn: 1 }),
    one<Objects>({
      user: text,
      model: text,
      set: object<Member<'set'>>(undefined, { key: name, value: json }, {}),
      toolOk: either(
        name,
        object<Exclude<Member<'toolOk'>, string>>(
          undefined,
          { tool: name },
          { args: map(json), response: json },
        ),
      ),
      toolFailed: either(
        name,
        object<Exclude<Member<'toolFailed'>, string>>(undefined, { tool: name }, { args: map(json) }),
      ),
      toolResult: object<Member<'toolResult'>>(undefined, { tool: name, ok: flag }, { response: json }),
      scheduleTool: object<Member<'scheduleTool'>>(
        undefined,
        { tool: name, after: natural },
        { args: map(json), response: json },
      ),
      decide: map(either(flag, either(text, number), answer)),
      expectActive: names,
      expectDone: names,
      expectOpen: names,
      expectAllowed: call,
      expectDenied: call,
      expectSlot: object<Member<'expectSlot'>>(undefined, { key: name, value: json }, {}),
      expectComplete: flag,
      expectPath: names,
      expectTerminated: flag,
    }),
  ),
);

/** The shape of a scenario. */
export const scenarioShape: Shape<Scenario> = object<Scenario>('Scenario', { name, steps: list(step) }, {});
