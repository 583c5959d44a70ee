/** Options, checked once and all at once, as the parts of a session want them. */

import type { CompiledFlow } from '../flow/compile/compiled-flow.ts';
import type { CompiledConversation } from '../flow/conversation/compiled-conversation.ts';
import { didYouMean } from '../flow/index.ts';
import { onceTools } from '../flow/monitor/tool-calls.ts';
import { createPhaseGraph, type PhaseConfig, type PhaseGraph } from '../flow/phases/index.ts';
import {
  type Environment,
  type ModelProfile,
  profileOf,
  type SessionConfig,
  type Tool,
} from '../wire/index.ts';
import { unknownEvents } from './event-names.ts';
import { checkExtractors } from './extract/check-extractors.ts';
import { type ResolvedFlow, resolveFlow } from './govern/resolve-flow.ts';
import type { HookContext, LiveOptions, LivePhase, ToolSettings } from './live-options.ts';
import { unknownOptions } from './option-names.ts';
import { isObject } from './option-shape.ts';
import { shapeProblems } from './option-shapes.ts';
import { redactionProblems } from './record/redaction-options.ts';
import { withConversation } from './resolve-conversation.ts';
import { type OptionProblem, RuntimeError } from './runtime-error.ts';
import type { ToolDefinition } from './tools/tool-definition.ts';
import { ToolRegistry } from './tools/tool-registry.ts';
import { resolveVoiceOptions, type VoiceSettings } from './voice/uplink/voice-options.ts';
import { watchProblems } from './watch/watch-options.ts';

/** What an agent's sessions have in common. */
export interface ResolvedLive {
  readonly options: LiveOptions;
  readonly profile: ModelProfile;
  /** Everything of the wire session but what steering puts into the setup: instruction and tools. */
  readonly config: SessionConfig;
  readonly voice: VoiceSettings;
  /** Undefined when there are no tools to run. */
  readonly registry: ToolRegistry | undefined;
  /** Declarations of tools that run, then the raw ones. */
  readonly tools: readonly Tool[];
  /** Functions of raw declarations: the application answers them itself. */
  readonly manualTools: ReadonlySet<string>;
  readonly graph: PhaseGraph | undefined;
  readonly phases: ReadonlyMap<string, LivePhase>;
  readonly flow: ResolvedFlow<HookContext> | undefined;
  readonly conversation: CompiledConversation | undefined;
}

const COMPRESSION = { triggerTokens: 100_000, slidingWindow: { targetTokens: 50_000 } } as const;
const NO_PHASES: ReadonlyMap<string, LivePhase> = new Map();
const NO_NAMES: ReadonlySet<string> = new Set();

/** Throws `invalidOptions` with every problem; what only the wire can know comes as its `invalidConfig`. */
export function resolveLiveOptions(given: LiveOptions, env: Environment): ResolvedLive {
  if (!isObject(given)) throw invalidOptions([{ path: 'options', message: 'They must be an object.' }]);
  const problems: OptionProblem[] = [];
  const { options, conversation } = withConversation(usable(given, problems), problems);
  const profile = profileOf(options, env);
  const voice = resolveVoiceOptions(options, options);
  problems.push(...unknownOptions(options), ...unknownEvents(options.on, 'on'));
  problems.push(...voice.problems, ...watchProblems(options));
  problems.push(...checkExtractors(options.extractors ?? []));
  if (options.redaction !== undefined) problems.push(...redactionProblems(options.redaction, 'redaction'));
  const flow = resolveFlow(options.flow, toolNames(options), problems);
  const { registry, raw } = registerTools(options, flow?.compiled, problems);
  const graph = options.phases && graphOf(options, problems);
  if (flow !== undefined) problems.push(...confirmationProblems(options, flow));
  problems.push(...durationProblems(options));
  if (problems.length > 0) throw invalidOptions(problems);
  const declared = registry === undefined ? [] : registry.declarations(profile);
  return {
    options,
    profile,
    config: configOf(options, voice.realtimeInputConfig),
    voice: voice.settings,
    registry,
    tools: declared.length === 0 ? raw : [{ functionDeclarations: declared }, ...raw],
    manualTools: raw.length === 0 ? NO_NAMES : new Set(namesOf(raw)),
    graph,
    flow,
    conversation,
    phases: options.phases ? new Map(options.phases.phases.map((phase) => [phase.name, phase])) : NO_PHASES,
  };
}

/** The options that the checks can look into; what is wrong with the shape of any goes to `problems`. */
function usable(options: LiveOptions, problems: OptionProblem[]): LiveOptions {
  const left: { -readonly [Name in keyof LiveOptions]: LiveOptions[Name] } = { ...options };
  for (const [name, found] of shapeProblems(options)) {
    problems.push(...found.map(({ path, message }) => ({ path, message })));
    if (!found.some(({ isUnusable }) => isUnusable)) continue;
    delete left[name as keyof LiveOptions];
    // What phases and settings say of tools cannot be held against them.
    if (name === 'tools') delete left.phases;
    if (name === 'tools') delete left.flow;
    if (name === 'tools') delete left.conversation;
    if (name === 'tools') delete left.toolSettings;
  }
  return left;
}

function invalidOptions(problems: readonly OptionProblem[]): RuntimeError {
  const list = problems.map(({ path, message }) => `- ${path}: ${message}`).join('\n');
  return new RuntimeError('invalidOptions', `The options of the session cannot be used:\n${list}`, {
    problems,
  });
}

function configOf(options: LiveOptions, realtimeInput: SessionConfig['realtimeInputConfig']): SessionConfig {
  const { inputAudioTranscription = true, outputAudioTranscription = true } = options;
  const { instruction: _, tools: __, contextWindowCompression = COMPRESSION, ...config } = options;
  return {
    ...config,
    inputAudioTranscription,
    outputAudioTranscription,
    ...(contextWindowCompression !== false && { contextWindowCompression }),
    ...(options.voice !== undefined && { voiceName: options.voice }),
    ...(realtimeInput !== undefined && { realtimeInputConfig: realtimeInput }),
  };
}

/** A tool of the runtime's, even one that lacks something: the registry says what. */
function isRunnable(tool: ToolDefinition | Tool): tool is ToolDefinition {
  return 'run' in tool || 'name' in tool;
}

function registerTools(
  { tools = [], toolSettings }: LiveOptions,
  flow: CompiledFlow | undefined,
  problems: OptionProblem[],
): { readonly registry: ToolRegistry | undefined; readonly raw: readonly Tool[] } {
  const given = tools.filter(isRunnable);
  const raw = tools.filter((tool): tool is Tool => !isRunnable(tool));
  const committed = flow === undefined ? given : committing(given, onceTools(flow), problems);
  const isConfirmed = flow !== undefined && toolSettings?.confirmationProvider !== undefined;
  const asked = isConfirmed ? confirming(committed, flow.confirmed) : committed;
  const definitions = inBackground(asked, toolSettings?.background, problems);
  const isOverridden = toolSettings?.onToolCall !== undefined;
  if (definitions.length === 0 && !isOverridden) return { registry: undefined, raw };
  const registry = new ToolRegistry(definitions);
  problems.push(...registry.problems);
  if (registry.needsConfirmation.length > 0 && toolSettings?.confirmationProvider === undefined) {
    const message = `${registry.needsConfirmation.join(', ')} must be confirmed: say by whom.`;
    problems.push({ path: 'toolSettings.confirmationProvider', message });
  }
  const twice = namesOf(raw).filter((name) => registry.get(name) !== undefined);
  for (const name of twice) {
    problems.push({
      path: `tools.${name}`,
      message: 'It is declared raw and as a tool: leave one of them out.',
    });
  }
  return { registry, raw };
}

/** The tools, those that the flow lets run once as commits, whatever they say: a read may be given up, and run again. */
function committing(
  tools: readonly ToolDefinition[],
  names: readonly string[],
  problems: OptionProblem[],
): readonly ToolDefinition[] {
  return tools.map((tool) => {
    if (tool.policy?.kind !== 'read' || !names.includes(tool.name)) return tool;
    const { cache, retry, ...policy } = tool.policy;
    for (const [field, value] of Object.entries({ cache, retry })) {
      if (value === undefined) continue;
      const message = `The flow lets it run once, so that its calls are neither repeated nor answered from memory: leave ${field} out.`;
      problems.push({ path: `tools.${tool.name}.policy.${field}`, message });
    }
    return { ...tool, policy: { ...policy, kind: 'commit' } };
  });
}

/** The tools, those that the flow wants confirmed with that in their policy. */
function confirming(tools: readonly ToolDefinition[], names: readonly string[]): readonly ToolDefinition[] {
  return tools.map((tool) =>
    names.includes(tool.name) && tool.policy?.confirm === undefined
      ? { ...tool, policy: { ...tool.policy, confirm: true } }
      : tool,
  );
}

/** What a commit of a flow is to, the user's words can say; what `confirmTools` names, only a provider. */
function confirmationProblems(
  { toolSettings }: LiveOptions,
  { compiled }: ResolvedFlow<HookContext>,
): readonly OptionProblem[] {
  const layers = [compiled.main, ...compiled.digressions.map(({ layer }) => layer)];
  const confirmTools = [...new Set(layers.flatMap((layer) => layer.confirmTools))];
  if (confirmTools.length === 0 || toolSettings?.confirmationProvider !== undefined) return [];
  const message = `The flow wants ${confirmTools.join(', ')} confirmed: say by whom.`;
  return [{ path: 'toolSettings.confirmationProvider', message }];
}

/** The tools, those that the settings name with another policy. */
function inBackground(
  tools: readonly ToolDefinition[],
  background: ToolSettings['background'] = {},
  problems: OptionProblem[],
): readonly ToolDefinition[] {
  const names = tools.map(({ name }) => name);
  for (const name of Object.keys(background)) {
    if (names.includes(name)) continue;
    const message = `There is no tool "${name}" to run in the background.${didYouMean(name, names)}`;
    problems.push({ path: `toolSettings.background.${name}`, message });
  }
  return tools.map((tool) => {
    const policy = Object.hasOwn(background, tool.name) ? background[tool.name] : undefined;
    return policy === undefined ? tool : { ...tool, policy: { ...tool.policy, background: policy } };
  });
}

function namesOf(tools: readonly Tool[]): readonly string[] {
  return tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name));
}

/** A tool that has problems of its own is there all the same. */
function toolNames({ tools = [] }: LiveOptions): readonly string[] {
  return tools.flatMap((tool) => (isRunnable(tool) ? tool.name : namesOf([tool])));
}

function graphOf(options: LiveOptions, problems: OptionProblem[]): PhaseGraph | undefined {
  const { phases } = options;
  if (phases === undefined) return undefined;
  // The guide gives every function of a phase the whole state to read, which is more than flow asks for.
  const result = createPhaseGraph(phases as unknown as PhaseConfig, { tools: toolNames(options) });
  if (result.ok) return result.graph;
  problems.push(...result.problems.map(({ path, message }) => ({ path: `phases.${path}`, message })));
  return undefined;
}

function durationProblems(options: LiveOptions): readonly OptionProblem[] {
  const { extraction, phases, quiet, telemetryIntervalMs, teardownTimeoutMs, toolSettings } = options;
  const deadAir = typeof quiet?.deadAir === 'object' ? quiet.deadAir : {};
  const given: ReadonlyArray<readonly [string, number | undefined]> = [
    ['telemetryIntervalMs', telemetryIntervalMs],
    ['teardownTimeoutMs', teardownTimeoutMs],
    ['quiet.softTurnMs', quiet?.softTurnMs],
    ['quiet.reprompt.afterMs', quiet?.reprompt?.afterMs],
    ['quiet.deadAir.noReplyMs', deadAir.noReplyMs],
    ['quiet.deadAir.turnCompleteMs', deadAir.turnCompleteMs],
    ['quiet.deadAir.phantomMs', deadAir.phantomMs],
    ['toolSettings.fillerAfterMs', toolSettings?.fillerAfterMs],
    ['extraction.timeoutMs', extraction?.timeoutMs],
    ['extraction.orderWaitMs', extraction?.orderWaitMs],
    ['extraction.waitMs', extraction?.waitMs],
    ['phases.preparationTimeoutMs', phases?.preparationTimeoutMs],
    ...(phases?.phases ?? []).flatMap(({ name, ...phase }) => phaseDurations(`phases.phases.${name}`, phase)),
  ];
  return given
    .filter(([, value]) => value !== undefined && !(Number.isFinite(value) && value >= 0))
    .map(([path, value]) => ({ path, message: `It is ${value}: use a number of milliseconds, 0 or more.` }));
}

function phaseDurations(
  path: string,
  { endOfSpeechMs, fillerAfterMs, reprompt }: Omit<LivePhase, 'name'>,
): ReadonlyArray<readonly [string, number | undefined]> {
  return [
    [`${path}.endOfSpeechMs`, endOfSpeechMs],
    [`${path}.fillerAfterMs`, fillerAfterMs],
    [`${path}.reprompt.afterMs`, reprompt?.afterMs],
  ];
}
