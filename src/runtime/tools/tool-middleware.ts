import type { JsonObject } from './tool-definition.ts';
import type { ToolState } from './tool-state.ts';

/** A call as middleware sees it. */
export interface MiddlewareCall {
  readonly callId: string;
  readonly name: string;
  readonly args: JsonObject;
  readonly turn: number;
  readonly state: Pick<ToolState, 'get' | 'has' | 'keys'>;
  /** Aborts when the call is given up. */
  readonly signal: AbortSignal;
}

/** A reason not to run the tool; the model is told. */
export interface Veto {
  readonly veto: string;
}

/**
 * Stands around every tool, overrides and background tools included. `before` goes in order, `after` and `onError` in
 * reverse. Each is given 10 s (`limits.hookTimeoutMs`). A `before` that throws or takes longer is a veto: what is meant
 * to guard does not fail open. An `after` or `onError` that does is reported and passed over.
 */
export interface ToolMiddleware {
  readonly name?: string;
  readonly before?: (call: MiddlewareCall) => Veto | undefined | PromiseLike<Veto | undefined>;
  /** May return another result. */
  readonly after?: (
    call: MiddlewareCall,
    result: JsonObject,
  ) => JsonObject | undefined | PromiseLike<JsonObject | undefined>;
  /** Told of what the tool threw. */
  readonly onError?: (call: MiddlewareCall, error: unknown) => unknown;
}
