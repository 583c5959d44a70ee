/** What somebody does who wants the conversation to get on. */

import type { Guard } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import { factsOf, layersUnderWay, topLayer } from '../monitor/layers.ts';
import type { FlowSimulator } from '../scenario/flow-simulator.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { CallVariant } from './call-variants.ts';
import type { Place } from './place.ts';
import type { Move, Repertoire } from './repertoire.ts';
import type { Standing } from './standing.ts';

/** Tools that need tools that need tools... */
const MAX_DEPTH = 4;

/** Groups of moves, each group towards one thing: the first move of a group that changes anything will do. */
export function helpfulMoves({ standing }: Place, repertoire: Repertoire): readonly (readonly Move[])[] {
  const search: Search = { repertoire, standing, tools: new Set() };
  const groups = wants(standing.simulator).map(([guard, wanted]) => towards(search, guard, wanted, 0));
  return [...groups.filter((group) => group.length > 0), [['turn']]];
}

interface Search {
  readonly repertoire: Repertoire;
  readonly standing: Standing;
  /** Tools that are being looked at. */
  readonly tools: Set<string>;
}

/** What should hold or should not, for active steps to be done and further ones to be reached. */
function wants({ flow, marking }: FlowSimulator): readonly (readonly [Guard, boolean])[] {
  const { layer, marking: here } = topLayer(flow, marking);
  const isDone = (index: number): boolean => here.done.includes(layer.steps[index]?.id ?? '');
  const found: (readonly [Guard, boolean])[] = [];
  for (const { id, done, after, gate, preceded } of layer.steps) {
    if (here.done.includes(id)) continue;
    if (here.active.includes(id)) {
      const ways = typeof done === 'object' && 'any' in done ? done.any : [done];
      found.push(...ways.map((way) => [way, true] as const));
    } else if (preceded.every(isDone)) {
      const open = after.filter(({ step }) => isDone(step));
      if (after.length === 0) found.push([gate, true]);
      found.push(...open.map(({ when }) => [{ all: [gate, when] }, true] as const));
    }
  }
  for (const name of marking.path) {
    const trigger = flow.digressions.find((digression) => digression.name === name)?.trigger;
    if (trigger !== undefined) found.push([trigger, false]);
  }
  return found;
}

/** Moves that may make a condition hold, or not hold; none when it is so. */
function towards(search: Search, guard: Guard, wanted: boolean, depth: number): readonly Move[] {
  const { flow, marking, state } = search.standing.simulator;
  const facts = factsOf(topLayer(flow, marking).marking, marking.answers, state);
  if (depth > MAX_DEPTH || guard === 'always' || holds(guard, facts, [], 'fuzz') === wanted) return [];
  const inner = (part: Guard): readonly Move[] => towards(search, part, wanted, depth);
  if ('not' in guard) return towards(search, guard.not, !wanted, depth);
  if ('all' in guard) return guard.all.flatMap(inner);
  if ('any' in guard) return guard.any.flatMap(inner);
  if ('calledOk' in guard) return calls(search, guard.calledOk, depth);
  if ('decided' in guard) {
    const asked = typeof guard.decided === 'string' ? [guard.decided] : Object.keys(guard.decided);
    return asked.flatMap((question) => search.repertoire.questions.get(question) ?? []);
  }
  if ('done' in guard) {
    const step = topLayer(flow, marking).layer.steps.find(({ id }) => id === guard.done);
    return step === undefined ? [] : towards(search, step.done, wanted, depth + 1);
  }
  const keys = keysOf(guard).filter(
    (key) => ((state.get(key) ?? null) === null) === wanted || !('captured' in guard),
  );
  return keys.flatMap((key) => writes(search, key, wanted, depth));
}

function keysOf(guard: Exclude<Guard, 'always'>): readonly string[] {
  if ('captured' in guard) return guard.captured;
  if ('custom' in guard) return guard.reads ?? [];
  const [key] = Object.values(guard).flat();
  return typeof key === 'string' ? [key] : [];
}

function writes(search: Search, key: string, wanted: boolean, depth: number): readonly Move[] {
  const { toolsWriting, writers } = search.repertoire;
  const byTools = (toolsWriting.get(key) ?? []).flatMap((tool) => calls(search, tool, depth));
  const moves = [...(writers.get(key) ?? []), ...byTools];
  const gone: Move = [{ set: { key, value: null } }, 'turn'];
  return wanted ? moves : [...moves.reverse(), ...(isSettable(moves) ? [gone] : [])];
}

function isSettable(moves: readonly Move[]): boolean {
  return moves.some(([step]) => typeof step === 'object' && 'set' in step);
}

/** Successful calls of a tool; where it is refused, what would let it through. */
function calls(search: Search, tool: string, depth: number): readonly Move[] {
  const { standing, tools } = search;
  if (tools.has(tool)) return [];
  const open = standing.calls(tool).filter(({ succeeds }) => succeeds);
  if (open.length > 0) return open.map((call) => [success(call)]);
  const { flow, marking } = standing.simulator;
  tools.add(tool);
  const rules = layersUnderWay(flow, marking).flatMap(({ layer }) =>
    layer.rules.filter((rule) => rule.tool === tool),
  );
  const moves = rules.flatMap(({ until }) =>
    until.flatMap((guard) => towards(search, guard, true, depth + 1)),
  );
  tools.delete(tool);
  return moves;
}

/** The step in which this call succeeds. */
export function success({ tool, args, response }: CallVariant): ScenarioStep {
  return { toolOk: written({ tool, ...(args && { args }), ...(response !== undefined && { response }) }) };
}

/** A call as short as it can be written. */
export function written<Call extends { readonly tool: string; readonly args?: object }>(
  call: Call,
): string | Call {
  return Object.keys(call).length === 1 ? call.tool : call;
}
