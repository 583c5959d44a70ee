/** What users, models and tools may do in a conversation, as its document lets one guess. */
import type { CompiledFlow, CompiledLayer } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import type { ToolSpec } from '../conversation/conversation-document.ts';
import type { Question } from '../definition/flow-definition.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import { isRuntimeKey } from '../runtime-keys.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { JsonValue } from '../state-reader.ts';
import { atomsOf, guardsOf } from './flow-guards.ts';
import type { Invariant } from './invariant.ts';
import { utterancesFor } from './utterances.ts';
import { type ValueDomain, valueDomain } from './value-domain.ts';

/** One thing that is done: steps of a scenario that belong together. */
export type Move = readonly ScenarioStep[];

export interface Repertoire {
  readonly flow: CompiledFlow;
  readonly domain: ValueDomain;
  /** What writes a state key, by key; calls of tools are in `toolsWriting`. */
  readonly writers: ReadonlyMap<string, readonly Move[]>;
  readonly toolsWriting: ReadonlyMap<string, readonly string[]>;
  readonly questions: ReadonlyMap<string, readonly Move[]>;
  /** Tools of the flow and of what must be so. */
  readonly tools: ReadonlyMap<string, ToolSpec | undefined>;
  /** State keys that arguments should be equal to, by tool and argument. */
  readonly binds: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Everything but calls. */
  readonly moves: readonly Move[];
  /** A user who says nothing to the point, long enough for every repair. */
  readonly stall: Move;
  /** The verbatim text of a step, by `verbatim:{step}`. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Words that no recogniser makes anything of. */
const TO_NO_POINT: ScenarioStep = { user: 'well, the weather' };

export function repertoireOf(
  target: CompiledConversation | CompiledFlow,
  invariants: readonly Invariant[],
): Repertoire {
  const flow = 'flow' in target ? target.flow : target;
  const conversation = 'flow' in target ? target : undefined;
  const guards = guardsOf(flow, invariants);
  const slots = invariants.flatMap((one) => ('afterCorrection' in one ? [one.afterCorrection] : []));
  const binds = bindsOf(flow, invariants);
  const bound = [...binds.values()].flatMap((each) => [...each.values()]);
  const corrected = flow.corrections.map(({ slot }) => slot);
  const keys = [...guardMentions({ all: guards }).keys, ...slots, ...bound, ...corrected];
  const domain = valueDomain(atomsOf(guards), keys);
  const toolsWriting = writtenByTools(conversation?.tools ?? []);
  const texts = textsOf(flow);
  const questions = new Map(flow.decisions.map((question) => [question.id, answersTo(question)]));
  const stall = stallOf(flow);
  const writers = new Map<string, Move[]>();
  for (const [key, values] of domain) {
    writers.set(key, writersOf(key, values, { conversation, flow, toolsWriting, texts, questions, stall }));
  }
  const spoken = (conversation?.slots ?? []).flatMap((slot) =>
    said(utterancesFor(slot, domain.get(slot.stateKey) ?? [])),
  );
  const wanted = invariants.flatMap((one) => ('said' in one ? [one.said] : []));
  const words = [...texts.values(), ...wanted].flatMap(
    (text) =>
      [
        [{ model: text }, 'turn'],
        [{ model: paraphrase(text) }, 'turn'],
      ] as Move[],
  );
  const moves: readonly Move[] = distinct([
    ['turn'],
    [TO_NO_POINT],
    ['interrupt'],
    ...said(['yes', 'no']),
    ...spoken,
    ...[...writers].filter(([key]) => !isRuntimeKey(key)).flatMap(([, each]) => each),
    ...words,
    ...[...questions.values()].flat(),
    stall,
  ]);
  return {
    flow,
    domain,
    writers,
    toolsWriting,
    questions,
    tools: toolsOf(flow, conversation, invariants),
    moves,
    stall,
    texts,
    binds,
  };
}

export function layersOf(flow: CompiledFlow): readonly CompiledLayer[] {
  return [flow.main, ...flow.digressions.map(({ layer }) => layer)];
}

function writersOf(
  key: string,
  values: readonly JsonValue[],
  {
    conversation,
    flow,
    toolsWriting,
    texts,
    questions,
    stall,
  }: Pick<Repertoire, 'flow' | 'toolsWriting' | 'texts' | 'questions' | 'stall'> & {
    readonly conversation: CompiledConversation | undefined;
  },
): Move[] {
  const text = texts.get(key);
  if (text !== undefined) return [[{ model: text }, 'turn']];
  if (key.startsWith('repair:')) return [stall];
  if (isRuntimeKey(key)) return [];
  const slot = conversation?.slots.find((one) => one.stateKey === key || `${one.stateKey}:confirmed` === key);
  if (slot !== undefined && slot.stateKey !== key) return [...said(['yes', 'no'])];
  const answers = flow.decisions.flatMap((question) =>
    question.writes === key ? (questions.get(question.id) ?? []) : [],
  );
  const words = slot === undefined ? [] : said(utterancesFor(slot, values));
  const isPromoted = conversation?.extractors.some(({ promote = [] }) =>
    promote.some(({ field, stateKey = field }) => stateKey === key),
  );
  const isInput = conversation?.document.inputs?.some(
    (input) => input === key || (input.endsWith('*') && key.startsWith(input.slice(0, -1))),
  );
  const others = toolsWriting.has(key) || answers.length + words.length > 0;
  const sets: readonly Move[] =
    isPromoted || isInput || !others ? values.map((value) => [{ set: { key, value } }, 'turn']) : [];
  return [...words, ...answers, ...sets];
}

function said(words: readonly string[]): readonly Move[] {
  return words.map((user) => [{ user }]);
}

/** Each answer, in a turn of its own and before a call. */
function answersTo({ id, type, options = [], none }: Question): readonly Move[] {
  const values: readonly (boolean | string | number)[] =
    type === 'boolean'
      ? [true, false]
      : type === 'score'
        ? [1, 0.5, 0]
        : [...options, ...(none ? ['none'] : [])];
  const unsure: ScenarioStep = { decide: { [id]: { outcome: 'unsure', confidence: 0.5 } } };
  return [
    ...values.flatMap((value): readonly Move[] => [
      [{ decide: { [id]: value } }],
      [{ decide: { [id]: value } }, 'turn'],
    ]),
    [unsure],
  ];
}

function writtenByTools(tools: readonly ToolSpec[]): ReadonlyMap<string, readonly string[]> {
  const writing = new Map<string, string[]>();
  for (const { name, mock, saves } of tools) {
    for (const key of [...Object.keys(mock?.set ?? {}), ...Object.keys(saves ?? {})]) {
      writing.set(key, [...(writing.get(key) ?? []), name]);
    }
  }
  return writing;
}

function textsOf(flow: CompiledFlow): ReadonlyMap<string, string> {
  return new Map(
    layersOf(flow).flatMap(({ steps }) =>
      steps.flatMap(({ id, verbatim }) =>
        verbatim === undefined ? [] : [[`verbatim:${id}`, verbatim] as const],
      ),
    ),
  );
}

/** Every second word of a text. */
function paraphrase(text: string): string {
  return text
    .split(/\s+/)
    .filter((_, index) => index % 2 === 0)
    .join(' ');
}

function stallOf(flow: CompiledFlow): Move {
  const turns = flow.main.steps.map(({ repair }) => repair?.escalateAfter ?? 4);
  return Array.from({ length: Math.min(20, Math.max(2, ...turns) + 1) }, () => TO_NO_POINT);
}

function toolsOf(
  flow: CompiledFlow,
  conversation: CompiledConversation | undefined,
  invariants: readonly Invariant[],
): ReadonlyMap<string, ToolSpec | undefined> {
  const named = invariants.flatMap((one) => toolOf(one) ?? []);
  const specs = new Map(conversation?.tools.map((spec) => [spec.name, spec]));
  return new Map([...flow.tools, ...specs.keys(), ...named].map((name) => [name, specs.get(name)]));
}

/** The tool that a promise is about. */
export function toolOf(one: Invariant): string | undefined {
  if ('neverRuns' in one) return one.neverRuns;
  if ('atMostOnce' in one) return one.atMostOnce;
  if ('bound' in one) return one.bound.tool;
  if ('sameArguments' in one) return one.sameArguments;
  if ('said' in one) return one.before;
  if ('deniedDuring' in one) return one.deniedDuring[1];
  if ('afterCorrection' in one) return one.denies;
  return 'usable' in one ? one.usable : undefined;
}

function bindsOf(
  flow: CompiledFlow,
  invariants: readonly Invariant[],
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const binds = new Map<string, Map<string, string>>();
  const bind = (tool: string, argument: string, key: string): void => {
    binds.set(tool, (binds.get(tool) ?? new Map<string, string>()).set(argument, key));
  };
  for (const one of invariants) {
    if ('bound' in one) bind(one.bound.tool, one.bound.argument, one.bound.stateKey);
  }
  for (const { tool, commit } of layersOf(flow).flatMap(({ rules }) => rules)) {
    for (const [argument, key] of Object.entries(commit?.binds ?? {})) bind(tool, argument, key);
  }
  return binds;
}

function distinct(moves: readonly Move[]): readonly Move[] {
  return [...new Map(moves.map((move) => [JSON.stringify(move), move])).values()];
}
