import type { JsonValue } from '../../flow/state-reader.ts';
import { canonicalJson } from './canonical-json.ts';
import type { JsonObject } from './tool-definition.ts';
import type { BackgroundPolicy } from './tool-policy.ts';
import type { RegisteredTool } from './tool-registry.ts';

/** How far the answer is: none yet, known but not sent, sent, or given up. */
export type AnswerState = 'open' | 'ready' | 'answered' | 'cancelled';
/** How far the work is. What waits has had no effect; what runs may have. */
export type RunState = 'waiting' | 'running' | 'done';

/** Who gives up a call. */
export type CancelCause = 'bargeIn' | 'server' | 'close';
/** `detached`: the answer is given up, the work goes on. */
export type Cancellation = 'ignored' | 'cancelled' | 'detached';

/** What a cancellation depends on. */
export interface CancellableCall {
  readonly answer: AnswerState;
  readonly run: RunState;
  readonly isCommit: boolean;
  readonly isBackground: boolean;
}

/**
 * What a cancellation does to a call (design §4, Tools; spec: control §3.2, §8). A barge-in stops inline work that can be
 * stopped; the server gives up any answer; a commit that has started is never stopped but at the end of the session.
 */
export function cancellation(cause: CancelCause, call: CancellableCall): Cancellation {
  if (call.answer === 'answered' || call.answer === 'cancelled') return 'ignored';
  const committed = call.isCommit && call.run === 'running';
  switch (cause) {
    case 'bargeIn':
      return call.isBackground || call.answer === 'ready' || committed ? 'ignored' : 'cancelled';
    case 'server':
      return committed ? 'detached' : 'cancelled';
    case 'close':
      return 'cancelled';
  }
}

/** What a call is answered with. */
export interface ToolAnswer {
  readonly response: JsonObject;
  readonly outcome: 'succeeded' | 'failed' | 'refused' | 'running';
  /** It failed, but may have taken effect all the same. */
  readonly isUnknown?: true;
}

/** A call as the server made it. */
export interface ToolCallOrigin {
  readonly id: string;
  /** False when the server gave no id: the answer carries none either. */
  readonly hasServerId: boolean;
  readonly name: string;
  /** Frozen all the way down: what is agreed to is what runs, and what is told of. */
  readonly args: JsonObject;
  readonly tool: RegisteredTool | undefined;
  /** Set when it is acknowledged first and answered when done. */
  readonly background: BackgroundPolicy | undefined;
  readonly turn: number;
  readonly receivedMs: number;
}

/** An agreement to one run. It holds until the user's next utterance, and for words of no turn after its own. */
export interface Approval {
  readonly utterance: number;
  readonly turn: number;
  readonly payload: JsonValue | undefined;
}

/** One call from its arrival until its work has ended. */
export class ToolCall implements CancellableCall {
  readonly origin: ToolCallOrigin;
  answer: AnswerState = 'open';
  run: RunState = 'waiting';
  /** A background call that the model knows to be running. */
  isAcknowledged = false;
  /** Its work had begun in another process: it was let through then. */
  readonly isResumed: boolean;
  /** What the tool gave, or its failure; undefined before, and for what did not run. */
  result: JsonObject | undefined;
  /** The final outcome has been told. */
  isConcluded = false;
  /** What the confirmation provider gave; it belongs to this call alone. */
  approval: Approval | undefined;
  idempotencyKey: string | undefined;
  /** Why it must not run after all: what let it through has ended while it waited. */
  refused: ToolAnswer | undefined;
  /** What to undo when the answer is known or given up. */
  readonly atAnswer: Array<() => void> = [];
  /** What to undo when the work has ended too. */
  readonly atEnd: Array<() => void> = [];
  readonly #abort = new AbortController();
  #argumentsText: string | undefined;

  constructor(origin: ToolCallOrigin, isResumed = false) {
    this.origin = origin;
    this.isResumed = isResumed;
    this.isAcknowledged = isResumed && origin.background !== undefined;
  }

  get id(): string {
    return this.origin.id;
  }

  get name(): string {
    return this.origin.name;
  }

  /** The arguments as canonical JSON: equal for equal arguments. */
  get argumentsText(): string {
    this.#argumentsText ??= canonicalJson(this.origin.args);
    return this.#argumentsText;
  }

  get isCommit(): boolean {
    return this.origin.tool?.definition.policy?.kind !== 'read';
  }

  get isBackground(): boolean {
    return this.origin.background !== undefined;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  abort(reason: string): void {
    this.#abort.abort(reason);
  }

  /** The answer is known, or nobody wants it any more. */
  settle(answer: 'ready' | 'cancelled'): void {
    this.answer = answer;
    for (const undo of this.atAnswer.splice(0)) undo();
    if (this.run === 'waiting') this.end();
  }

  /** Nothing of it runs any more. */
  end(): void {
    this.run = 'done';
    for (const undo of this.atEnd.splice(0)) undo();
  }
}
