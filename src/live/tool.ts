import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonValue } from '../flow/state-reader.ts';
import type {
  JsonSchema,
  ToolContext,
  ToolDefinition,
  ToolSchema,
} from '../runtime/tools/tool-definition.ts';
import type { ToolPolicy } from '../runtime/tools/tool-policy.ts';

/** Arguments of a tool that has a JSON Schema only: checked against it, and otherwise as the model wrote them. */
export type RawArguments = Readonly<Record<string, JsonValue>>;

/** Stands for a tool without `input`. */
export interface NoSchema extends StandardSchemaV1<unknown, RawArguments> {
  readonly isAbsent: true;
}

export interface ToolOptions<In extends StandardSchemaV1, Out extends StandardSchemaV1> {
  /** Letters, digits, `_ . : -`; starts with a letter or `_`; up to 128. */
  readonly name: string;
  /** For the model: when to call it, and what comes back. */
  readonly description: string;
  /** Checks and converts the arguments, and is the declaration. Leave it out for a tool without arguments. */
  readonly input?: In;
  /**
   * The declaration, for tools that come as data and for schema libraries that give no JSON Schema. Without `input`
   * the arguments are checked against it.
   */
  readonly parameters?: JsonSchema;
  /** Checks the result; one that fails is not passed on. */
  readonly output?: Out;
  readonly policy?: ToolPolicy<StandardSchemaV1.InferOutput<In>>;
  /** A result that is no object reaches the model as `{output}`; the message of what it throws as `{error}`. */
  readonly run: (
    args: StandardSchemaV1.InferOutput<In>,
    context: ToolContext,
  ) => StandardSchemaV1.InferInput<Out> | Promise<StandardSchemaV1.InferInput<Out>>;
}

/** A schema that does not say what the model has to write needs `parameters` beside it. */
type Declared<In extends StandardSchemaV1> = In extends ToolSchema | NoSchema
  ? unknown
  : { readonly parameters: JsonSchema };

/**
 * Makes a tool from any Standard Schema that also gives its JSON Schema (zod 4, for example); types are inferred. What is
 * wrong with it is found when the session is built, all at once: `invalidOptions`.
 */
export function tool<In extends StandardSchemaV1 = NoSchema, Out extends StandardSchemaV1 = StandardSchemaV1>(
  options: ToolOptions<In, Out> & Declared<In>,
): ToolDefinition {
  // The schema that gave the arguments their type is the one that checks them before `run` is called.
  return Object.freeze({ ...options }) as ToolDefinition;
}
