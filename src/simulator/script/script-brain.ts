/** A brain that follows a script. */
import type { Brain, BrainAction, BrainMemory, BrainTurn, CallAction, ToolResult } from '../brain/brain.ts';
import { fillIn } from './fill-in.ts';
import type { Script, ScriptStep } from './script.ts';

/**
 * Follows `script`: each turn of the user performs the actions up to the next `hears`. Its place is kept in the memory of
 * the session, so a resumed one goes on where it was. Turns are taken by position: typed words that differ from the
 * `hears` take its step all the same, with a note (`wordsDiffer`).
 *
 * `{{name.field}}` in spoken text reads the response object of the last call of that function: a tool that returns
 * `{ sky: 'blue' }` is `{{weather.sky}}`. `{{weather.output}}` is there only when a tool returns something that is no
 * object, such as a text. What stands for nothing is left out, with a note (`placeholderEmpty`).
 */
export function createScriptBrain(script: Script): Brain {
  const brain: Brain = (turn) => perform(script, choose(script, turn), turn);
  const hears: Brain['hears'] = ({ memory }) => {
    const next = script.steps[place(memory)];
    return next?.type === 'hears' ? next.text : undefined;
  };
  return Object.assign(brain, { hears });
}

/** The actions of a turn; moves the script on. */
function choose(script: Script, turn: BrainTurn): readonly BrainAction[] {
  const { input } = turn;
  if (input.type === 'toolResults') {
    for (const result of input.results) remember(turn.memory, result);
    return ruleFor(script, input.results);
  }
  const rule = script.rules.find(({ when }) => 'words' in when && turn.text.search(when.words) >= 0);
  if (rule !== undefined) return rule.does;
  const start = place(turn.memory);
  if (start >= script.steps.length) return script.otherwise;
  const opening = script.steps[start];
  const first = opening?.type === 'hears' ? start + 1 : start;
  if (opening?.type === 'hears') compareWords(opening.text, turn);
  const actions: BrainAction[] = [];
  let next = first;
  for (; next < script.steps.length; next++) {
    const step: ScriptStep | undefined = script.steps[next];
    if (step === undefined || step.type === 'hears') break;
    actions.push(step);
  }
  turn.memory.scriptStep = next;
  return actions;
}

/** Performs actions, calls that follow each other in one frame, and remembers the results. */
async function* perform(
  script: Script,
  actions: readonly BrainAction[],
  turn: BrainTurn,
): AsyncGenerator<BrainAction, void, readonly ToolResult[]> {
  for (let i = 0; i < actions.length; i++) {
    const action = actions[i];
    if (action === undefined) return;
    if (action.type !== 'calls') {
      yield action.type === 'says' ? { ...action, text: fillIn(action.text, turn) } : action;
      continue;
    }
    const together: CallAction[] = [action];
    for (let next = actions[i + 1]; next?.type === 'calls'; next = actions[i + 1]) {
      together.push(next);
      i++;
    }
    const results = yield { type: 'callsTogether', calls: together };
    for (const result of results) remember(turn.memory, result);
    // When nothing follows the calls, what is said about their results is a matter for the rules.
    if (i === actions.length - 1) yield* ruleFor(script, results);
  }
}

/** Spoken words are the script's own; over REST nothing keeps the place, so every turn is the first. */
function compareWords(expected: string | undefined, { input, channel, remark }: BrainTurn): void {
  if (expected === undefined || input.type !== 'text' || channel === 'rest') return;
  if (plainWords(input.text) === plainWords(expected)) return;
  const message = `The script hears "${cut(expected)}", but "${cut(input.text)}" was typed; its step is taken all the same.`;
  remark?.({ type: 'wordsDiffer', message });
}

/** Without case, punctuation and spacing. */
function plainWords(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  ).join(' ');
}

function cut(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

function remember(memory: BrainMemory, { name, response }: ToolResult): void {
  // Only this file writes the key, so it holds what is written here.
  const results = (memory.scriptResults ?? {}) as Record<string, unknown>;
  memory.scriptResults = { ...results, [name]: response };
}

function place(memory: BrainMemory): number {
  return typeof memory.scriptStep === 'number' ? memory.scriptStep : 0;
}

/** What the rules say about results. */
function ruleFor(script: Script, results: readonly ToolResult[]): readonly BrainAction[] {
  return script.rules.find(({ when }) => 'result' in when && named(results, when.result))?.does ?? [];
}

function named(results: readonly ToolResult[], name: string): boolean {
  return results.some((result) => result.name === name);
}
