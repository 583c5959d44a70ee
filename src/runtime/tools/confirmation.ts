import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock } from '../../wire/index.ts';
import { type Bounded, bounded } from './bounded.ts';
import { canonicalJson, textHash } from './canonical-json.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';

/** What somebody is asked to agree to. */
export interface ConfirmationRequest {
  readonly callId: string;
  readonly tool: string;
  readonly args: JsonObject;
  /** For a person; undefined when the tool has no message of its own. */
  readonly message: string | undefined;
  /** Names these arguments: the agreement is to them and no others. */
  readonly argumentHash: string;
  /** The user's turn that it is asked in. */
  readonly turn: number;
  /** Aborts when the call is given up. */
  readonly signal: AbortSignal;
}

export interface ConfirmationReply {
  /** Only `{ confirmed: true }` is an approval; a reply of another shape counts as no, and is reported (`hookFailed`). */
  readonly confirmed: boolean;
  /** Said to the model when it is not confirmed: what to do now. */
  readonly hint?: string;
  /** Given to the tool as `context.confirmation`. */
  readonly payload?: JsonValue;
}

export type ConfirmationProvider = (
  request: ConfirmationRequest,
) => ConfirmationReply | PromiseLike<ConfirmationReply>;

/** Whether what a provider gave is a reply at all. */
export function isConfirmationReply(value: unknown): value is ConfirmationReply {
  return (
    typeof value === 'object' &&
    value !== null &&
    'confirmed' in value &&
    typeof value.confirmed === 'boolean'
  );
}

/** Approvals that wait for a run; more than that nobody gave in one turn. */
const MAX_APPROVALS = 64;

/**
 * Asks, and remembers what was agreed to. An approval is for one run of one tool with exactly these arguments, in the
 * user's turn that it was given in: a started run spends it, a run that failed for certain gives it back, and a new turn
 * of the user ends it.
 */
export class ConfirmationDesk {
  readonly #provider: ConfirmationProvider;
  readonly #clock: Clock;
  readonly #limitMs: number;
  readonly #approvals = new Map<string, JsonValue | undefined>();
  #turn: number;
  /** Grows with each turn of the user; turns of the session may hold several. */
  #utterance = 0;

  constructor(provider: ConfirmationProvider, clock: Clock, limitMs: number, turn: number) {
    this.#provider = provider;
    this.#clock = clock;
    this.#limitMs = limitMs;
    this.#turn = turn;
  }

  /** The user has begun to speak, or wrote: what was agreed to before counts no more. */
  userSpoke(turn: number): void {
    this.#turn = turn;
    this.#utterance += 1;
    this.#approvals.clear();
  }

  /** Approves the call from what was agreed to already. */
  recall(call: ToolCall): boolean {
    const key = approvalKey(call);
    if (!this.#approvals.has(key)) return false;
    call.approval = { utterance: this.#utterance, payload: this.#approvals.get(key) };
    return true;
  }

  /** Asks, bounded. An approval is kept for the run that follows. */
  async ask(call: ToolCall, message: string | undefined): Promise<Bounded<ConfirmationReply>> {
    const request: ConfirmationRequest = {
      callId: call.id,
      tool: call.name,
      args: call.origin.args,
      message,
      argumentHash: textHash(canonicalJson(call.origin.args)),
      turn: this.#turn,
      signal: call.signal,
    };
    const reply = await bounded(this.#clock, this.#limitMs, () => this.#provider(request), call.signal);
    if (reply.type === 'value' && reply.value?.confirmed === true) this.#approve(call, reply.value.payload);
    return reply;
  }

  /** Whether the approval of a call still holds. */
  holds(call: ToolCall): boolean {
    return call.approval?.utterance === this.#utterance;
  }

  /** The run starts. */
  spend(call: ToolCall): void {
    this.#approvals.delete(approvalKey(call));
  }

  /** The run failed for certain: the same call may be made again without asking. */
  giveBack(call: ToolCall): void {
    if (this.holds(call)) this.#approve(call, call.approval?.payload);
  }

  #approve(call: ToolCall, payload: JsonValue | undefined): void {
    const [oldest] = this.#approvals.keys();
    if (oldest !== undefined && this.#approvals.size >= MAX_APPROVALS) this.#approvals.delete(oldest);
    this.#approvals.set(approvalKey(call), payload);
    call.approval = { utterance: this.#utterance, payload };
  }
}

/** The whole arguments, not their hash: nothing that differs is ever taken for the same. */
function approvalKey({ name, origin }: ToolCall): string {
  return `${name} ${canonicalJson(origin.args)}`;
}
