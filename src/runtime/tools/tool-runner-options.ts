/** What a tool runner is given and what it tells. */
import type { Admission } from '../../flow/governor.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { FunctionCall, FunctionResponse } from '../../wire/index.ts';
import type { HandoffPacket } from '../converse/handoff.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { ToolRecord } from '../record/turn-record.ts';
import type { State } from '../state/state.ts';
import type { BackgroundDelivery } from './background-delivery.ts';
import type { CallHistory, CallJournal } from './call-journal.ts';
import type { ConfirmationProvider } from './confirmation.ts';
import type { JsonObject } from './tool-definition.ts';
import type { ToolMiddleware } from './tool-middleware.ts';
import type { ToolRegistry } from './tool-registry.ts';

/** How one call ended, redacted. */
export interface ToolOutcome extends ToolRecord {
  /**
   * True when the tool did its work, false when it ran and failed; undefined when it did not end: refused, cancelled,
   * still running. Governors advance on true and count false.
   */
  readonly ok: boolean | undefined;
  /** It failed, but may have taken effect all the same: it is not to run again. */
  readonly isUnknown?: true;
  /** The user's turn that the call came in. */
  readonly turn: number;
}

/** Answers to some calls of a batch, each under the id of its call. `{error}` as a response means that it failed. */
export type OnToolCall = (
  calls: readonly FunctionCall[],
  state: State,
) => ToolOverride | PromiseLike<ToolOverride>;

/** What {@link OnToolCall} gives: nothing means that the tools answer. */
export type ToolOverride =
  | ReadonlyArray<Pick<FunctionResponse, 'id' | 'name' | 'response'>>
  | null
  | undefined;

/** Looks at responses before they are sent, and may change what they say. Every call stays answered. */
export type BeforeToolResponse = (
  responses: readonly FunctionResponse[],
  state: State,
) => readonly FunctionResponse[] | undefined | PromiseLike<readonly FunctionResponse[] | undefined>;

/** Bounds; each says what happens at the limit. */
export interface ToolLimits {
  /** Calls that run or wait at once; one more is told to wait. @default 32 */
  readonly maxConcurrentCalls?: number;
  /** A larger result (JSON, UTF-8) is not passed on. @default 65_536 */
  readonly maxResultBytes?: number;
  /** Deeper arguments are refused. @default 32 */
  readonly maxArgumentDepth?: number;
  /** Ids of ended calls that are known again; the oldest is forgotten. @default 1_024 */
  readonly maxRememberedIds?: number;
  /** For middleware, overrides, hooks and asynchronous schemas; a later answer is ignored. @default 10_000 */
  readonly hookTimeoutMs?: number;
  /** For a decision that admission waits for; then the call is refused. @default 5_000 */
  readonly admissionWaitMs?: number;
  /** For a confirmation; then the call is not confirmed. @default 120_000 */
  readonly confirmationTimeoutMs?: number;
  /** How long a finished call waits for the others of its batch; then it is answered alone. @default 30_000 */
  readonly batchHoldMs?: number;
}

/** {@link ToolLimits} with the defaults in. */
export type ResolvedToolLimits = Required<ToolLimits>;

export function resolveToolLimits(limits: ToolLimits = {}): ResolvedToolLimits {
  return {
    maxConcurrentCalls: 32,
    maxResultBytes: 65_536,
    maxArgumentDepth: 32,
    maxRememberedIds: 1_024,
    hookTimeoutMs: 10_000,
    admissionWaitMs: 5_000,
    confirmationTimeoutMs: 120_000,
    batchHoldMs: 30_000,
    ...limits,
  };
}

export interface ToolRunnerOptions {
  readonly registry: ToolRegistry;
  /** How background results reach this model: {@link backgroundDelivery}. @default 'continued' */
  readonly backgroundDelivery?: BackgroundDelivery;
  readonly confirmationProvider?: ConfirmationProvider;
  readonly middleware?: readonly ToolMiddleware[];
  readonly onToolCall?: OnToolCall;
  readonly beforeToolResponse?: BeforeToolResponse;
  readonly limits?: ToolLimits;
  /** Of the process before this one. */
  readonly history?: CallHistory;
}

/** A call that asks to run. */
export interface AdmissionRequest {
  readonly callId: string;
  readonly name: string;
  readonly args: JsonObject;
}

/** The runner's side of the session. None of the callbacks may throw but `admit` and `stillAdmitted`, which then refuse. */
export interface ToolRunnerHost extends RuntimeHost {
  readonly state: State;
  /** Sends; called in the order of the answers. `background` is an acknowledgement, progress or a late result. */
  readonly respond: (responses: readonly FunctionResponse[], how: { readonly background: boolean }) => void;
  /** May a call run? `wait` when a pending extraction may still decide it. */
  readonly admit: (call: AdmissionRequest) => Admission | { readonly wait: PromiseLike<Admission> };
  /** Whether a call that was admitted, a while ago maybe, may run now. @default it may */
  readonly stillAdmitted?: (call: AdmissionRequest) => Admission;
  /**
   * Once with the end of each call, before its response is sent. Before that once with `running` for a call that is
   * answered or given up while its work goes on: a background tool, a commit that is late or whose call was cancelled.
   */
  readonly onOutcome: (outcome: ToolOutcome) => void;
  /** The number of the turn. */
  readonly turn: () => number;
  /** Masks what must not leave the process. @default nothing */
  readonly redact?: (value: JsonValue) => JsonValue;
  /** The session's wait before a filler, for tools without their own. */
  readonly fillerAfterMs?: () => number | undefined;
  /** Writes down how calls go. @default nobody */
  readonly journal?: CallJournal;
  /** For tools that hand the conversation over. */
  readonly handoffPacket?: (reason: string) => HandoffPacket;
}

/** The same for the runner's own parts. */
export interface ToolPartsHost extends ToolRunnerHost {
  /** Aborts at the end of the session: what hooks still do is waited for no more. */
  readonly ended: AbortSignal;
}
