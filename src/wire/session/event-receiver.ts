import { WireError } from '../wire-error.ts';
import type { HubEvent, HubRules } from './hub-rules.ts';
import type { SessionEvent } from './session-event.ts';

export interface ReceiverOptions {
  /**
   * Events kept for a receiver that is behind. Over it, its oldest audio and media are dropped; control events are
   * not, until they alone are eight times as many: then the receiver ends with `lagged`. A whole number; else `invalidArgument`.
   * @default 512
   */
  readonly capacity?: number;
  readonly signal?: AbortSignal;
}

const CONTROL_FACTOR = 8;

function badCapacity(capacity: unknown): WireError {
  const text = `The capacity of a receiver is ${String(capacity)}: use a whole number of events, 0 or more.`;
  return new WireError('invalidArgument', text);
}

type Waiter<Event> = (event: Event | undefined) => void;
type ReceiverRules<Event extends HubEvent> = Pick<HubRules<Event>, 'isMedia' | 'lag'>;

/** A bounded queue of events for one reader: `recv()`, or `for await`. Never slows the session. */
export class EventReceiver<Event extends HubEvent = SessionEvent> implements AsyncIterable<Event> {
  readonly #rules: ReceiverRules<Event>;
  readonly #capacity: number;
  readonly #queue: Event[] = [];
  readonly #waiters: Array<Waiter<Event>> = [];
  readonly #closers: Array<() => void> = [];
  #media = 0;
  #missed = 0;
  #unreported = 0;
  #ended = false;
  #overrun = false;

  constructor(rules: ReceiverRules<Event>, options: ReceiverOptions = {}) {
    const { signal, capacity = 512 } = options;
    if (!(Number.isInteger(capacity) && capacity >= 0)) throw badCapacity(capacity);
    this.#rules = rules;
    this.#capacity = capacity;
    if (signal === undefined) return;
    const abort = (): void => this.close();
    signal.addEventListener('abort', abort, { once: true });
    this.onClose(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) this.close();
  }

  /** How many events were dropped because this receiver was behind. */
  get missed(): number {
    return this.#missed;
  }

  /**
   * The next event; undefined after `disconnected`, or when closed. After a loss it rejects once with `lagged`,
   * whose `missed` says how many, and goes on with the oldest event still held.
   */
  recv(): Promise<Event | undefined> {
    const lag = this.#takeLag();
    return lag === undefined ? this.#next() : Promise.reject(lag);
  }

  /** The next event, losses skipped silently; they show in {@link missed}. Leaving the loop closes. */
  [Symbol.asyncIterator](): AsyncIterator<Event, undefined, undefined> {
    const result = (event: Event | undefined): IteratorResult<Event, undefined> =>
      event === undefined ? { done: true, value: undefined } : { done: false, value: event };
    return {
      next: () => this.#next().then(result),
      return: () => {
        this.close();
        return Promise.resolve(result(undefined));
      },
    };
  }

  /** Stops receiving; waiting readers get undefined. What is queued is dropped. */
  close(): void {
    this.#queue.length = 0;
    this.end();
  }

  /** Adds an event. For the session; an application injects events through `eventSender`. */
  push(event: Event): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) waiter(event);
    else this.#enqueue(event);
    if (event.type === 'disconnected') this.end();
  }

  /** No more events come; what is queued can still be read. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const waiter of this.#waiters.splice(0)) waiter(undefined);
    for (const closer of this.#closers.splice(0)) closer();
  }

  onClose(closer: () => void): void {
    if (this.#ended) closer();
    else this.#closers.push(closer);
  }

  #enqueue(event: Event): void {
    this.#queue.push(event);
    if (this.#rules.isMedia(event)) this.#media += 1;
    if (this.#queue.length <= this.#capacity) return;
    if (this.#media > 0) return this.#dropOldestMedia();
    if (this.#queue.length > this.#capacity * CONTROL_FACTOR) {
      this.#overrun = true;
      this.#lose(this.#queue.length);
      this.close();
    }
  }

  #dropOldestMedia(): void {
    const index = this.#queue.findIndex((event) => this.#rules.isMedia(event));
    this.#queue.splice(index, 1);
    this.#media -= 1;
    this.#lose(1);
  }

  #lose(count: number): void {
    this.#missed += count;
    this.#unreported += count;
  }

  #takeLag(): Error | undefined {
    if (this.#unreported === 0) return undefined;
    const missed = this.#unreported;
    this.#unreported = 0;
    return this.#rules.lag(missed, this.#overrun);
  }

  #next(): Promise<Event | undefined> {
    const event = this.#queue.shift();
    if (event !== undefined) {
      if (this.#rules.isMedia(event)) this.#media -= 1;
      return Promise.resolve(event);
    }
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
