/** What stands in the way of a tool (spec: control §9, Admission precedence). */
import type { CompiledFlow, ToolRule } from '../compile/compiled-flow.ts';
import { equivalent } from '../equivalence.ts';
import type { Fault } from '../fault.ts';
import type { RequestedCall } from '../governor.ts';
import type { Guard } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import type { StateReader } from '../state-reader.ts';
import type { FlowState } from './flow-state.ts';
import { factsOf, type Layer, layersUnderWay } from './layers.ts';
import { own } from './own-entries.ts';

export type Obstacle =
  | { readonly type: 'terminated' }
  /** A `once` tool has succeeded. */
  | { readonly type: 'spent' }
  /** A `once` tool is running. */
  | { readonly type: 'running' }
  /** These do not hold. */
  | { readonly type: 'until'; readonly guards: readonly Guard[] }
  /** The agreement is to other arguments. */
  | { readonly type: 'otherArguments'; readonly until: Guard }
  /** The argument is not what state says. */
  | { readonly type: 'unbound'; readonly argument: string; readonly key: string }
  | { readonly type: 'denied'; readonly step: string }
  /** The active steps list tools, and not this one. */
  | { readonly type: 'unlisted'; readonly steps: readonly string[] };

export interface ToolCall extends RequestedCall {
  readonly tool: string;
}

/**
 * What stands in the way; undefined when nothing does. The rules of every layer under way count; the steps are those of
 * the layer that drives. Without arguments, and their hash, these are not checked.
 * @param ignoreUntil asks whether the tool makes sense here, be its conditions true or not
 */
export function obstacleTo(
  flow: CompiledFlow,
  state: FlowState,
  call: ToolCall,
  reader: StateReader,
  faults: Fault[],
  ignoreUntil = false,
): Obstacle | undefined {
  if (state.terminated) return { type: 'terminated' };
  const { tool } = call;
  const layers = layersUnderWay(flow, state);
  const ruled = layers.flatMap((one) => {
    const rule = one.layer.rules.find((candidate) => candidate.tool === tool);
    return rule === undefined ? [] : [{ ...one, rule }];
  });
  const once = ruled.filter(({ rule }) => rule.once);
  if (once.some(({ marking }) => (own(marking.calls, tool) ?? 0) > 0)) return { type: 'spent' };
  if (once.length > 0 && Object.values(state.open).some((open) => open.tool === tool))
    return { type: 'running' };
  const condition = ignoreUntil ? undefined : conditionOf(ruled, state, call, reader, faults);
  return condition ?? stepObstacle(layers, tool);
}

function conditionOf(
  ruled: ReadonlyArray<Layer & { readonly rule: ToolRule }>,
  state: FlowState,
  call: ToolCall,
  reader: StateReader,
  faults: Fault[],
): Obstacle | undefined {
  const unheld = ruled.flatMap(({ marking, rule }) => {
    const facts = factsOf(marking, state.answers, reader);
    return rule.until.filter((guard) => !holds(guard, facts, faults, `flow.tools.${call.tool}.until`));
  });
  if (unheld.length > 0) return { type: 'until', guards: [...new Set(unheld)] };
  for (const { marking, rule } of ruled) {
    if (rule.commit === undefined) continue;
    const agreed = own(marking.agreed, call.tool);
    if (agreed !== undefined && call.argumentsHash !== undefined && agreed !== call.argumentsHash) {
      return { type: 'otherArguments', until: rule.commit.until };
    }
    for (const [argument, key] of call.args === undefined ? [] : Object.entries(rule.commit.binds)) {
      const wanted = reader.get(key) ?? null;
      const given = own(call.args ?? {}, argument) ?? null;
      if (!equivalent(given, wanted)) return { type: 'unbound', argument, key };
    }
  }
  return undefined;
}

function stepObstacle(layers: readonly Layer[], tool: string): Obstacle | undefined {
  const top = layers.at(-1);
  if (top === undefined) return undefined;
  const active = top.layer.steps.filter(({ id }) => top.marking.active.includes(id));
  const denying = active.find(({ deny }) => deny.includes(tool));
  if (denying !== undefined) return { type: 'denied', step: denying.id };
  if (layers.some(({ layer }) => layer.ambient.includes(tool))) return undefined;
  const listing = active.filter(({ allow }) => allow.length > 0);
  if (listing.length === 0 || listing.some(({ allow }) => allow.includes(tool))) return undefined;
  return { type: 'unlisted', steps: active.map(({ id }) => id) };
}
