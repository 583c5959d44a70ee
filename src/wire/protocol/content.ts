/** Content of a conversation as it stands on the wire (spec: Gemini API `Content`, `Part`). */

/** Who a piece of content is from. Gemini Live accepts `system` on Vertex only. */
export type Role = 'user' | 'model' | 'system' | 'function';

/** Inline bytes: `data` is standard base64. */
export interface Blob {
  readonly mimeType: string;
  readonly data: string;
}

/** One part of a content. On the wire exactly one of the payload keys is set. */
export interface Part {
  readonly text?: string;
  /** True when `text` is reasoning, not speech. */
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly inlineData?: Blob;
  readonly fileData?: { readonly mimeType?: string; readonly fileUri: string };
  readonly executableCode?: ExecutableCode;
  readonly codeExecutionResult?: CodeExecutionResult;
  readonly functionCall?: FunctionCall;
  readonly functionResponse?: FunctionResponse;
}

/** Code the model wrote for the code execution tool. */
export interface ExecutableCode {
  readonly language: string;
  readonly code: string;
  readonly id?: string;
}

/** The outcome of {@link ExecutableCode}. */
export interface CodeExecutionResult {
  readonly outcome: string;
  readonly output?: string;
  readonly id?: string;
}

/** A turn of the conversation: a role and its parts. Google AI omits the role of the model. */
export interface Content {
  readonly role?: Role;
  readonly parts: readonly Part[];
}

/** A call the model wants made. `id` may be absent on some Vertex models; `args` is absent when empty. */
export interface FunctionCall {
  readonly id?: string;
  readonly name: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** When the model speaks about the result of a NON_BLOCKING call. */
export type Scheduling = 'INTERRUPT' | 'WHEN_IDLE' | 'SILENT';

/** The answer to a {@link FunctionCall}. Convention for `response`: `{output}` or `{error}`. */
export interface FunctionResponse {
  /** Required on Google AI. */
  readonly id?: string | undefined;
  readonly name: string;
  readonly response: Readonly<Record<string, unknown>>;
  /** NON_BLOCKING calls only. Default on the server: WHEN_IDLE. */
  readonly scheduling?: Scheduling;
  /** True when more responses with this id follow. */
  readonly willContinue?: boolean;
  readonly parts?: readonly Part[];
}

/** Shorthand for a user content with one text part. */
export function userText(text: string): Content {
  return { role: 'user', parts: [{ text }] };
}
