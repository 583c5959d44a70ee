import type { Cancel, Clock } from '../../wire/index.ts';
import type { OutboundResponse } from './response-outbox.ts';
import type { ToolCall } from './tool-call.ts';

/** Holds the answers of calls that came together until all are there, but not for longer than `holdMs`. */
export class CallBatch {
  readonly #waiting: Set<ToolCall>;
  readonly #ready: OutboundResponse[] = [];
  readonly #clock: Clock;
  readonly #holdMs: number;
  readonly #send: (items: readonly OutboundResponse[]) => void;
  #cancelHold: Cancel | undefined;
  #isReleased = false;

  constructor(
    calls: readonly ToolCall[],
    clock: Clock,
    holdMs: number,
    send: (items: readonly OutboundResponse[]) => void,
  ) {
    this.#waiting = new Set(calls);
    this.#clock = clock;
    this.#holdMs = holdMs;
    this.#send = send;
  }

  answer(item: OutboundResponse): void {
    this.#waiting.delete(item.call);
    this.#ready.push(item);
    this.#flushWhenDue();
  }

  /** The call gets no answer. */
  leave(call: ToolCall): void {
    if (this.#waiting.delete(call)) this.#flushWhenDue();
  }

  close(): void {
    this.#cancelHold?.();
    this.#ready.length = 0;
  }

  #flushWhenDue(): void {
    if (this.#isReleased || this.#waiting.size === 0) return this.#flush();
    if (this.#ready.length === 0 || this.#cancelHold !== undefined) return;
    this.#cancelHold = this.#clock.schedule(this.#holdMs, () => {
      this.#isReleased = true;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#waiting.size === 0) this.#cancelHold?.();
    this.#send(this.#ready.splice(0));
  }
}
