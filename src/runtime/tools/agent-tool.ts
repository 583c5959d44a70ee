import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { ToolContext, ToolDefinition, ToolSchema } from './tool-definition.ts';
import type { ToolPolicy } from './tool-policy.ts';

/** Something that answers a request in its own time: another model, a workflow, a person. */
export interface Agent<Input = string> {
  ask(input: Input, context: Pick<ToolContext, 'signal' | 'state'>): Promise<string | object>;
}

/** @typeParam In follows from `input`. */
export interface AgentToolOptions<In extends ToolSchema> {
  readonly name: string;
  /** For the model: what the agent is good at, and what comes back. */
  readonly description: string;
  /** What the agent is asked. @default one text, `request` */
  readonly input?: In;
  readonly agent: Agent<StandardSchemaV1.InferOutput<In>>;
  /** An agent changes nothing unless said otherwise: its kind is `read`. */
  readonly policy?: ToolPolicy;
}

/** The default input: a text under `request`, handed to the agent as it is. */
export interface RequestSchema extends ToolSchema<{ readonly request: string }, string> {}

/**
 * Makes a tool of an agent. The agent sees the session's state and stops with the signal: at a barge-in, a cancellation,
 * the deadline.
 */
export function agentTool<In extends ToolSchema = RequestSchema>(
  options: AgentToolOptions<In>,
): ToolDefinition {
  const { name, description, agent, policy } = options;
  return Object.freeze({
    name,
    description,
    input: options.input ?? requestSchema,
    policy: { kind: 'read', ...policy } as const,
    run: (input: StandardSchemaV1.InferOutput<In>, { signal, state }: ToolContext) =>
      agent.ask(input, { signal, state }),
  });
}

const requestJsonSchema = {
  type: 'object',
  properties: { request: { type: 'string', description: 'The request, complete in itself.' } },
  required: ['request'],
};

const requestSchema: RequestSchema = {
  '~standard': {
    version: 1,
    vendor: 'parlando',
    validate: (value) => {
      const request = (value as { readonly request?: unknown } | null)?.request;
      return typeof request === 'string'
        ? { value: request }
        : { issues: [{ message: 'a text is missing', path: ['request'] }] };
    },
    jsonSchema: { input: () => requestJsonSchema, output: () => ({ type: 'string' }) },
  },
};
