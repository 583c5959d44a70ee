/** How a tool is run: everything but what it does. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { ToolState } from './tool-state.ts';

/** When the model speaks about the result of a background tool. */
export type BackgroundScheduling = 'interrupt' | 'whenIdle' | 'silent';

/** How a background tool ended. */
export type BackgroundOutcome =
  | { readonly status: 'completed'; readonly tool: string; readonly result: JsonValue }
  | { readonly status: 'error'; readonly tool: string; readonly error: string };

export interface BackgroundPolicy {
  /** Carried by the result, not by the acknowledgement. @default 'whenIdle' */
  readonly scheduling?: BackgroundScheduling;
  /** What the model is told at once. @default `{ status: 'running', tool }` */
  readonly acknowledgement?: Readonly<Record<string, JsonValue>>;
  /** The message of the end. @default the outcome itself */
  readonly format?: (outcome: BackgroundOutcome) => Readonly<Record<string, JsonValue>>;
}

/** `Args` is what the input schema gives out. */
export interface ToolPolicy<Args = never> {
  /** From the start of `run`, retries included. @default 30_000; for background tools 600_000 */
  readonly timeoutMs?: number;
  /**
   * A `read` may be aborted, retried and cached. A `commit` changes the world: once started it is never aborted, it
   * runs to its end, and its writes and its idempotency record count even when nobody waits for the answer any more.
   * What a flow lets run once is a commit, whatever is said here.
   * @default 'commit', because that is safe for both
   */
  readonly kind?: 'read' | 'commit';
  /** Reads only. `attempts` counts the first; all of them share the deadline. @default 1 attempt */
  readonly retry?: { readonly attempts: number; readonly delayMs?: number };
  /** Reads only: successes by canonical arguments. The oldest goes when full. @default maxEntries 64 */
  readonly cache?: { readonly ttlMs: number; readonly maxEntries?: number };
  /** Ask the confirmation provider first; a function makes its message. */
  readonly confirm?: true | ((args: Args) => string);
  /**
   * Two calls with one key run once: `{orderId}` is looked up in the arguments (a path may go in: `{order.id}`), then
   * in state. A key with a missing part protects nothing: the `toolFailed` error names the part.
   */
  readonly idempotencyKey?:
    | string
    | ((args: Args, state: Pick<ToolState, 'get' | 'has'>) => string | undefined);
  /**
   * At most one call of the session, reserved before it starts. A call that never started, or that failed for
   * certain, gives the reservation back.
   */
  readonly once?: boolean;
  /** Acknowledged at once, answered when done. */
  readonly background?: true | BackgroundPolicy;
  /** Serial tools wait for one another, in the order of their calls, and are admitted when their turn comes. */
  readonly serial?: boolean;
  /** Run with the same arguments when this tool fails for certain; success sets `compensated:{tool}`. */
  readonly compensate?: { readonly tool: string };
  /** Inline calls that take longer cue a filler, once. @default the session's, or none */
  readonly fillerAfterMs?: number;
}
