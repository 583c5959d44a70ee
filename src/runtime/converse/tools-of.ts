/** The tools of a conversation document as the runtime runs them (spec: control §12). */
import type { CompiledConversation, CompiledTool } from '../../flow/conversation/compiled-conversation.ts';
import { bindingProblems, type HttpBinding } from '../../flow/conversation/http-binding.ts';
import { mockEffects } from '../../flow/scenario/mock-effects.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { type OptionProblem, RuntimeError } from '../runtime-error.ts';
import type { JsonObject, ToolContext, ToolDefinition } from '../tools/tool-definition.ts';
import type { ToolPolicy } from '../tools/tool-policy.ts';
import { callHttp, type HttpPorts } from './tools/http-tool.ts';
import { callMock, type MockedTool } from './tools/mock-tool.ts';
import { keyProblems, writeEffects } from './tools/tool-writes.ts';
import { UnusableResult, usableResult } from './tools/unusable-result.ts';

/** What tools of a document reach the world through. */
export interface ToolPorts {
  /** @default the platform's */
  readonly fetch?: typeof globalThis.fetch;
  /** What `{env:NAME}` in headers stands for. @default nothing: a document alone reads no environment */
  readonly env?: (name: string) => string | undefined;
  /** A larger answer of an http tool is not read. @default 262_144 (256 KiB) */
  readonly maxResponseBytes?: number;
  /** Tools that have both bindings answer by their mock: tests and demos. @default false */
  readonly preferMocks?: boolean;
}

/** The tools that can be run, and everything that is wrong with the others. */
export interface BoundTools {
  readonly tools: readonly ToolDefinition[];
  readonly problems: readonly OptionProblem[];
}

/**
 * Tools with an http or a mock binding; where there are both, http. Those with neither are declared only: the application
 * has them in code ({@link missingTools}). Throws `invalidOptions` with every problem.
 */
export function toolsOf(conversation: CompiledConversation, ports: ToolPorts = {}): ToolDefinition[] {
  const { tools, problems } = bindTools(conversation.tools, ports);
  if (problems.length === 0) return [...tools];
  const text = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new RuntimeError('invalidOptions', `The tools of ${conversation.name} cannot be made: ${text}`, {
    problems,
  });
}

/** {@link toolsOf}, with the problems as data: a tool that has one is left out. */
export function bindTools(declared: readonly CompiledTool[], ports: ToolPorts = {}): BoundTools {
  const { fetch, env, maxResponseBytes = 262_144, preferMocks = false } = ports;
  const http: HttpPorts = {
    // Looked up at each call, so that it can be replaced, and called as the platform demands.
    fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
    env: env ?? (() => undefined),
    maxResponseBytes,
  };
  const problems: OptionProblem[] = [];
  const tools = declared.flatMap((tool): ToolDefinition[] => {
    const found = toolProblems(tool);
    problems.push(...found);
    const run = found.length === 0 ? runOf(tool, http, preferMocks) : undefined;
    return run === undefined ? [] : [definitionOf(tool, run)];
  });
  return { tools, problems };
}

/**
 * Names of tools that the conversation declares or mentions, and that neither it nor the application can run. Sorted.
 * @param own names of the application's tools
 */
export function missingTools(
  { tools, flow }: Pick<CompiledConversation, 'tools' | 'flow'>,
  own: readonly string[] = [],
): readonly string[] {
  const known = new Set(own);
  for (const { name, http, mock } of tools) if (http !== undefined || mock !== undefined) known.add(name);
  const wanted = new Set([...tools.map(({ name }) => name), ...flow.tools]);
  return [...wanted].filter((name) => !known.has(name)).sort();
}

/** A tool of the application that the document declares, with the policies of the document where it has none of its own. */
export function withDocumentPolicy(
  definition: ToolDefinition,
  { tools }: Pick<CompiledConversation, 'tools'>,
): ToolDefinition {
  const declared = tools.find(({ name }) => name === definition.name);
  if (declared === undefined) return definition;
  const parameters = definition.input === undefined ? declared.parameters : undefined;
  return {
    ...(parameters !== undefined && { parameters }),
    ...definition,
    policy: { ...policyOf(declared), ...definition.policy },
  };
}

type Run = (args: JsonObject, context: ToolContext) => Promise<JsonValue | UnusableResult>;

function definitionOf(tool: CompiledTool, run: Run): ToolDefinition {
  const { name, description, parameters } = tool;
  return {
    name,
    description,
    ...(parameters !== undefined && { parameters }),
    output: usableResult,
    policy: policyOf(tool),
    // Without `input` the runner hands on the arguments as they were checked: a JSON object.
    run: run as ToolDefinition['run'],
  };
}

function policyOf(tool: CompiledTool): ToolPolicy {
  const { kind, timeoutMs, background, fillerAfterMs, idempotencyKey, compensateWith } = tool;
  return {
    kind,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(background === true && { background }),
    ...(fillerAfterMs !== undefined && { fillerAfterMs }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
    ...(compensateWith !== undefined && { compensate: { tool: compensateWith } }),
  };
}

function runOf(tool: CompiledTool, ports: HttpPorts, preferMocks: boolean): Run | undefined {
  const { http, mock, handoff } = tool;
  if (handoff === true) return withPacket(tool, runOf({ ...tool, handoff: false }, ports, preferMocks));
  if (mock !== undefined && (http === undefined || preferMocks)) return runMock({ ...tool, mock });
  if (http === undefined) return undefined;
  const bound: CompiledTool & { readonly http: HttpBinding } = { ...tool, http };
  return async (args, context) => {
    const response = await callHttp(bound, args, context, ports);
    if (response instanceof UnusableResult) return response;
    return unlessRefused(response, writeEffects(mockEffects(tool, args, response), context.state));
  };
}

/** Where a person takes over, the binding has what they need beside the model's arguments. */
function withPacket({ name }: CompiledTool, run: Run | undefined): Run | undefined {
  if (run === undefined) return undefined;
  return (args, context) => {
    const { reason } = args;
    const packet = context.handoffPacket?.(typeof reason === 'string' ? reason : name);
    // A packet is plain JSON, which its type, an interface, cannot say.
    const json = packet as unknown as JsonObject | undefined;
    return run(json === undefined ? args : { ...args, handoffPacket: json }, context);
  };
}

function runMock(tool: MockedTool): Run {
  return async (args, { state }) => {
    const { response, effects } = callMock(tool, args);
    return unlessRefused(response, writeEffects(effects, state));
  };
}

function unlessRefused(response: JsonValue, refused: readonly string[]): JsonValue | UnusableResult {
  if (refused.length === 0) return response;
  return new UnusableResult(`what it found could not be kept as ${refused.join(', ')}`);
}

function toolProblems(tool: CompiledTool): readonly OptionProblem[] {
  const { name, mock, saves = {} } = tool;
  const path = `tools.${name}`;
  return [
    ...bindingProblems(tool, `${path}.http`),
    ...keyProblems(Object.keys(saves), `${path}.saves`),
    ...keyProblems(Object.keys(mock?.set ?? {}), `${path}.mock.set`),
  ];
}
