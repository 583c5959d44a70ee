/** The shape of flows, and of the parts that conversation documents share with them. */
import type {
  CommitDefinition,
  Constraint,
  CorrectionDefinition,
  DigressionDefinition,
  Edge,
  FlowDefinition,
  LayerDefinition,
  Question,
  StepDefinition,
  StepRepair,
  StepTiming,
} from '../definition/flow-definition.ts';
import { guardShape as guard } from './guard-shape.ts';
import {
  amount,
  count,
  either,
  flag,
  list,
  map,
  name,
  object,
  one,
  pair,
  ratio,
  type Shape,
  text,
  words,
} from './shape.ts';

const names = list(name);

export const edgeShape: Shape<Edge> = either(
  name,
  object<Exclude<Edge, string>>(undefined, { step: name, when: guard }, {}),
);

export const joinShape: Shape<'all' | 'any'> = words({ all: 1, any: 1 });
export const resumeShape: Shape<'previous' | 'restart' | 'terminate'> = words({
  previous: 1,
  restart: 1,
  terminate: 1,
});

export const timingShape: Shape<StepTiming> = object<StepTiming>(
  undefined,
  {},
  {
    repromptAfterMs: amount,
    reprompt: text,
    fillerAfterMs: amount,
    interruptible: flag,
    endOfSpeechMs: amount,
    contextDelivery: words({ immediate: 1, deferred: 1 }),
  },
);

export const repairShape: Shape<StepRepair> = object<StepRepair>(
  undefined,
  {},
  {
    repromptAfter: count,
    escalateAfter: count,
    escalateAfterInterruptions: count,
    escalateAfterToolFailures: count,
    escalateTo: name,
  },
);

export const commitShape: Shape<CommitDefinition> = object<CommitDefinition>(
  undefined,
  { tool: name, until: guard },
  { binds: map(name) },
);

type Member<Tag extends string> = Extract<Constraint, Readonly<Record<Tag, unknown>>>[Tag &
  keyof Extract<Constraint, Readonly<Record<Tag, unknown>>>];

export const constraintShape: Shape<Constraint> = one<Constraint>({
  once: name,
  before: pair(name, name),
  neverUntil: object<Member<'neverUntil'>>(undefined, { tool: name, until: guard }, {}),
  require: names,
  reset: object<Member<'reset'>>(undefined, { steps: names, when: guard }, { clears: names }),
  commit: commitShape,
});

/** The shape of a step. */
export const stepShape: Shape<StepDefinition> = object<StepDefinition>(
  undefined,
  { id: name },
  {
    after: list(edgeShape),
    join: joinShape,
    gate: guard,
    done: guard,
    posture: text,
    ground: text,
    allow: names,
    deny: names,
    terminal: flag,
    verbatim: text,
    timing: timingShape,
    repair: repairShape,
  },
);

export const questionShape: Shape<Question> = object<Question>(
  undefined,
  { id: name, ask: text, type: words({ boolean: 1, choice: 1, score: 1 }) },
  { options: names, optionsFrom: name, none: flag, writes: name, threshold: ratio },
);

const layerParts = { constraints: list(constraintShape), confirmTools: names, ambient: names };

/** The shape of what a digression runs. */
export const layerShape: Shape<LayerDefinition> = object<LayerDefinition>(
  undefined,
  { steps: list(stepShape) },
  layerParts,
);

export const digressionShape: Shape<DigressionDefinition> = object<DigressionDefinition>(
  undefined,
  { name, trigger: guard, flow: layerShape },
  { resume: resumeShape },
);

export const correctionShape: Shape<CorrectionDefinition> = object<CorrectionDefinition>(
  undefined,
  { slot: name },
  { clears: names, reopens: names },
);

/** The shape of a flow. */
export const flowShape: Shape<FlowDefinition> = object<FlowDefinition>(
  undefined,
  { name, steps: list(stepShape) },
  {
    $schema: text,
    ...layerParts,
    digressions: list(digressionShape),
    corrections: list(correctionShape),
    decisions: list(questionShape),
  },
);
