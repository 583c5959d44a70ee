/** What is looked at inside the options, beside what each part checks of its own. */
import type { SessionEventType } from '../wire/index.ts';
import type { ConversationSettings } from './converse/conversation-settings.ts';
import type { ExtractionOptions } from './extract/extraction-runner.ts';
import type { Extractor } from './extract/extractor.ts';
import type { DecisionSettings, FlowSettings } from './govern/flow-settings.ts';
import type {
  LiveHooks,
  LiveOptions,
  QuietSettings,
  SteeringSettings,
  ToolSettings,
} from './live-options.ts';
import {
  aFunction,
  anything,
  either,
  fields,
  functions,
  isObject,
  isPlainObject,
  listOf,
  oneOf,
  type Shape,
  type ShapeProblem,
  type Shapes,
  unusable,
} from './option-shape.ts';
import { persistenceShape } from './persist/persistence-options.ts';
import type { RedactionOptions, RedactionPattern } from './record/redaction-options.ts';
import { State } from './state/state.ts';
import type { BackgroundPolicy, ToolPolicy } from './tools/tool-policy.ts';
import type { ToolLimits } from './tools/tool-runner-options.ts';
import type { RepromptStage } from './voice/quiet/reprompt.ts';
import type { Watcher } from './watch/watcher.ts';

const background = either(
  (value) => value === true,
  anything,
  fields<BackgroundPolicy>({
    scheduling: oneOf('interrupt', 'whenIdle', 'silent'),
    acknowledgement: anything,
    format: aFunction,
  }),
);

const policy = fields<ToolPolicy>({
  ...{ timeoutMs: anything, kind: anything, once: oneOf(true, false), serial: oneOf(true, false) },
  retry: fields<NonNullable<ToolPolicy['retry']>>({ attempts: anything, delayMs: anything }),
  cache: fields<NonNullable<ToolPolicy['cache']>>({ ttlMs: anything, maxEntries: anything }),
  confirm: either((value) => typeof value === 'function', anything, oneOf(true)),
  idempotencyKey: either((value) => typeof value === 'string', anything, aFunction),
  background,
  compensate: fields<NonNullable<ToolPolicy['compensate']>>({ tool: anything }),
  fillerAfterMs: anything,
});

const toolSettings = fields<ToolSettings>({
  ...{ confirmationProvider: aFunction, onToolCall: aFunction, beforeToolResponse: aFunction },
  middleware: listOf((value, path) => (isObject(value) ? [] : unusable(path, 'an object'))),
  limits: fields<ToolLimits>({
    ...{ maxConcurrentCalls: anything, maxResultBytes: anything, maxArgumentDepth: anything },
    ...{ maxRememberedIds: anything, hookTimeoutMs: anything, admissionWaitMs: anything },
    ...{ confirmationTimeoutMs: anything, batchHoldMs: anything },
  }),
  fillerAfterMs: anything,
  background: anything,
});

const redaction = fields<RedactionOptions>({
  cards: oneOf(true, false),
  digitRuns: anything,
  patterns: listOf(
    either(
      (value) => typeof value === 'string' || value instanceof RegExp,
      anything,
      fields<RedactionPattern>({
        pattern: (value, path) =>
          typeof value === 'string' || value instanceof RegExp
            ? []
            : unusable(path, 'a text or a regular expression'),
        ...{ label: anything, maxLength: anything },
      }),
    ),
  ),
});

const hooks = fields<LiveHooks>({
  ...{ onConnected: functions, onTurnBoundary: functions, onGenerationComplete: functions },
  ...{ onSoftTurn: functions, onTeardown: functions },
});

const quiet = fields<QuietSettings>({
  reprompt: fields<RepromptStage>({ afterMs: anything, text: anything }),
  softTurnMs: anything,
  deadAir: anything,
});

const steering = fields<SteeringSettings>({
  mode: oneOf('instructionUpdate', 'contextInjection', 'hybrid', 'contextUpdate'),
  contextDelivery: oneOf('immediate', 'deferred'),
  toolAdvisory: oneOf(true, false),
  ...{ amendment: aFunction, template: aFunction },
});

const governing: Shapes<Omit<FlowSettings<never>, 'flow'>> = {
  ...{ mode: oneOf('enforce', 'observe'), ambientTools: listOf(anything) },
  ...{ onStepEnter: namedObject, stageTiming: namedObject },
  decisions: fields<DecisionSettings>({ model: namedObject, timeoutMs: anything }),
};

const flow = fields<FlowSettings<never>>({ flow: anything, ...governing });

const conversation = fields<ConversationSettings<never>>({
  ...{ document: anything, textModel: namedObject, fetch: aFunction, env: aFunction, now: aFunction },
  ...{ maxResponseBytes: anything, preferMocks: oneOf(true, false) },
  ...governing,
});

/** An extractor that was made by a class has fields of its own; whether it is one at all is checked elsewhere. */
const extractor = either(
  (value) => isPlainObject(value) && 'extract' in value,
  fields<Extractor>({
    ...{ name: anything, window: anything, promote: listOf(namedObject), remember: oneOf(true, false) },
    trigger: either(
      isObject,
      fields<{ everyTurns: number }>({ everyTurns: anything }),
      oneOf('everyTurn', 'afterToolCall', 'phaseChange', 'generationComplete'),
    ),
    ...{ timeoutMs: anything, problems: anything, shouldExtract: aFunction, extract: anything },
    ...{ mayWrite: aFunction, onComplete: aFunction, warmUp: aFunction },
  }),
  anything,
);

const PREDICATES = ['changed', 'changedTo', 'changedFrom', 'crossedAbove', 'crossedBelow', 'becameTrue'];
const predicateType = oneOf(...PREDICATES, 'becameFalse', 'custom');

const watcher: Shape = (value, path) => {
  if (!isObject(value)) return unusable(path, 'an object');
  const { predicate } = value as Partial<Watcher>;
  if (!isObject(predicate)) return unusable(`${path}.predicate`, 'an object with a type');
  const found = predicateType(predicate.type, `${path}.predicate.type`);
  return predicate.type === 'custom'
    ? [...found, ...aFunction(predicate.test, `${path}.predicate.test`)]
    : found;
};

const tool: Shape = (value, path) => {
  if (!isObject(value)) return unusable(path, 'a tool or a declaration');
  const { name, policy: given } = value as { readonly name?: unknown; readonly policy?: unknown };
  const at = typeof name === 'string' && name !== '' ? `tools.${name.slice(0, 128)}` : path;
  return given === undefined ? [] : policy(given, `${at}.policy`);
};

/** The functions are looked at here; which types of events there are, in `event-names.ts`. */
const listeners: Shape = (value, path) => {
  if (!isObject(value)) return unusable(path, 'an object of listeners by type');
  return Object.entries(value).flatMap(([type, given]) =>
    given === undefined ? [] : functions(given, `${path}.${type}`),
  );
};

const sessionListeners = fields<Record<SessionEventType, unknown>>({
  ...{ connected: functions, textDelta: functions, textComplete: functions, audioData: functions },
  ...{ inputTranscription: functions, outputTranscription: functions, thought: functions },
  ...{ toolCall: functions, toolCallCancelled: functions, turnComplete: functions },
  ...{ generationComplete: functions, interrupted: functions, phaseChanged: functions, goAway: functions },
  ...{ disconnected: functions, error: functions, sessionResumeUpdate: functions, usage: functions },
  ...{ voiceActivityStart: functions, voiceActivityEnd: functions, media: functions, grounding: functions },
  ...{ executableCode: functions, codeExecutionResult: functions, interactionStatus: functions },
  ...{ waitingForInput: functions, unknown: functions, connectionChanged: functions },
  ...{ turnCutOff: functions, rotated: functions },
});

const SHAPES: { readonly [Name in keyof LiveOptions]: Shape } = {
  ...{
    redaction,
    toolSettings,
    hooks,
    quiet,
    steering,
    flow,
    conversation,
    on: listeners,
    onSession: sessionListeners,
    persistence: persistenceShape,
  },
  ...{ tools: listOf(tool), extractors: listOf(extractor), watchers: listOf(watcher) },
  ...{ computed: listOf(namedObject), patterns: listOf(namedObject), voiceRules: listOf(aFunction) },
  phases: (value, path) =>
    isObject(value) && 'phases' in value && Array.isArray(value.phases)
      ? listOf(namedObject)(value.phases, `${path}.phases`)
      : unusable(path, 'an object with a list of `phases`'),
  extraction: fields<ExtractionOptions>({ timeoutMs: anything, orderWaitMs: anything, waitMs: anything }),
  state: (value, path) =>
    value instanceof State ? [] : unusable(path, 'a State: make one with `new State()`'),
};

function namedObject(value: unknown, path: string): readonly ShapeProblem[] {
  return isObject(value) ? [] : unusable(path, 'an object');
}

/** What is wrong inside the options, by the name of each option. */
export function shapeProblems(options: LiveOptions): ReadonlyMap<string, readonly ShapeProblem[]> {
  const found = new Map<string, readonly ShapeProblem[]>();
  for (const [name, shape] of Object.entries(SHAPES)) {
    const value = options[name as keyof LiveOptions];
    const problems = value === undefined || shape === undefined ? [] : shape(value, name);
    if (problems.length > 0) found.set(name, problems);
  }
  return found;
}
