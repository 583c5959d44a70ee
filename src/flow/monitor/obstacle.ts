/** What stands in the way of a tool (spec: control §9, Admission precedence). */
import type { CompiledFlow, ToolRule } from '../compile/compiled-flow.ts';
import { equivalent } from '../equivalence.ts';
import type { Fault } from '../fault.ts';
import type { RequestedCall } from '../governor.ts';
import type { Guard, GuardFacts } from '../guard/guard.ts';
import { holds } from '../guard/holds.ts';
import type { StateReader } from '../state-reader.ts';
import type { FlowState, OpenCall } from './flow-state.ts';
import { factsOf, type Layer, layersUnderWay, ruleFor } from './layers.ts';
import { own } from './own-entries.ts';

export type Obstacle =
  | { readonly type: 'terminated' }
  /** A `once` tool has succeeded. */
  | { readonly type: 'spent' }
  /** A `once` tool is running. */
  | { readonly type: 'running' }
  /** A `once` tool has run, and nobody knows whether it took effect. */
  | { readonly type: 'unknown' }
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
  /** It was let through under its id and has not run: what it holds itself is not in its way, but it must hold it still. */
  readonly isAdmitted?: true;
}

/** Asks what stands in the way of a call; undefined when nothing does. */
export type Gate = (call: ToolCall) => Obstacle | undefined;

/**
 * The gate that calls pass at present. The rules of every layer under way count; the steps are those of the layer that
 * drives. Without arguments, and their hash, these are not checked.
 * @param ignoreUntil asks whether a tool makes sense here, be its conditions true or not
 */
export function gateOf(
  flow: CompiledFlow,
  state: FlowState,
  reader: StateReader,
  faults: Fault[],
  ignoreUntil = false,
): Gate {
  const layers = layersUnderWay(flow, state).map((one) => ({
    ...one,
    facts: factsOf(one.marking, state.answers, reader),
  }));
  const top = layers.at(-1);
  const ids = new Set(top?.marking.active);
  const active = top?.layer.steps.filter(({ id }) => ids.has(id)) ?? [];
  const allowed = new Set(active.flatMap(({ allow }) => allow));
  const isClosed = allowed.size > 0;
  return (call) => {
    if (state.terminated) return { type: 'terminated' };
    const { tool } = call;
    const ruled: RuledLayer[] = [];
    for (const layer of layers) {
      const rule = ruleFor(layer.layer, tool);
      if (rule !== undefined) ruled.push({ ...layer, rule });
    }
    if (ruled.some(({ facts, rule }) => rule.once && facts.calls(tool) > 0)) return { type: 'spent' };
    const open = ruled.some(({ rule }) => rule.once) ? otherOpen(state, call) : undefined;
    if (open !== undefined) return { type: open.isUnknown ? 'unknown' : 'running' };
    const condition = ignoreUntil ? undefined : conditionOf(ruled, call, reader, faults);
    if (condition !== undefined) return condition;
    const denying = active.find(({ deny }) => deny.includes(tool));
    if (denying !== undefined) return { type: 'denied', step: denying.id };
    if (!isClosed || allowed.has(tool)) return undefined;
    if (layers.some(({ layer }) => layer.ambient.includes(tool))) return undefined;
    return { type: 'unlisted', steps: active.map(({ id }) => id) };
  };
}

interface RuledLayer extends Layer {
  readonly facts: GuardFacts;
  /** What the layer says of the tool. */
  readonly rule: ToolRule;
}

function otherOpen({ open }: FlowState, { tool, callId, isAdmitted }: ToolCall): OpenCall | undefined {
  return Object.entries(open).find(([id, call]) => call.tool === tool && !(isAdmitted && id === callId))?.[1];
}

function conditionOf(
  ruled: readonly RuledLayer[],
  call: ToolCall,
  reader: StateReader,
  faults: Fault[],
): Obstacle | undefined {
  const unheld = ruled.flatMap(({ facts, rule }) =>
    rule.until.flatMap((guard) => lacking(guard, facts, faults, `flow.tools.${call.tool}.until`)),
  );
  if (unheld.length > 0) return { type: 'until', guards: [...new Set(unheld)] };
  for (const { marking, rule } of ruled) {
    if (rule.commit === undefined) continue;
    const agreed = own(marking.agreed, call.tool);
    // The agreement that let a call through may have ended: one that was made since is to nothing yet.
    const isBound = agreed !== undefined || call.isAdmitted === true;
    if (isBound && call.argumentsHash !== undefined && agreed !== call.argumentsHash) {
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

/** The parts of a condition that do not hold; empty when it does. */
function lacking(guard: Guard, facts: GuardFacts, faults: Fault[], where: string): readonly Guard[] {
  if (holds(guard, facts, faults, where)) return [];
  const parts = typeof guard === 'object' && 'all' in guard ? guard.all : [];
  const lacked = parts.flatMap((part) => lacking(part, facts, faults, where));
  return lacked.length === 0 ? [guard] : lacked;
}
