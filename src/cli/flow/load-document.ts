/** A document that governs a conversation, from a file, compiled. */

import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type { CompiledFlow, FlowProblem } from '../../flow/compile/compiled-flow.ts';
import { compileConversation } from '../../flow/conversation/compile-conversation.ts';
import type { CompiledConversation } from '../../flow/conversation/compiled-conversation.ts';
import type { Scenario } from '../../flow/scenario/scenario.ts';
import { CliError } from '../shell/cli-error.ts';
import { printable } from '../shell/printable.ts';
import { type DocumentWarning, documentWarnings } from './document-warnings.ts';
import { placesOf, type TextPlace } from './json-text.ts';
import { type JsonFile, readJsonFile } from './read-json-file.ts';

/** A document that compiles. */
export interface LoadedDocument {
  readonly file: JsonFile;
  /** A flow has no recognisers, tools or scenarios of its own. */
  readonly target: CompiledConversation | CompiledFlow;
  readonly flow: CompiledFlow;
  /** Those that it embeds. */
  readonly scenarios: readonly Scenario[];
  /** What is probably not meant. Looked for when it is read. */
  readonly warnings: () => readonly LocatedWarning[];
}

/** A problem with the line that it is in. */
export interface LocatedProblem extends FlowProblem {
  readonly place: TextPlace;
}

/** A warning with the line that it is about. */
export interface LocatedWarning extends DocumentWarning {
  readonly place: TextPlace;
}

export type DocumentLoad =
  | { readonly ok: true; readonly document: LoadedDocument }
  | { readonly ok: false; readonly file: JsonFile; readonly problems: readonly LocatedProblem[] };

/**
 * Reads and compiles a document: a conversation when it has stages, else a flow. Rejects with `unreadableFile`, and with
 * `badDocument` for what is no document at all.
 */
export async function loadDocument(path: string): Promise<DocumentLoad> {
  const file = await readJsonFile(path);
  const { value } = file;
  const warnings = (target: LoadedDocument['target']) => () => located(file, documentWarnings(target));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliError(
      'badDocument',
      `${path} holds no object: a conversation has "stages", a flow has "steps"`,
    );
  }
  if (looksLikeScenario(value)) {
    throw new CliError(
      'badDocument',
      `${path} is a scenario: name the document first, as in parlando flow simulate document.json ${path}`,
    );
  }
  if (Object.hasOwn(value, 'stages')) {
    // Data of any shape: the compiler checks all of it.
    const result = compileConversation(value as Parameters<typeof compileConversation>[0]);
    if (!result.ok) return { ok: false, file, problems: located(file, result.problems) };
    const { conversation } = result;
    const { flow, scenarios } = conversation;
    return {
      ok: true,
      document: { file, target: conversation, flow, scenarios, warnings: warnings(conversation) },
    };
  }
  if (!Object.hasOwn(value, 'steps')) {
    throw new CliError(
      'badDocument',
      `${path} is neither a conversation, which has "stages", nor a flow, which has "steps"`,
    );
  }
  const result = compileFlow(value as Parameters<typeof compileFlow>[0]);
  if (!result.ok) return { ok: false, file, problems: located(file, result.problems) };
  return {
    ok: true,
    document: {
      file,
      target: result.flow,
      flow: result.flow,
      scenarios: [],
      warnings: warnings(result.flow),
    },
  };
}

/** The same, but problems reject, too: with the first of them. */
export async function openDocument(path: string): Promise<LoadedDocument> {
  const load = await loadDocument(path);
  if (load.ok) return load.document;
  const [first] = load.problems;
  const more = load.problems.length - 1;
  const rest = more > 0 ? ` (and ${more} more: parlando flow check ${path})` : '';
  throw new CliError('badDocument', `${path}:${first === undefined ? '' : problemText(first)}${rest}`);
}

/** `12:5 stages[3].next[0]: There is no such stage. Did you mean "verify"?` */
export function problemText({ place, path, message, hint }: LocatedProblem | LocatedWarning): string {
  const where = path === '' ? '' : `${path}: `;
  const text = hint === undefined ? message : `${message} ${hint}`;
  return printable(`${place.line}:${place.column} ${where}${text}`);
}

function located<Problem extends { readonly path: string }>(
  file: JsonFile,
  problems: readonly Problem[],
): ReadonlyArray<Problem & { readonly place: TextPlace }> {
  const places = placesOf(
    file.text,
    problems.map(({ path }) => path),
  );
  return problems
    .map((problem) => ({ ...problem, place: places.get(problem.path) ?? { line: 1, column: 1 } }))
    .sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
}

/** It has steps, and they are what a scenario does, not what a flow is made of. */
function looksLikeScenario(value: object): boolean {
  if (Object.hasOwn(value, 'stages') || !('steps' in value) || !Array.isArray(value.steps)) return false;
  const [first]: readonly unknown[] = value.steps;
  if (typeof first === 'string') return true;
  return (
    typeof first === 'object' &&
    first !== null &&
    !('id' in first) &&
    SCENARIO_STEP.test(Object.keys(first).join())
  );
}

const SCENARIO_STEP = /^(?:user|model|set|toolOk|toolFailed|toolResult|scheduleTool|decide|expect[A-Z]\w+)$/;
