/** What a tool is (design §4, Tools; spec: control §8). */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { HandoffPacket } from '../converse/handoff.ts';
import type { ToolPolicy } from './tool-policy.ts';
import type { ToolState } from './tool-state.ts';

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue };

/** A JSON Schema, any draft; or a Gemini `Schema`. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A Standard Schema that also gives its JSON Schema: zod 4, ArkType, valibot with its `toStandardJsonSchema`. */
export interface ToolSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchemaV1.Props<Input, Output> & StandardJSONSchemaV1.Props<Input, Output>;
}

/** What `run` is given beside the arguments. */
export interface ToolContext {
  /** The server's id, or one of ours where it gave none. */
  readonly callId: string;
  /**
   * Aborts when the result is of no more use: at the deadline, at a barge-in, when the server cancels, at the end of
   * the session. That of a started `commit` aborts at the end of the session only.
   */
  readonly signal: AbortSignal;
  readonly state: ToolState;
  /** The session's clock: only differences have a meaning. */
  readonly nowMs: () => number;
  /** The user's turn that the call came in. */
  readonly turn: number;
  /** What the confirmation provider gave as `payload`. */
  readonly confirmation?: JsonValue;
  /**
   * Tells the model how a background tool is doing, silently. Absent where the model takes no progress; at most 20
   * messages a call, further ones are ignored.
   */
  readonly progress?: (note: JsonValue) => void;
  /** What a person needs to take the conversation over, redacted. Absent only where a tool runs outside a session. */
  readonly handoffPacket?: (reason: string) => HandoffPacket;
}

/** A tool with its types erased, as `tool()` makes it. */
export interface ToolDefinition {
  /** Letters, digits, `_ . : -`; starts with a letter or `_`; up to 128. */
  readonly name: string;
  /** For the model: when to call it, and what comes back. */
  readonly description: string;
  /** Checks the arguments and converts them; the JSON Schema is the model's declaration. */
  readonly input?: StandardSchemaV1 | ToolSchema;
  /** The declaration, where `input` gives none. Without `input` the arguments are checked against it. */
  readonly parameters?: JsonSchema;
  /** Checks what `run` gives. */
  readonly output?: StandardSchemaV1;
  readonly policy?: ToolPolicy;
  readonly run: (args: never, context: ToolContext) => unknown;
}
