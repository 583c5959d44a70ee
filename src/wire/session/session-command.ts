/** What an application can ask of a session. */
import type { Content, FunctionResponse } from '../protocol/content.ts';
import type { Tool } from '../protocol/tools.ts';

/** Replaces instruction or tools in mid-session (spec: wire §2.5; 3.8 models). Absent fields stay as they are. */
export interface ContextChange {
  readonly systemInstruction?: string | Content;
  /** An empty list clears the tools. */
  readonly tools?: readonly Tool[];
}

export type SessionCommand =
  /** PCM16 little-endian mono at the configured input rate (default 16 kHz). */
  | { readonly type: 'audio'; readonly data: Uint8Array }
  /** One still, JPEG unless `mimeType` says otherwise; at most one a second. */
  | { readonly type: 'video'; readonly data: Uint8Array; readonly mimeType?: string }
  /** A whole user turn. */
  | { readonly type: 'text'; readonly text: string }
  /** Text in the real-time stream, which does not by itself interrupt. */
  | { readonly type: 'realtimeText'; readonly text: string }
  | { readonly type: 'clientContent'; readonly turns: readonly Content[]; readonly turnComplete: boolean }
  | { readonly type: 'toolResponse'; readonly responses: readonly FunctionResponse[] }
  | { readonly type: 'updateInstruction'; readonly instruction: string }
  | { readonly type: 'updateContext'; readonly change: ContextChange }
  | { readonly type: 'activityStart' }
  | { readonly type: 'activityEnd' }
  | { readonly type: 'audioStreamEnd' }
  /** Nothing goes out; the phase becomes toolCallExecuting. Calls with an id of `unanswered` are waited for no more. */
  | { readonly type: 'toolExecutionStart'; readonly unanswered?: readonly string[] }
  /**
   * Replaces the connection, at the next pause that loses nothing (within a minute), or with `atOnce` now. Resolves when the
   * new one is up.
   */
  | { readonly type: 'rotate'; readonly cause?: 'application' | 'deadAir'; readonly atOnce?: boolean }
  | { readonly type: 'disconnect'; readonly reason?: string };
