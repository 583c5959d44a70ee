/** The layers of a flow under way: the main flow is '', digressions have their names. */
import type { CompiledDigression, CompiledFlow, CompiledLayer, ToolRule } from '../compile/compiled-flow.ts';
import type { DecisionAnswer, GuardFacts } from '../guard/guard.ts';
import type { StateReader } from '../state-reader.ts';
import type { FlowState, LayerState } from './flow-state.ts';
import { own, withEntry } from './own-entries.ts';

/** One layer as it stands. */
export interface Layer {
  readonly name: string;
  readonly layer: CompiledLayer;
  readonly marking: LayerState;
}

/** The marking of a layer that has not begun. */
export function freshMarking(layer: CompiledLayer): LayerState {
  return {
    done: [],
    active: [],
    entered: [],
    calls: {},
    resetsHeld: layer.resets.map(() => false),
    agreed: {},
  };
}

export function digressionNamed(flow: CompiledFlow, name: string): CompiledDigression | undefined {
  return flow.digressions.find((digression) => digression.name === name);
}

/** The id of a step by its index. */
export function idAt({ steps }: CompiledLayer, index: number): string {
  return steps[index]?.id ?? '';
}

/** What the layer says of a tool. */
export function ruleFor({ rules }: CompiledLayer, tool: string): ToolRule | undefined {
  return rules.find((rule) => rule.tool === tool);
}

/** All layers, the main flow first. */
export function layersOf({ main, digressions }: CompiledFlow): readonly CompiledLayer[] {
  return [main, ...digressions.map(({ layer }) => layer)];
}

/** The layer of that name; the main flow where there is no such digression. */
export function layerNamed(flow: CompiledFlow, state: FlowState, name: string): Layer {
  const digression = name === '' ? undefined : digressionNamed(flow, name);
  if (digression === undefined) return { name: '', layer: flow.main, marking: state.main };
  const { layer } = digression;
  return { name, layer, marking: own(state.digressions, name) ?? freshMarking(layer) };
}

/** The layer that drives the conversation. */
export function topLayer(flow: CompiledFlow, state: FlowState): Layer {
  return layerNamed(flow, state, state.path.at(-1) ?? '');
}

/** The main flow and the digressions under way, the outermost first. */
export function layersUnderWay(flow: CompiledFlow, state: FlowState): readonly Layer[] {
  return ['', ...state.path].map((name) => layerNamed(flow, state, name));
}

/** The state with another marking of one layer. */
export function withMarking(state: FlowState, name: string, marking: LayerState): FlowState {
  if (name !== '') return { ...state, digressions: withEntry(state.digressions, name, marking) };
  return marking === state.main ? state : { ...state, main: marking };
}

/** What the guards of a layer are asked against. */
export function factsOf(
  marking: Pick<LayerState, 'calls'> & { readonly done: readonly string[] | ReadonlySet<string> },
  answers: { readonly [question: string]: DecisionAnswer },
  state: StateReader,
): GuardFacts {
  const done: ReadonlySet<string> = marking.done instanceof Set ? marking.done : new Set(marking.done);
  return {
    state,
    isDone: (step) => done.has(step),
    calls: (tool) => own(marking.calls, tool) ?? 0,
    answer: (question) => own(answers, question),
  };
}

/** Where a layer stands, for faults. */
export function layerPath(layer: string): string {
  return layer === '' ? 'flow' : `flow.digressions.${layer}`;
}

/** Where a guard of a step stands, for faults. */
export function stepPath(layer: string, step: string, part: string): string {
  return `${layerPath(layer)}.steps.${step}.${part}`;
}
