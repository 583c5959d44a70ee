/** What the model is told and offered at the present place of a flow (spec: control §5, §9). */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { Question } from '../definition/flow-definition.ts';
import type { DecisionAnswer } from '../guard/guard.ts';
import { afterEffects } from '../state-effect.ts';
import type { StateReader } from '../state-reader.ts';
import { isClosed } from './admission.ts';
import { optionsOf } from './decisions.ts';
import type { FlowState } from './flow-state.ts';
import { fillGround } from './ground-template.ts';
import { topLayer } from './layers.ts';
import { unmetSteps } from './marking.ts';
import { gateOf } from './obstacle.ts';
import { own, withEntry } from './own-entries.ts';
import { spokenSteps } from './spoken-steps.ts';
import { stepFlow } from './step-flow.ts';

/** More answers than these are not imagined. */
const MAX_ANSWERS = 64;

export interface FlowProjection {
  /** What the steps that speak tell the model to do, with the texts that it must still say. */
  readonly postures: readonly string[];
  /** Facts of the same steps, with values of state in them. */
  readonly grounds: readonly string[];
  /** Names the required steps that are not done; undefined when there are none. */
  readonly unmet: string | undefined;
  /** Names of the tools that make sense now; null means all. */
  readonly offeredTools: readonly string[] | null;
}

/**
 * @param tools the tools of the session, where they are known: then those that no step lists are offered by name, too
 */
export function projectFlow(
  flow: CompiledFlow,
  state: FlowState,
  reader: StateReader,
  tools?: readonly string[],
): FlowProjection {
  const steps = spokenSteps(flow, state);
  const { layer, marking } = topLayer(flow, state);
  const unmet = state.terminated ? [] : unmetSteps(layer, marking);
  return {
    postures: steps.flatMap(({ id, posture, verbatim }) => [
      ...(posture === undefined ? [] : [posture]),
      ...(verbatim === undefined || reader.get(`verbatim:${id}`) === true
        ? []
        : [`Say exactly this, word for word: "${verbatim}"`]),
    ]),
    grounds: steps.flatMap(({ ground }) => {
      const text = ground === undefined ? '' : fillGround(ground, reader).trim();
      return text === '' ? [] : text;
    }),
    unmet: unmet.length === 0 ? undefined : `Still to be done: ${unmet.join(', ')}.`,
    offeredTools: offeredTools(flow, state, reader, tools),
  };
}

/**
 * The tools that the present steps admit, be their conditions true or not, and those that the answer to one open
 * question would bring. Undecided whether others exist, nothing is withheld where no step lists its tools.
 */
function offeredTools(
  flow: CompiledFlow,
  state: FlowState,
  reader: StateReader,
  tools: readonly string[] | undefined,
): readonly string[] | null {
  if (tools === undefined && !isClosed(flow, state)) return null;
  if (state.terminated) return [];
  const names = [...new Set([...flow.tools, ...(tools ?? [])])];
  const sensible = (at: FlowState, seen: StateReader): readonly string[] => {
    const gate = gateOf(flow, at, seen, [], true);
    return names.filter((tool) => gate({ tool }) === undefined);
  };
  const offered = new Set(sensible(state, reader));
  for (const answers of imaginedAnswers(flow, state, reader)) {
    const known = stepFlow(flow, state, { type: 'decided', answers }, reader);
    const then = afterEffects(reader, known.effects);
    const { state: next, effects } = stepFlow(flow, known.state, { type: 'settle' }, then);
    for (const tool of sensible(next, afterEffects(then, effects))) offered.add(tool);
  }
  return [...offered];
}

/** One answer at a time, for each that a question without a sure one may get. */
function imaginedAnswers(
  flow: CompiledFlow,
  state: FlowState,
  reader: StateReader,
): ReadonlyArray<FlowState['answers']> {
  return flow.decisions
    .flatMap((question) => {
      const known = own(state.answers, question.id);
      if (known !== undefined && known.outcome !== 'unsure') return [];
      return possibleAnswers(question, reader).map((answer) => withEntry({}, question.id, answer));
    })
    .slice(0, MAX_ANSWERS);
}

function possibleAnswers(question: Question, reader: StateReader): readonly DecisionAnswer[] {
  const confidence = 1;
  switch (question.type) {
    case 'boolean':
      return [
        { outcome: 'yes', confidence },
        { outcome: 'no', confidence },
      ];
    case 'score':
      return [Number.MAX_VALUE, -Number.MAX_VALUE].map((value) => ({ outcome: 'scored', value, confidence }));
    case 'choice': {
      const options = optionsOf(question, reader) ?? [];
      const none: DecisionAnswer[] = question.none ? [{ outcome: 'none', confidence }] : [];
      return [...none, ...options.map((value): DecisionAnswer => ({ outcome: 'chosen', value, confidence }))];
    }
  }
}
