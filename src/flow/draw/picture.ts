/** What a drawing of a flow shows, however it is drawn: boxes and arrows by layer, in words. */
import type { CompiledFlow, CompiledLayer, CompiledStep } from '../compile/compiled-flow.ts';
import type { Edge, LayerDefinition } from '../definition/flow-definition.ts';
import { describeGuard } from '../guard/describe-guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';

/** Where a conversation is, by the ids of steps: a `LayerState`, or the whole of `FlowState.main` with the digressions. */
export interface FlowMarking {
  readonly done: readonly string[];
  readonly active: readonly string[];
  /** Of digressions that were begun, by name. */
  readonly digressions?: {
    readonly [name: string]: { readonly done: readonly string[]; readonly active: readonly string[] };
  };
}

export interface Box {
  readonly id: string;
  /** Below the id: tools, what commits, how ways join. */
  readonly lines: readonly string[];
  /** For who wants to know more. */
  readonly details: string;
  readonly terminal: boolean;
  readonly commits: boolean;
  readonly mark: 'done' | 'active' | '';
}

export interface Arrow {
  /** Positions of boxes; `from` is always the lower one. */
  readonly from: number;
  readonly to: number;
  readonly label: string;
  /** `before`: a constraint, not a way. */
  readonly kind: 'way' | 'escalation' | 'before';
}

export interface Lane {
  readonly title: string;
  /** Of a digression: when it begins, and what comes after. */
  readonly subtitle: string;
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
}

/** The main flow, then the digressions. */
export function pictureOf(flow: CompiledFlow, marking?: FlowMarking): readonly Lane[] {
  const { digressions = [] } = flow.definition;
  const markings = new Map(Object.entries(marking?.digressions ?? {}));
  return [
    { title: flow.name, subtitle: '', ...drawn(flow.main, flow.definition, marking) },
    ...flow.digressions.map(({ name, trigger, resume, layer }, index) => ({
      title: name,
      subtitle: `when ${describeGuard(trigger)}; then ${AFTERWARDS[resume]}`,
      ...drawn(layer, digressions[index]?.flow ?? flow.definition, markings.get(name)),
    })),
  ];
}

const AFTERWARDS = { previous: 'back', restart: 'the flow begins anew', terminate: 'the end' };

function drawn(
  layer: CompiledLayer,
  definition: LayerDefinition,
  marking: Pick<FlowMarking, 'done' | 'active'> = { done: [], active: [] },
): Pick<Lane, 'boxes' | 'arrows'> {
  const commits = new Set(layer.rules.filter(({ commit }) => commit !== undefined).map(({ tool }) => tool));
  const positions = new Map(layer.steps.map(({ id, index }) => [id, index]));
  const written = new Map<string, readonly Edge[]>(definition.steps.map(({ id, after = [] }) => [id, after]));
  const done = new Set(marking.done);
  const active = new Set(marking.active);
  const arrows: Arrow[] = [];
  for (const step of layer.steps) {
    const to = step.index;
    for (const edge of written.get(step.id) ?? []) {
      const [id, when] = typeof edge === 'string' ? [edge, 'always' as const] : [edge.step, edge.when];
      const label = when === 'always' ? '' : describeGuard(when);
      arrows.push({ from: positions.get(id) ?? 0, to, label, kind: 'way' });
    }
    for (const from of step.preceded) arrows.push({ from, to, label: '', kind: 'before' });
    const target = positions.get(step.repair?.escalateTo ?? '');
    if (target !== undefined) {
      arrows.push({ from: step.index, to: target, label: 'no progress', kind: 'escalation' });
    }
  }
  return {
    boxes: layer.steps.map((step) => ({
      ...boxOf(step, commits),
      mark: done.has(step.id) ? 'done' : active.has(step.id) ? 'active' : '',
    })),
    arrows,
  };
}

function boxOf(step: CompiledStep, commits: ReadonlySet<string>): Omit<Box, 'mark'> {
  const { id, allow, deny, after, join, gate, done, terminal, posture, verbatim } = step;
  const tools = [...new Set([...allow, ...guardMentions(done).tools])];
  const [own, changing] = [
    tools.filter((tool) => !commits.has(tool)),
    tools.filter((tool) => commits.has(tool)),
  ];
  return {
    id,
    lines: [
      ...(own.length > 0 ? [`tools: ${own.join(', ')}`] : []),
      ...(changing.length > 0 ? [`commits: ${changing.join(', ')}`] : []),
      ...(deny.length > 0 ? [`never: ${deny.join(', ')}`] : []),
      ...(join === 'any' && after.length > 1 ? ['after any'] : []),
    ],
    details: [
      posture ?? '',
      verbatim === undefined ? '' : `Says: ${verbatim}`,
      gate === 'always' ? '' : `While ${describeGuard(gate)}.`,
      terminal ? '' : `Done when ${describeGuard(done)}.`,
    ]
      .filter((text) => text !== '')
      .join('\n'),
    terminal,
    commits: changing.length > 0,
  };
}

/** A text of at most so many letters; whole pairs of surrogates. */
export function shortened(text: string, most: number): string {
  const letters = Array.from(text.slice(0, 2 * most + 2));
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`;
}
