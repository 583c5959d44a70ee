/** Steps of scenarios, values and calls as one line that a person reads. */
import type { ScenarioStep } from '../../flow/scenario/scenario.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { headInCells, printable } from '../shell/printable.ts';

/** Who or what a step is of, and what it does. */
export interface StepText {
  readonly label: string;
  readonly text: string;
}

/** What a step is, for example `user  My name is Ada.` or `expect  active: verify`. */
export function stepText(step: ScenarioStep): StepText {
  if (step === 'turn') return { label: 'turn', text: '' };
  if (step === 'interrupt') return { label: 'user', text: 'interrupts' };
  if ('user' in step) return { label: 'user', text: printable(step.user) };
  if ('model' in step) return { label: 'model', text: printable(step.model) };
  if ('set' in step)
    return { label: 'set', text: `${printable(step.set.key)} = ${valueText(step.set.value)}` };
  if ('decide' in step) return { label: 'decide', text: fields(step.decide) };
  if ('toolOk' in step) return { label: 'tool', text: callText(step.toolOk) };
  if ('toolFailed' in step) return { label: 'tool', text: `${callText(step.toolFailed)} fails` };
  if ('toolResult' in step) {
    const { tool, ok } = step.toolResult;
    return { label: 'tool', text: `${printable(tool)} ${ok ? 'has succeeded' : 'has failed'}` };
  }
  if ('scheduleTool' in step) {
    const { after } = step.scheduleTool;
    const turns = `${after} ${after === 1 ? 'turn' : 'turns'}`;
    return { label: 'tool', text: `${callText(step.scheduleTool)} succeeds after ${turns}` };
  }
  return { label: 'expect', text: expectation(step) };
}

/** `takePayment(amount: 250, date: "2026-12-04")` */
export function callText(
  call: string | { readonly tool: string; readonly args?: { readonly [name: string]: JsonValue } },
): string {
  if (typeof call === 'string') return `${printable(call)}()`;
  return `${printable(call.tool)}(${fields(call.args ?? {})})`;
}

/** A value on one line, cut where it is long. */
export function valueText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return 'nothing';
  return headInCells(printable(JSON.stringify(value)), 80);
}

/** Names, or `none`. */
export function namesText(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.map(printable).join(', ');
}

function expectation(
  step: Exclude<Extract<ScenarioStep, object>, { readonly user: string } | { readonly model: string }>,
): string {
  if ('expectActive' in step) return `active: ${namesText(step.expectActive)}`;
  if ('expectDone' in step) return `done: ${namesText(step.expectDone)}`;
  if ('expectAllowed' in step) return `${callText(step.expectAllowed)} allowed`;
  if ('expectDenied' in step) return `${callText(step.expectDenied)} refused`;
  if ('expectSlot' in step) return `${printable(step.expectSlot.key)} = ${valueText(step.expectSlot.value)}`;
  if ('expectComplete' in step) return step.expectComplete ? 'complete' : 'not complete';
  if ('expectPath' in step) return `digressions: ${namesText(step.expectPath)}`;
  if ('expectTerminated' in step) return step.expectTerminated ? 'terminated' : 'not terminated';
  return headInCells(printable(JSON.stringify(step)), 80);
}

function fields(values: { readonly [name: string]: unknown }): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return headInCells(printable(parts.join(', ')), 120);
}
