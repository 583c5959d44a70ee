/** The shape of conversation documents. */
import type {
  ConversationDigression,
  ConversationDocument,
  ConversationPolicies,
  ExtractorSpec,
  FrameDefinition,
  RecogniserSpec,
  SlotDefinition,
  SlotValidator,
  StageDefinition,
  ToolSpec,
} from '../conversation/conversation-document.ts';
import {
  commitShape,
  constraintShape,
  edgeShape,
  joinShape,
  questionShape,
  repairShape,
  resumeShape,
  timingShape,
} from './flow-shape.ts';
import { guardShape as guard } from './guard-shape.ts';
import { invariantShape } from './invariant-shape.ts';
import { scenarioShape } from './scenario-shape.ts';
import {
  amount,
  count,
  either,
  flag,
  json,
  list,
  map,
  name,
  named,
  natural,
  number,
  object,
  one,
  ratio,
  type Shape,
  text,
  words,
} from './shape.ts';

const names = list(name);
const values = map(json);

type Spelt = Extract<RecogniserSpec, string>;
type Options<Tag extends string> = Extract<RecogniserSpec, Readonly<Record<Tag, unknown>>>[Tag &
  keyof Extract<RecogniserSpec, Readonly<Record<Tag, unknown>>>];

const recogniser: Shape<RecogniserSpec> = named(
  'RecogniserSpec',
  either(
    words<Spelt>({ yesNo: 1, integer: 1, money: 1, digits: 1, dateTime: 1, email: 1, phone: 1 }),
    one<Exclude<RecogniserSpec, string>>({
      integer: object<Options<'integer'>>(undefined, {}, { anchors: names, min: number, max: number }),
      money: object<Options<'money'>>(undefined, {}, { dollar: name }),
      digits: object<Options<'digits'>>(undefined, {}, { min: natural, max: natural }),
      pattern: { of: text, required: {}, optional: { flags: text } },
      oneOf: either(names, map(names)),
      fuzzy: { of: names, required: {}, optional: { threshold: ratio } },
    }),
  ),
);

const slot: Shape<SlotDefinition> = object<SlotDefinition>(
  'SlotDefinition',
  { name },
  {
    stateKey: name,
    description: text,
    prompt: text,
    reprompt: text,
    confirm: words({ never: 1, lowConfidence: 1, always: 1 }),
    pii: flag,
    recogniser,
    validator: object<SlotValidator>(
      'SlotValidator',
      {},
      {
        min: number,
        max: number,
        minLength: natural,
        maxLength: natural,
        pattern: text,
        oneOf: list(json),
      },
    ),
    heard: words({ anytime: 1, whileAsked: 1 }),
    correctable: flag,
  },
);

type WayOut = Exclude<NonNullable<StageDefinition['next']>[number], string>;

const stage: Shape<StageDefinition> = object<StageDefinition>(
  'StageDefinition',
  { id: name },
  {
    instruction: text,
    ground: text,
    collect: names,
    frame: name,
    allow: names,
    deny: names,
    done: guard,
    commit: commitShape,
    next: list(either(name, object<WayOut>(undefined, { to: name, when: guard }, {}))),
    after: list(edgeShape),
    join: joinShape,
    terminal: flag,
    repair: repairShape,
    timing: timingShape,
    verbatim: text,
  },
);

const policies: Shape<ConversationPolicies> = object<ConversationPolicies>(
  'ConversationPolicies',
  {},
  {
    redact: names,
    safety: object<NonNullable<ConversationPolicies['safety']>>(
      undefined,
      { intents: names, say: text },
      { tool: name },
    ),
    commit: map(
      object<NonNullable<ConversationPolicies['commit']>[string]>(
        undefined,
        {},
        { idempotencyKey: text, compensateWith: name },
      ),
    ),
  },
);

const toolSpec: Shape<ToolSpec> = object<ToolSpec>(
  'ToolSpec',
  { name, description: text },
  {
    parameters: values,
    kind: words({ read: 1, commit: 1 }),
    mock: object<NonNullable<ToolSpec['mock']>>(
      undefined,
      {},
      { response: json, set: values, fail: text, only: map(list(json)) },
    ),
    http: object<NonNullable<ToolSpec['http']>>(
      undefined,
      { url: text },
      { method: words({ GET: 1, POST: 1, PUT: 1, PATCH: 1, DELETE: 1 }), headers: map(text) },
    ),
    saves: map(name),
    handoff: flag,
    timeoutMs: amount,
    background: flag,
    fillerAfterMs: amount,
  },
);

type Promotion = NonNullable<ExtractorSpec['promote']>[number];

const extractor: Shape<ExtractorSpec> = object<ExtractorSpec>(
  'ExtractorSpec',
  { name, prompt: text, schema: values },
  {
    promote: list(
      object<Promotion>(
        undefined,
        { field: name },
        { stateKey: name, merge: words({ keepKnown: 1, overwrite: 1, trueOnly: 1, nonEmpty: 1 }) },
      ),
    ),
    window: count,
  },
);

/** The shape of a whole conversation. */
export const conversationShape: Shape<ConversationDocument> = object<ConversationDocument>(
  'ConversationDocument',
  { name, stages: list(stage) },
  {
    $schema: text,
    version: text,
    description: text,
    instruction: text,
    greeting: text,
    voice: name,
    language: name,
    timeZone: name,
    temperature: amount,
    state: values,
    inputs: names,
    frames: map(object<FrameDefinition>('FrameDefinition', { slots: list(slot) }, {})),
    digressions: list(
      object<ConversationDigression>(
        'ConversationDigression',
        { name, trigger: guard, stages: list(stage) },
        { resume: resumeShape },
      ),
    ),
    require: names,
    constraints: list(constraintShape),
    ambient: names,
    confirmTools: names,
    repair: repairShape,
    policies,
    decisions: list(questionShape),
    tools: list(toolSpec),
    extractors: list(extractor),
    scenarios: list(scenarioShape),
    invariants: list(invariantShape),
  },
);
