/** What each step of a scenario does to a simulation, or asserts of it. */
import { jsonEqual } from '../equivalence.ts';
import type { DecisionAnswer } from '../guard/guard.ts';
import { topLayer } from '../monitor/layers.ts';
import { isComplete, unmetSteps } from '../monitor/marking.ts';
import type { JsonValue } from '../state-reader.ts';
import type { FlowSimulator, SimulatedCall } from './flow-simulator.ts';
import type { ScenarioStep } from './scenario.ts';

/** Written in a scenario: one call, its arguments, perhaps its answer. */
export type WrittenCall = string | SimulatedCall;

/**
 * Plays one step. Returns what was the case instead, when it is an assertion that does not hold or a call that was
 * refused. `begins`: the call that `expectAllowed` asserts begins here, since a later step has its result.
 */
export function playStep(simulator: FlowSimulator, step: ScenarioStep, begins: boolean): string | undefined {
  if (step === 'turn') simulator.turn();
  else if (step === 'interrupt') simulator.interrupt();
  else if ('user' in step) simulator.user(step.user);
  else if ('model' in step) simulator.model(step.model);
  else if ('set' in step) simulator.set(step.set.key, step.set.value);
  else if ('decide' in step) simulator.decide(answersOf(simulator, step.decide));
  else if ('toolOk' in step) {
    const reason = called(simulator, callOf(step.toolOk), 0);
    if (reason !== undefined) return reason;
    simulator.turn();
  } else if ('toolFailed' in step) {
    const call = callOf(step.toolFailed);
    const reason = called(simulator, call, undefined);
    if (reason !== undefined) return reason;
    simulator.endCall(call.tool, false);
  } else if ('scheduleTool' in step) return called(simulator, step.scheduleTool, step.scheduleTool.after);
  else if ('toolResult' in step) {
    const { tool, ok, response } = step.toolResult;
    if (!simulator.endCall(tool, ok, response)) return `no call of ${tool} is under way`;
  } else if ('expectAllowed' in step && begins)
    return called(simulator, callOf(step.expectAllowed), undefined);
  else return unmet(simulator, step);
  return undefined;
}

function called(
  simulator: FlowSimulator,
  call: SimulatedCall,
  turns: number | undefined,
): string | undefined {
  const admission = simulator.beginCall(call, turns);
  return admission.ok ? undefined : refused(call.tool, admission.reason);
}

/** Undefined when the assertion holds. */
function unmet(simulator: FlowSimulator, step: Exclude<ScenarioStep, string>): string | undefined {
  const { flow, marking, state } = simulator;
  const layer = topLayer(flow, marking).marking;
  if ('expectAllowed' in step) {
    const call = callOf(step.expectAllowed);
    const admission = simulator.admit(call);
    return admission.ok ? undefined : refused(call.tool, admission.reason);
  }
  if ('expectDenied' in step) {
    const call = callOf(step.expectDenied);
    return simulator.admit(call).ok ? `${call.tool} would run; active: ${named(layer.active)}` : undefined;
  }
  if ('expectActive' in step) {
    const missing = step.expectActive.filter((id) => !layer.active.includes(id));
    return missing.length === 0 ? undefined : `${named(missing)} not active; active: ${named(layer.active)}`;
  }
  if ('expectDone' in step) {
    const done = [...marking.main.done, ...(layer === marking.main ? [] : layer.done)];
    const missing = step.expectDone.filter((id) => !done.includes(id));
    return missing.length === 0 ? undefined : `${named(missing)} not done; done: ${named(done)}`;
  }
  if ('expectOpen' in step) {
    const closed = step.expectOpen.filter((id) => marking.main.done.includes(id) || layer.done.includes(id));
    return closed.length === 0 ? undefined : `${named(closed)} done; active: ${named(layer.active)}`;
  }
  if ('expectSlot' in step) {
    const { key, value } = step.expectSlot;
    const is = state.get(key) ?? null;
    return jsonEqual(is, value) ? undefined : `${key} is ${JSON.stringify(is)}, not ${JSON.stringify(value)}`;
  }
  if ('expectComplete' in step) {
    if (isComplete(flow.main, marking.main) === step.expectComplete) return undefined;
    if (!step.expectComplete) return 'everything required is done';
    return `still required: ${named(unmetSteps(flow.main, marking.main))}; active: ${named(layer.active)}`;
  }
  if ('expectPath' in step) {
    const { path } = marking;
    return jsonEqual(path, step.expectPath) ? undefined : `the digressions under way are ${named(path)}`;
  }
  if ('expectTerminated' in step) {
    if (marking.terminated === step.expectTerminated) return undefined;
    return marking.terminated ? 'the conversation is terminated' : 'the conversation is not terminated';
  }
  return `a step that nobody knows: ${JSON.stringify(step).slice(0, 80)}`;
}

function refused(tool: string, reason: string): string {
  return `${tool} was refused: ${reason}`;
}

function named(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

export function callOf(written: WrittenCall): SimulatedCall {
  return typeof written === 'string' ? { tool: written } : written;
}

/** Answers as a scenario writes them: sure ones shortly. */
export function answersOf(
  simulator: FlowSimulator,
  written: { readonly [question: string]: boolean | string | number | DecisionAnswer },
): { readonly [question: string]: DecisionAnswer } {
  return Object.fromEntries(
    Object.entries(written).map(([question, value]) => [question, answerOf(simulator, question, value)]),
  );
}

function answerOf(
  { flow, state }: FlowSimulator,
  id: string,
  value: boolean | string | number | DecisionAnswer,
): DecisionAnswer {
  if (typeof value === 'object') return value;
  if (typeof value === 'boolean') return { outcome: value ? 'yes' : 'no', confidence: 1 };
  if (typeof value === 'number') return { outcome: 'scored', value, confidence: 1 };
  const question = flow.decisions.find((one) => one.id === id);
  const from: JsonValue | undefined = state.get(question?.optionsFrom ?? '');
  const options: readonly JsonValue[] = Array.isArray(from) ? from : (question?.options ?? []);
  const isNone = value === 'none' && question?.none === true && !options.includes('none');
  return isNone ? { outcome: 'none', confidence: 1 } : { outcome: 'chosen', value, confidence: 1 };
}
