import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock } from '../../wire/index.ts';
import { type Bounded, bounded } from './bounded.ts';
import { textHash } from './canonical-json.ts';
import type { Approval, ToolCall } from './tool-call.ts';
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
 * user's turn that it was given in. It belongs to one call at a time: a started run spends it, however it ends, a call
 * that never started leaves it for the next, and a new turn of the user ends it.
 */
export class ConfirmationDesk {
  readonly #provider: ConfirmationProvider;
  readonly #clock: Clock;
  readonly #limitMs: number;
  /** Those that no call has. */
  readonly #approvals = new Map<string, Approval>();
  readonly #unspent = new Set<ToolCall>();
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

  /** Words of the user, maybe late: they end what was agreed to in the turns before theirs. */
  userWords(turn: number): void {
    this.#turn = Math.max(this.#turn, turn);
  }

  /** Approves the call from what was agreed to already in its turn, which no other call can have then. */
  recall(call: ToolCall): boolean {
    const key = approvalKey(call);
    const approval = this.#approvals.get(key);
    if (approval === undefined) return false;
    this.#approvals.delete(key);
    if (approval.turn !== call.origin.turn || !this.#counts(approval)) return false;
    this.#approve(call, approval);
    return true;
  }

  /** Asks, bounded. An approval is the call's own. */
  async ask(call: ToolCall, message: string | undefined): Promise<Bounded<ConfirmationReply>> {
    const request: ConfirmationRequest = {
      callId: call.id,
      tool: call.name,
      args: call.origin.args,
      message,
      argumentHash: textHash(call.argumentsText),
      turn: this.#turn,
      signal: call.signal,
    };
    const reply = await bounded(this.#clock, this.#limitMs, () => this.#provider(request), call.signal);
    if (reply.type === 'value' && reply.value?.confirmed === true) {
      const turn = Math.max(call.origin.turn, this.#turn);
      this.#approve(call, { utterance: this.#utterance, turn, payload: reply.value.payload });
    }
    return reply;
  }

  /** Whether the approval of a call still holds. */
  holds({ approval }: ToolCall): boolean {
    return approval !== undefined && this.#counts(approval);
  }

  /** The run starts, or somebody answers in its place. */
  spend(call: ToolCall): void {
    this.#unspent.delete(call);
  }

  #counts({ utterance, turn }: Approval): boolean {
    return utterance === this.#utterance && turn >= this.#turn;
  }

  #approve(call: ToolCall, approval: Approval): void {
    call.approval = approval;
    this.#unspent.add(call);
    call.atEnd.push(() => {
      if (this.#unspent.delete(call) && this.#counts(approval)) this.#keep(call, approval);
    });
  }

  #keep(call: ToolCall, approval: Approval): void {
    const [oldest] = this.#approvals.keys();
    if (oldest !== undefined && this.#approvals.size >= MAX_APPROVALS) this.#approvals.delete(oldest);
    this.#approvals.set(approvalKey(call), approval);
  }
}

/** The whole arguments, not their hash: nothing that differs is ever taken for the same. */
function approvalKey({ name, argumentsText }: ToolCall): string {
  return `${name} ${argumentsText}`;
}
