/** From stages to the steps and constraints of one layer, with the place that each comes from. */
import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import type {
  Constraint,
  Edge,
  LayerDefinition,
  StepDefinition,
  StepRepair,
} from '../definition/flow-definition.ts';
import type { Guard } from '../guard/guard.ts';
import type { StageDefinition } from './conversation-document.ts';
import type { DocumentPaths } from './document-paths.ts';
import { confirmedKey } from './hear-user.ts';
import type { IndexedSlot, SlotIndex } from './slot-index.ts';
import { postureOf, timingOf } from './stage-posture.ts';
import { isOfTheTurn, type StageWay, type StageWays } from './stage-ways.ts';

/** The stages of one layer, and where they stand in the document and in the flow. */
export interface StageLayer {
  readonly stages: readonly StageDefinition[];
  /** For example `digressions[0].stages`. */
  readonly path: string;
  /** For example `digressions[1].flow.`; empty for the main flow. */
  readonly prefix: string;
  readonly ways: StageWays;
}

/** What is made of all layers of a document alike. */
export interface Lowering {
  readonly slots: SlotIndex;
  readonly paths: DocumentPaths;
  readonly problems: ProblemList;
  /** For stages without their own. */
  readonly repair: StepRepair | undefined;
  /** Of these stages being open again: what was found in them. */
  readonly foundIn: (
    opened: ReadonlySet<number>,
    layer: StageLayer,
    guards: readonly Guard[],
  ) => readonly string[];
}

/** `constraints` come first: those that the document has at this place. */
export function lowerStages(
  layer: StageLayer,
  constraints: readonly Constraint[],
  lowering: Lowering,
): Required<Pick<LayerDefinition, 'steps' | 'constraints'>> {
  const { stages, path, prefix } = layer;
  const { paths, slots } = lowering;
  paths.add(`${prefix}steps`, path, 'inner');
  const turnouts: StepDefinition[] = [];
  const steps = stages.map((stage, index) => lowerStage(stage, index, layer, lowering, turnouts));
  const made: Constraint[] = [...constraints];
  stages.forEach((stage, index) => {
    if (stage.commit === undefined) return;
    paths.add(`${prefix}constraints[${made.length}].commit`, `${path}[${index}].commit`, 'inner');
    made.push({ commit: { ...stage.commit, until: untilOf(stage, slots.of(stage)) } });
  });
  const all = [...steps, ...turnouts];
  for (const way of layer.ways.back) {
    const reset = `${prefix}constraints[${made.length}].reset`;
    paths.add(reset, way.path);
    if (way.isLong) paths.add(`${reset}.when`, `${way.path}.when`, 'inner');
    made.push({ reset: loopReset(way, layer, all, lowering) });
  }
  return { steps: all, constraints: made };
}

function lowerStage(
  stage: StageDefinition,
  index: number,
  layer: StageLayer,
  lowering: Lowering,
  turnouts: StepDefinition[],
): StepDefinition {
  const { id, ground, deny, terminal, verbatim } = stage;
  const { path, prefix } = layer;
  const { paths, problems } = lowering;
  const collected = lowering.slots.of(stage);
  const at = `${prefix}steps[${index}]`;
  paths.add(`${at}.posture`, `${path}[${index}].instruction`);
  const own = completionOf(stage, collected);
  const ways = layer.ways.forward.filter(({ from }) => from === index);
  const done =
    own ?? (terminal === true || verbatim !== undefined ? undefined : anyOf(ways.map(({ when }) => when)));
  if (stage.done === undefined) paths.add(`${at}.done`, `${path}[${index}]${completedBy(stage, collected)}`);
  if (own === undefined && done === 'always' && (stage.instruction ?? stage.ground) !== undefined) {
    const message = `${quoted(id)} is over as soon as it begins, and is never heard: give it "done", something to collect, or its way out a "when".`;
    problems.add('missingDone', `${path}[${index}].next`, message);
  }
  const { after, join, gate } = entrance(stage, index, layer, lowering, turnouts);
  const posture = postureOf(stage, collected);
  const timing = timingOf(stage, collected);
  const repair = repairOf(index, layer, lowering.repair);
  const { allow } = stage;
  const tools = allow?.length && stage.commit ? [...new Set([...allow, stage.commit.tool])] : allow;
  return {
    id,
    ...(after.length > 0 && { after }),
    ...(join !== undefined && { join }),
    ...(gate !== undefined && { gate }),
    ...(done !== undefined && { done }),
    ...(posture !== undefined && { posture }),
    ...(ground !== undefined && { ground }),
    ...(tools !== undefined && { allow: tools }),
    ...(deny !== undefined && { deny }),
    ...(terminal !== undefined && { terminal }),
    ...(verbatim !== undefined && { verbatim }),
    ...(timing !== undefined && { timing }),
    ...(repair !== undefined && { repair }),
  };
}

/** What completes a stage, apart from its ways out: `done`, else its commit, else what it collects. */
export function completionOf(stage: StageDefinition, slots: readonly IndexedSlot[]): Guard | undefined {
  if (stage.done !== undefined) return stage.done;
  if (stage.commit !== undefined) return { calledOk: stage.commit.tool };
  return slots.length === 0 ? undefined : collectedGuard(slots);
}

function completedBy(stage: StageDefinition, slots: readonly IndexedSlot[]): string {
  if (stage.commit !== undefined) return '.commit.tool';
  if (slots.length === 0) return '.next';
  return stage.collect === undefined ? '.frame' : '.collect';
}

/** All slots have a value, and those that are to be confirmed are. */
function collectedGuard(slots: readonly IndexedSlot[]): Guard {
  const captured: Guard = { captured: slots.map(({ stateKey }) => stateKey) };
  const confirmed = confirmedGuards(slots);
  return confirmed.length === 0 ? captured : { all: [captured, ...confirmed] };
}

/** A tool waits until what its own stage reads back is confirmed, too. One that waits for nothing else is left to be refused. */
function untilOf({ commit }: StageDefinition, slots: readonly IndexedSlot[]): Guard {
  const until = commit?.until ?? 'always';
  const confirmed = confirmedGuards(slots);
  return confirmed.length === 0 || until === 'always' ? until : { all: [until, ...confirmed] };
}

function confirmedGuards(slots: readonly IndexedSlot[]): readonly Guard[] {
  return slots.filter(({ confirm }) => confirm !== 'never').map((slot) => ({ isTrue: confirmedKey(slot) }));
}

/** The ways into a stage. Where several `next` lead to it, any one does; its own `after` must then hold besides. */
function entrance(
  { id, after = [], join }: StageDefinition,
  index: number,
  layer: StageLayer,
  lowering: Lowering,
  turnouts: StepDefinition[],
): { readonly after: readonly Edge[]; readonly join?: 'all' | 'any'; readonly gate?: Guard } {
  const { prefix, path, stages, ways } = layer;
  const { paths } = lowering;
  const at = `${prefix}steps[${index}]`;
  const bySource = new Map<number, StageWay[]>();
  for (const way of ways.forward) {
    if (way.to === index) bySource.set(way.from, [...(bySource.get(way.from) ?? []), way]);
  }
  const asGate = join === undefined && after.length > 0 && bySource.size > 1;
  const edges: Edge[] = asGate ? [] : [...after];
  for (const [from, group] of bySource) {
    const source = stages[from];
    const [first] = group;
    if (source === undefined || first === undefined) continue;
    const given = anyOf(group.map((way) => way.when)) ?? 'always';
    // Who was handed over does not go on as well.
    const isLeft = repairOf(from, layer, lowering.repair)?.escalateTo !== undefined;
    const when = allOf([given, ...(isLeft ? [notEscalated(source.id)] : [])]) ?? 'always';
    paths.add(`${at}.after[${edges.length}]`, first.path);
    if (first.isLong) paths.add(`${at}.after[${edges.length}].when`, `${first.path}.when`, 'inner');
    if (isOfTheTurn(when)) {
      const turnout = `${source.id}>${id}`;
      const place = `${prefix}steps[${stages.length + turnouts.length}]`;
      paths.add(place, first.path);
      if (first.isLong) paths.add(`${place}.after[0].when`, `${first.path}.when`, 'inner');
      turnouts.push({
        id: turnout,
        after: [{ step: source.id, when }],
        ...elsewhere(from, index, layer),
        done: 'always',
      });
      edges.push(turnout);
    } else edges.push(when === 'always' ? source.id : { step: source.id, when });
  }
  if (!asGate) {
    const merged = join ?? (bySource.size > 1 ? 'any' : undefined);
    return { after: edges, ...(merged !== undefined && { join: merged }) };
  }
  paths.add(`${at}.gate`, `${path}[${index}].after${after.length === 1 ? '[0]' : ''}`);
  return { after: edges, join: 'any', gate: allOf(after.map(edgeGuard)) ?? 'always' };
}

/**
 * An answer is gone with its turn, and a stage that is entered by it must stay: the way is latched by a step of its own, as
 * long as no other way out of its stage was.
 */
function elsewhere(from: number, to: number, { stages, ways }: StageLayer): { readonly gate?: Guard } {
  const others = ways.forward.filter((way) => way.from === from && way.to !== to && isOfTheTurn(way.when));
  const taken = [...new Set(others.map((way) => way.to))].map((other): Guard => {
    return { done: `${stages[from]?.id}>${stages[other]?.id}` };
  });
  const any = anyOf(taken);
  return any === undefined ? {} : { gate: { not: any } };
}

/**
 * Going back opens the stage and all that come after it, and forgets what was found in them. The condition counts from when
 * the stage that it leads back from is reached and, where something completes that one, complete.
 */
function loopReset(
  { from, to, when, path }: StageWay,
  layer: StageLayer,
  steps: readonly StepDefinition[],
  { slots, problems, foundIn }: Lowering,
): Extract<Constraint, { readonly reset: unknown }>['reset'] {
  const { stages, ways } = layer;
  const opened = ways.after([to]);
  const ids = new Set([...opened].map((index) => stages[index]?.id ?? ''));
  // Ways that were latched out of these stages are open again as well.
  const latched = steps
    .slice(stages.length)
    .filter(({ after = [] }) => after.some((edge) => ids.has(sourceOf(edge))));
  const step = steps[from];
  const stage = stages[from];
  const own = stage === undefined ? undefined : completed(stage, completionOf(stage, slots.of(stage)));
  if (own === undefined && when === 'always') {
    const message = `It always leads back to ${quoted(stages[to]?.id ?? '')}: give it a "when".`;
    problems.add('cycle', path, message);
  }
  const reached = step === undefined ? [] : reachedGuards(step);
  const id = step?.id ?? '';
  const at: Guard[] =
    own === undefined
      ? [...reached, { not: { done: id } }]
      : [{ any: [{ done: id }, allOf([...reached, own]) ?? 'always'] }];
  return {
    steps: [...ids, ...latched.map((turnout) => turnout.id)],
    when: allOf([...at, when]) ?? 'always',
    clears: foundIn(opened, layer, [when]),
  };
}

function completed({ id, verbatim }: StageDefinition, own: Guard | undefined): Guard | undefined {
  return verbatim === undefined
    ? own
    : allOf([...(own === undefined ? [] : [own]), { isTrue: `verbatim:${id}` }]);
}

/** That a step could be active: its ways in, and its gate. */
function reachedGuards({ after = [], join, gate }: StepDefinition): readonly Guard[] {
  const edges = after.map(edgeGuard);
  const ways = join === 'any' ? anyOf(edges) : allOf(edges);
  return [ways, gate].filter((guard) => guard !== undefined);
}

function edgeGuard(edge: Edge): Guard {
  return typeof edge === 'string' ? { done: edge } : { all: [{ done: edge.step }, edge.when] };
}

function sourceOf(edge: Edge): string {
  return typeof edge === 'string' ? edge : edge.step;
}

/** The repair of a stage, else that of the document; this leads nowhere from where it would lead back. */
function repairOf(
  index: number,
  { stages, ways, prefix }: StageLayer,
  repair: StepRepair | undefined,
): StepRepair | undefined {
  const stage = stages[index];
  if (stage?.repair !== undefined || repair === undefined) return stage?.repair;
  if (prefix !== '' || stage?.terminal === true) return undefined;
  const { escalateTo, ...rest } = repair;
  const target = stages.findIndex(({ id }) => id === escalateTo);
  return target >= 0 && ways.after([target]).has(index) ? rest : repair;
}

/** Its repair has not given up. */
function notEscalated(stage: string): Guard {
  return { not: { isTrue: `repair:${stage}:escalate` } };
}

/** Undefined for none. */
function anyOf(guards: readonly Guard[]): Guard | undefined {
  if (guards.includes('always')) return 'always';
  return guards.length > 1 ? { any: guards } : guards[0];
}

function allOf(guards: readonly Guard[]): Guard | undefined {
  const conditions = guards.filter((guard) => guard !== 'always');
  return conditions.length > 1 ? { all: conditions } : conditions[0];
}
