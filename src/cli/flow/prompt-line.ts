/** What a person types at the prompt of `parlando flow simulate`. */
import type { ScenarioStep } from '../../flow/scenario/scenario.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { lookAtJson } from './json-text.ts';

/** What a typed line asks for. */
export type PromptLine =
  | { readonly type: 'nothing' | 'help' | 'graph' | 'state' | 'quit' }
  | { readonly type: 'play'; readonly step: ScenarioStep }
  /** The model calls a tool. `fails`: it is to fail, whatever its mock would do. */
  | {
      readonly type: 'call';
      readonly tool: string;
      readonly args: Arguments;
      readonly fails: boolean;
    }
  /** Without a tool: everything. */
  | { readonly type: 'why'; readonly tool: string | undefined; readonly args: Arguments }
  | { readonly type: 'save'; readonly path: string }
  /** It was not understood; what to type instead. */
  | { readonly type: 'unclear'; readonly message: string };

export type Arguments = { readonly [name: string]: JsonValue };

/** What can be typed. */
export const PROMPT_HELP: readonly string[] = [
  'words                   the user says them, and the turn ends',
  '/model words            the model says them, in the turn that ends next',
  '/tool name {"a": 1}     the model calls the tool; its mock answers',
  '/fail name {"a": 1}     the model calls the tool, and it fails',
  '/set key value          the application writes state, for example /set intent:legal true',
  '/decide question answer the user has answered a question: true, false, an option or a score',
  '/turn                   a turn ends in which the user said nothing',
  '/interrupt              the user cuts in',
  '/why [tool {"a": 1}]    what stands, what it waits for, why tools are refused',
  '/state                  all state',
  '/graph                  the graph, as Mermaid',
  '/save file.json         keeps what was played as a scenario',
  '/quit                   ends',
];

const PLAIN = ['help', 'graph', 'state', 'quit'] as const;

/** Reads one line. */
export function readPromptLine(typed: string): PromptLine {
  const text = typed.trim();
  if (text === '') return { type: 'nothing' };
  if (!text.startsWith('/')) return play({ user: text });
  const [command, rest] = cut(text.slice(1));
  const plain = PLAIN.find((one) => one === command);
  if (plain !== undefined) return { type: plain };
  const [name, more] = cut(rest);
  switch (command) {
    case 'turn':
    case 'interrupt':
      return play(command);
    case 'model':
      return rest === '' ? unclear('/model what it says') : play({ model: rest });
    case 'set':
      if (more === '') return unclear('/set key value');
      return play({ set: { key: name, value: jsonOrText(more) } });
    case 'decide': {
      const answer = jsonOrText(more);
      if (more === '' || typeof answer === 'object') return unclear('/decide question answer');
      return play({ decide: Object.fromEntries([[name, answer]]) });
    }
    case 'why':
      if (name === '') return { type: 'why', tool: undefined, args: {} };
      return withArguments(more, (args) => ({ type: 'why', tool: name, args }));
    case 'tool':
    case 'fail':
      if (name === '') return unclear(`/${command} name {"argument": "value"}`);
      return withArguments(more, (args) => ({ type: 'call', tool: name, args, fails: command === 'fail' }));
    case 'save':
      return rest === '' ? unclear('/save file.json') : { type: 'save', path: rest };
    default:
      return { type: 'unclear', message: `there is no /${command.slice(0, 40)}; /help lists what there is` };
  }
}

function play(step: ScenarioStep): PromptLine {
  return { type: 'play', step };
}

function unclear(usage: string): PromptLine {
  return { type: 'unclear', message: `type ${usage}` };
}

function withArguments(written: string, then: (args: Arguments) => PromptLine): PromptLine {
  if (written === '') return then({});
  const { fault } = lookAtJson(written);
  if (fault !== undefined) {
    const message = `the arguments are no JSON: ${fault.message}, at character ${fault.offset + 1}`;
    return { type: 'unclear', message };
  }
  const args: unknown = JSON.parse(written);
  if (typeof args !== 'object' || args === null || Array.isArray(args)) {
    return { type: 'unclear', message: 'the arguments are an object, like {"amount": 250}' };
  }
  // JSON.parse makes nothing but JSON.
  return then(args as Arguments);
}

/** The first word, and what follows it. */
function cut(text: string): readonly [string, string] {
  const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  return [word, rest];
}

/** JSON where it is JSON, else the text as it stands. */
function jsonOrText(text: string): JsonValue {
  if (lookAtJson(text).fault !== undefined) return text;
  // JSON.parse makes nothing but JSON.
  return JSON.parse(text) as JsonValue;
}
