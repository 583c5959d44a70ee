/** Client to server: text frames, one JSON object each, exactly one top-level key. */
import type { Blob, Content, FunctionResponse } from './content.ts';
import type { Setup } from './setup.ts';
import type { Tool } from './tools.ts';

export interface ClientContent {
  readonly turns?: readonly Content[];
  /** Absent or false: the server waits for more before it answers. */
  readonly turnComplete?: boolean;
}

/** Exactly one field a message; two are an error (close 1007). */
export type RealtimeInput =
  | { readonly audio: Blob }
  | { readonly video: Blob }
  | { readonly text: string }
  | { readonly activityStart: Readonly<Record<string, never>> }
  | { readonly activityEnd: Readonly<Record<string, never>> }
  | { readonly audioStreamEnd: true }
  /** Deprecated: 3.x models close with 1007. */
  | { readonly mediaChunks: readonly Blob[] };

/** Replaces (does not merge) instruction and tools. The wrapper lets an empty list mean "clear". */
export interface ContextUpdate {
  readonly systemInstruction?: Content;
  readonly tools?: { readonly tools: readonly Tool[] };
}

export type ClientMessage =
  | { readonly setup: Setup }
  | { readonly clientContent: ClientContent }
  | { readonly realtimeInput: RealtimeInput }
  | { readonly toolResponse: { readonly functionResponses: readonly FunctionResponse[] } }
  | { readonly contextUpdate: ContextUpdate };
