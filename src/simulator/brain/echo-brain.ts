/** What answers when nobody gave a brain: repeats what it heard, and calls a tool whose name it heard. */
import type { FunctionDeclaration } from '../../wire/protocol/tools.ts';
import { type Brain, type BrainReply, type BrainTurn, calls, says, type ToolResult } from './brain.ts';
import { exampleArguments, exampleValue } from './example-arguments.ts';

/**
 * A brain that says `You said: …`. When the words of a declared function's name are in what it heard ("weather" of
 * `get_weather`), it calls that function with arguments made up from its schema, and then says the result.
 */
export function createEchoBrain(): Brain {
  return (turn) => {
    if (turn.wantsJson !== undefined) return JSON.stringify(exampleValue(turn.wantsJson.schema, turn.text));
    if (turn.input.type === 'toolResults') return describeResults(turn.input.results);
    return echo(turn);
  };
}

function echo({ text, tools, input }: BrainTurn): BrainReply {
  const tool = tools.find((declaration) => isMeant(declaration, text));
  if (tool !== undefined) return calls(tool.name, exampleArguments(tool, text));
  if (input.type === 'speech' && text.startsWith('[speech')) {
    return says(`I heard you speak for ${(input.durationMs / 1000).toFixed(1)} seconds.`);
  }
  return says(text.trim() === '' ? 'I am listening.' : `You said: ${text}`);
}

function describeResults(results: readonly ToolResult[]): BrainReply {
  const said = results.map(({ name, response }) => `${name}: ${describeResponse(response)}`);
  return says(`The result of ${said.join(', and of ')}.`);
}

function describeResponse(response: Readonly<Record<string, unknown>>): string {
  const value = response.output ?? response.result ?? response.error ?? response;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Verbs and fillers that name no subject. */
const EMPTY_WORDS = /^(get|set|do|make|the|and|for|to|of|a|an|my|current|new|fn|tool|function|call|run)$/;

function isMeant({ name }: FunctionDeclaration, text: string): boolean {
  const heard = new Set(wordsIn(text));
  if (text.toLowerCase().includes(name.toLowerCase())) return true;
  const subjects = wordsIn(name.replace(/([a-z0-9])([A-Z])/g, '$1 $2')).filter(
    (word) => !EMPTY_WORDS.test(word),
  );
  return subjects.some((word) => heard.has(word));
}

function wordsIn(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
