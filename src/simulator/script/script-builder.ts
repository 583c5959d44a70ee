/** Writes a script in code: `script().hears('Hello').says('Good evening!')`. */
import type { ServerMessage } from '../../wire/protocol/server-messages.ts';
import { type Brain, type BrainAction, calls, says, sends, thinks, waits } from '../brain/brain.ts';
import type { Script, ScriptRule, ScriptStep } from './script.ts';
import { createScriptBrain } from './script-brain.ts';

/** A script being written. Every method returns a new builder, so a beginning can be shared. */
export interface ScriptBuilder {
  /** The user's next turn; spoken, it says `text`. */
  hears(text?: string): ScriptBuilder;
  says(text: string): ScriptBuilder;
  calls(name: string, args?: Readonly<Record<string, unknown>>): ScriptBuilder;
  thinks(text: string): ScriptBuilder;
  /** Milliseconds. */
  waits(delayMs: number): ScriptBuilder;
  sends(message: ServerMessage): ScriptBuilder;
  /** Adds rules, which are tried before the steps. */
  rules(...rules: readonly RuleBuilder[]): ScriptBuilder;
  /** What happens when the steps are used up. */
  otherwise(text: string): ScriptBuilder;
  toScript(): Script;
  toBrain(): Brain;
}

/** A rule being written. */
export interface RuleBuilder extends ScriptRule {
  says(text: string): RuleBuilder;
  calls(name: string, args?: Readonly<Record<string, unknown>>): RuleBuilder;
  thinks(text: string): RuleBuilder;
  waits(delayMs: number): RuleBuilder;
}

const ENDED: readonly BrainAction[] = [says('I have nothing more to say.')];

/** Begins a script. */
export function script(): ScriptBuilder {
  return build({ name: undefined, steps: [], rules: [], otherwise: ENDED });
}

/** Begins a rule for words that match. */
export function when(words: RegExp): RuleBuilder {
  return buildRule({ when: { words }, does: [] });
}

/** Begins a rule for the result of a function, when the steps say nothing about it. */
export function whenResult(name: string): RuleBuilder {
  return buildRule({ when: { result: name }, does: [] });
}

/** A brain of rules alone: the first that applies answers, else `otherwise` is said. */
export function createRuleBrain(
  rules: readonly ScriptRule[],
  otherwise = 'Could you say that again?',
): Brain {
  return createScriptBrain({ name: undefined, steps: [], rules, otherwise: [says(otherwise)] });
}

function build(written: Script): ScriptBuilder {
  const add = (step: ScriptStep): ScriptBuilder => build({ ...written, steps: [...written.steps, step] });
  return {
    hears: (text) => add({ type: 'hears', text }),
    says: (text) => add(says(text)),
    calls: (name, args) => add(calls(name, args)),
    thinks: (text) => add(thinks(text)),
    waits: (delayMs) => add(waits(delayMs)),
    sends: (message) => add(sends(message)),
    rules: (...rules) => build({ ...written, rules: [...written.rules, ...rules] }),
    otherwise: (text) => build({ ...written, otherwise: [says(text)] }),
    toScript: () => written,
    toBrain: () => createScriptBrain(written),
  };
}

function buildRule(rule: ScriptRule): RuleBuilder {
  const add = (action: BrainAction): RuleBuilder => buildRule({ ...rule, does: [...rule.does, action] });
  return {
    ...rule,
    says: (text) => add(says(text)),
    calls: (name, args) => add(calls(name, args)),
    thinks: (text) => add(thinks(text)),
    waits: (delayMs) => add(waits(delayMs)),
  };
}
