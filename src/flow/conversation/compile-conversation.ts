/** From a conversation document to the flow, slots, tools and settings that a session runs. */
import { asUnguarded, compileLowered } from '../compile/compile-flow.ts';
import type { FlowProblemKind } from '../compile/compiled-flow.ts';
import { frozen } from '../compile/freeze.ts';
import { createProblemList, type ProblemList, quoted } from '../compile/problem-list.ts';
import type { Constraint, DigressionDefinition, FlowDefinition } from '../definition/flow-definition.ts';
import { attempt } from '../fault.ts';
import { calendarTime } from '../recognise/calendar.ts';
import { conversationShape } from '../shape/conversation-shape.ts';
import { readDocument } from '../shape/read-document.ts';
import { checkBoundArguments } from './bound-arguments.ts';
import type { CompiledSlot, ConversationResult } from './compiled-conversation.ts';
import { compiledTools } from './compiled-tools.ts';
import { consentsOf, withConsent } from './consent-slots.ts';
import type { ConversationDocument } from './conversation-document.ts';
import { correctionsOf } from './corrections-of.ts';
import { createDocumentPaths, type DocumentPaths, documentProblems } from './document-paths.ts';
import { checkPatterns } from './document-patterns.ts';
import { foundIn } from './found-in.ts';
import { type KeyOwners, keyOwners } from './key-owners.ts';
import { lowerStages } from './lower-stages.ts';
import { checkProofNames } from './proof-names.ts';
import { safetyDigression } from './safety-digression.ts';
import { type PlacedStage, type SlotIndex, slotIndex } from './slot-index.ts';
import { type Lowering, stageLayer } from './stage-layer.ts';

/** What the document is compiled among. */
export interface ConversationSurroundings {
  /** Names of tools that code registers, beside those of the document. Absent, and none in the document: not checked. */
  readonly tools?: readonly string[];
  /** State keys that code writes, beside `inputs`. `prefix:*` stands for all that begin so. */
  readonly writes?: readonly string[];
}

/** What the safety policy adds, by name. */
const SAFETY = ['safety', 'safety:end'];
/** Stages of one document, those of its digressions included. */
const MAX_STAGES = 1000;

/**
 * Checks a conversation document, given as data or as JSON text, and lowers it. All problems are reported at once, with
 * places in the document; a broken text, or data of another shape, stops the other checks. Never throws.
 */
export function compileConversation(
  document: ConversationDocument | string | unknown,
  surroundings: ConversationSurroundings = {},
): ConversationResult {
  const reading = readDocument<ConversationDocument>(document, conversationShape);
  if (!reading.ok) return { ok: false, problems: reading.problems.map(asUnguarded) };
  return compileChecked(reading.value, surroundings);
}

function compileChecked(
  document: ConversationDocument,
  { tools: registered, writes = [] }: ConversationSurroundings,
): ConversationResult {
  const problems = createProblemList();
  const stages = placedStages(document);
  if (stages.length > MAX_STAGES) {
    const message = `A conversation has ${MAX_STAGES} stages at most, its digressions included; this one has ${stages.length}.`;
    return { ok: false, problems: [{ kind: 'tooLarge', path: 'stages', message }] };
  }
  checkDocument(document, stages, problems);
  const slots = slotIndex(document, stages, problems);
  checkPatterns(document, slots.slots, problems);
  const owners = keyOwners(document, slots, writes, problems);
  const tools = compiledTools(document, stages, registered ?? [], problems);
  checkBoundArguments(document, stages, problems);
  const known = document.tools !== undefined || registered !== undefined;
  const toolNames = [...tools.map(({ name }) => name), ...(registered ?? [])];
  checkProofNames(
    document,
    {
      tools: known ? toolNames : undefined,
      stages: [...stages.map(({ stage }) => stage.id), ...SAFETY],
      digressions: [...(document.digressions ?? []).map(({ name }) => name), ...SAFETY],
      questions: (document.decisions ?? []).map(({ id }) => id),
    },
    problems,
  );
  const paths = createDocumentPaths();
  const definition = lowered(document, slots, owners, paths, problems);
  const compiled = compileLowered(definition, {
    writes: owners.writes,
    ...(known && { tools: toolNames }),
  });
  const found = problems.found;
  const flowProblems = compiled.ok ? [] : documentProblems(compiled.problems, paths);
  // What follows from a wrong name or a broken way says nothing new.
  const news = found.length === 0 ? flowProblems : flowProblems.filter(({ kind }) => !CONSEQUENCES.has(kind));
  if (!compiled.ok || found.length > 0) return { ok: false, problems: [...found, ...news] };
  const { name, extractors = [], state = {}, scenarios = [], policies } = document;
  const collected = slots.slots.filter(({ stages: collectors }) => collectors.length > 0);
  const secret = slots.slots.filter(({ pii }) => pii === true).map(({ stateKey }) => stateKey);
  const waiting = consentsOf(compiled.flow, tools);
  const conversation = {
    name,
    document,
    flow: compiled.flow,
    slots: collected.map(({ path: _, ...slot }): CompiledSlot => withConsent(slot, waiting)),
    extractors,
    tools,
    state,
    redact: [...new Set([...(policies?.redact ?? []), ...secret])],
    scenarios,
  };
  return { ok: true, conversation: frozen(conversation) };
}

const CONSEQUENCES: ReadonlySet<FlowProblemKind> = new Set([
  'unreachableStep',
  'unsatisfiableGuard',
  'missingDone',
  'duplicate',
]);

/** All stages, those of digressions behind. */
export function placedStages({ stages, digressions = [] }: ConversationDocument): readonly PlacedStage[] {
  const placed = (list: ConversationDocument['stages'], path: string): PlacedStage[] =>
    list.map((stage, index) => ({ stage, path: `${path}[${index}]` }));
  return [
    ...placed(stages, 'stages'),
    ...digressions.flatMap((digression, index) => placed(digression.stages, `digressions[${index}].stages`)),
  ];
}

function checkDocument(
  { timeZone }: ConversationDocument,
  stages: readonly PlacedStage[],
  problems: ProblemList,
): void {
  const seen = new Map<string, string>();
  for (const { stage, path } of stages) {
    const first = seen.get(stage.id);
    if (first === undefined) seen.set(stage.id, path);
    else {
      const message = `The stage ${quoted(stage.id)} is also at ${first}: ids are of one stage, digressions included.`;
      problems.add('duplicate', `${path}.id`, message);
    }
  }
  if (timeZone === undefined) return;
  const isKnown = attempt(() => calendarTime(0, timeZone).year > 0, false, 'timeZone', []);
  if (!isKnown)
    problems.add('invalid', 'timeZone', 'It is no time zone: use a name such as "Europe/Berlin".');
}

/** The flow that a document stands for. */
function lowered(
  document: ConversationDocument,
  slots: SlotIndex,
  owners: KeyOwners,
  paths: DocumentPaths,
  problems: ProblemList,
): FlowDefinition {
  const { name, stages, digressions = [], constraints = [], require, decisions, repair } = document;
  const { ambient, confirmTools, policies = {} } = document;
  const common = { ...(ambient && { ambient }), ...(confirmTools && { confirmTools }) };
  const lowering: Lowering = {
    slots,
    paths,
    problems,
    repair,
    foundIn: (opened, layer, guards) => foundIn(opened, layer, guards, slots, owners),
  };
  const main = stageLayer(stages, 'stages', '', slots, problems);
  const required: Constraint[] = require === undefined ? [] : [{ require }];
  paths.add(`constraints[${constraints.length}].require`, 'require', 'inner');
  const safety = safetyDigression(policies, 'digressions[0]', paths);
  const others = digressions.map(({ stages: inner, ...digression }, index): DigressionDefinition => {
    const at = `digressions[${index + safety.length}]`;
    paths.add(at, `digressions[${index}]`, 'inner');
    paths.add(`${at}.flow`, `digressions[${index}]`);
    for (const field of Object.keys(common)) paths.add(`${at}.flow.${field}`, field, 'inner');
    const layer = stageLayer(inner, `digressions[${index}].stages`, `${at}.flow.`, slots, problems);
    return { ...digression, flow: { ...lowerStages(layer, [], lowering), ...common } };
  });
  const corrections = correctionsOf(slots, main, constraints, owners);
  corrections.forEach(({ of }, index) => {
    paths.add(`corrections[${index}]`, of.path);
  });
  return {
    name,
    ...lowerStages(main, [...constraints, ...required], lowering),
    ...common,
    digressions: [...safety, ...others],
    corrections: corrections.map(({ of: _, ...correction }) => correction),
    ...(decisions && { decisions }),
  };
}
