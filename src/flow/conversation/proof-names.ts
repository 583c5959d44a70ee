/** Names in the scenarios and invariants of a document: a typo there would prove nothing, for ever. */
import type { ProblemList } from '../compile/problem-list.ts';
import { quoted } from '../compile/problem-list.ts';
import type { Invariant } from '../fuzz/invariant.ts';
import type { Guard } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { ConversationDocument } from './conversation-document.ts';

/** What there is to be named. Without `tools` nobody knows which there are. */
export interface ProofNames {
  readonly tools: readonly string[] | undefined;
  readonly stages: readonly string[];
  readonly digressions: readonly string[];
  readonly questions: readonly string[];
}

/** As if a step, or an invariant, had the fields of all kinds. */
type Fields = Readonly<Record<string, unknown>>;

export function checkProofNames(
  { scenarios = [], invariants = [] }: Pick<ConversationDocument, 'scenarios' | 'invariants'>,
  names: ProofNames,
  problems: ProblemList,
): void {
  const look =
    (
      known: readonly string[] | undefined,
      what: string,
      kind: 'unknownTool' | 'unknownStep' | 'unknownQuestion',
    ) =>
    (name: unknown, path: string): void => {
      if (known === undefined || typeof name !== 'string' || known.includes(name)) return;
      problems.unknown(kind, path, `There is no ${what} ${quoted(name)}.`, name, known);
    };
  const looks: Looks = {
    tool: look(names.tools, 'tool', 'unknownTool'),
    stage: look(names.stages, 'stage', 'unknownStep'),
    digression: look(names.digressions, 'digression', 'unknownStep'),
    question: look(names.questions, 'question', 'unknownQuestion'),
  };
  scenarios.forEach(({ steps }, at) => {
    steps.forEach((step, index) => {
      if (typeof step === 'object') checkStep(step, `scenarios[${at}].steps[${index}]`, looks);
    });
  });
  for (const [index, invariant] of invariants.entries()) {
    checkInvariant(invariant, `invariants[${index}]`, looks);
  }
}

type Look = (name: unknown, path: string) => void;
interface Looks {
  readonly tool: Look;
  readonly stage: Look;
  readonly digression: Look;
  readonly question: Look;
}

function checkStep(step: Exclude<ScenarioStep, string>, path: string, looks: Looks): void {
  const fields: Fields = { ...step };
  for (const [field, value] of Object.entries(fields)) {
    const at = `${path}.${field}`;
    if (
      ['toolOk', 'toolFailed', 'toolResult', 'scheduleTool', 'expectAllowed', 'expectDenied'].includes(field)
    ) {
      if (isObject(value)) looks.tool(value.tool, `${at}.tool`);
      else looks.tool(value, at);
    } else if (['expectActive', 'expectDone', 'expectOpen'].includes(field)) each(value, at, looks.stage);
    else if (field === 'expectPath') each(value, at, looks.digression);
    else if (field === 'decide' && isObject(value)) {
      for (const question of Object.keys(value)) looks.question(question, `${at}.${question}`);
    }
  }
}

function checkInvariant(invariant: Invariant, path: string, looks: Looks): void {
  const fields: Fields = { ...invariant };
  const { bound, beforeStep, deniedDuring, escalates } = fields;
  for (const field of ['neverRuns', 'atMostOnce', 'sameArguments', 'usable', 'denies', 'before']) {
    looks.tool(fields[field], `${path}.${field}`);
  }
  for (const field of ['reachable', 'reopens']) looks.stage(fields[field], `${path}.${field}`);
  looks.digression(fields.ends, `${path}.ends`);
  if (isObject(bound)) looks.tool(bound.tool, `${path}.bound.tool`);
  each(beforeStep, `${path}.beforeStep`, looks.stage);
  each(escalates, `${path}.escalates`, looks.stage);
  if (Array.isArray(deniedDuring)) {
    looks.stage(deniedDuring[0], `${path}.deniedDuring[0]`);
    looks.tool(deniedDuring[1], `${path}.deniedDuring[1]`);
  }
  for (const field of ['unless', 'while']) {
    const guard = fields[field];
    if (guard === undefined) continue;
    // The shape of the document was checked.
    const { tools, steps, questions } = guardMentions(guard as Guard);
    for (const name of tools) looks.tool(name, `${path}.${field}`);
    for (const name of steps) looks.stage(name, `${path}.${field}`);
    for (const name of questions) looks.question(name, `${path}.${field}`);
  }
}

function each(list: unknown, path: string, look: Look): void {
  if (!Array.isArray(list)) return;
  for (const [index, name] of list.entries()) look(name, `${path}[${index}]`);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
