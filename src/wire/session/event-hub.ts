import { WireError } from '../wire-error.ts';
import { EventReceiver, type ReceiverOptions } from './event-receiver.ts';
import type {
  AudioDataBody,
  EventStamp,
  SessionEvent,
  SessionEventBody,
  SessionEventOf,
  SessionEventType,
} from './session-event.ts';

/** Called synchronously, in the order of events: be quick, and never throw. */
export type EventListener<T extends SessionEventType = SessionEventType> = (event: SessionEventOf<T>) => void;

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

type Stampable = { -readonly [Key in keyof EventStamp]: EventStamp[Key] };
type AnyListener = (event: SessionEvent) => void;

const NOBODY: readonly AnyListener[] = [];
const NONE: Partial<Record<SessionEventType, readonly AnyListener[]>> = {};

/** How many events are kept for the first subscriber. */
const BACKLOG = 256;

/**
 * Fans a session's events out, synchronously and in order.
 *
 * Until somebody subscribes, the newest 256 events are kept; whoever subscribes in the same tick as the first
 * subscriber gets them too, so a listener added right after `await connect()` misses nothing.
 */
export class EventHub {
  #seq = 0;
  #ended = false;
  #backlog: SessionEvent[] | undefined = [];
  #any: readonly AnyListener[];
  #byType: Partial<Record<SessionEventType, readonly AnyListener[]>> = NONE;
  #delivering = false;
  /** What ends each subscription that hangs on a signal: the signal may outlive the session. */
  #bound: Set<() => void> | undefined;
  /** What was published while another event was on its way. */
  #next: SessionEvent[] | undefined;

  /** @param first hears everything; it is no subscriber, so those who come later miss nothing. */
  constructor(first?: AnyListener) {
    this.#any = first === undefined ? NOBODY : [first];
  }

  /**
   * Publishes an event, and makes `body` into it: the caller gives it away. A throwing listener is reported as an
   * `error` event and does not stop the others. After `disconnected` nothing is published.
   */
  publish(body: SessionEventBody, turn: number, generation: number): void {
    if (!this.#ended) this.#stamp(body, turn, generation);
  }

  #stamp(body: SessionEventBody, turn: number, generation: number): void {
    // Written in place: a copy costs more than the rest of the delivery. A body plus its stamp is a SessionEvent.
    const event = body as unknown as Stampable;
    event.seq = this.#nextSeq();
    event.turn = turn;
    event.generation = generation;
    this.#deliver(event as unknown as SessionEvent);
  }

  /** The fast lane: the same for one chunk of audio, without a copy of its body. */
  publishAudio(body: Omit<AudioDataBody, 'type'>, turn: number, generation: number): void {
    const { data, mimeType, rateHz } = body;
    this.#deliver({ type: 'audioData', data, mimeType, rateHz, seq: this.#nextSeq(), turn, generation });
  }

  /** Calls `listener` for each event of one type. Returns what ends the subscription. */
  on<T extends SessionEventType>(
    type: T,
    listener: EventListener<T>,
    options?: SubscribeOptions,
  ): () => void {
    // Only events of `type` reach this list.
    const any = listener as AnyListener;
    if (options?.signal?.aborted) return () => {};
    this.#setListeners(type, (this.#byType[type] ?? NOBODY).concat(any));
    this.#replay(any, (event) => event.type === type);
    return this.#ending(options, () => {
      this.#setListeners(type, without(this.#byType[type] ?? NOBODY, any));
    });
  }

  /** Calls `listener` for every event. Returns what ends the subscription. */
  onAny(listener: AnyListener, options?: SubscribeOptions): () => void {
    if (options?.signal?.aborted) return () => {};
    this.#any = this.#any.concat(listener);
    this.#replay(listener, () => true);
    return this.#ending(options, () => {
      this.#any = without(this.#any, listener);
    });
  }

  /** A queue of events from now on, or from the start for the first subscribers. */
  subscribe(options: ReceiverOptions = {}): EventReceiver {
    const receiver = new EventReceiver(options);
    const stop = this.onAny((event) => receiver.push(event));
    receiver.onClose(stop);
    if (this.#ended) receiver.end();
    return receiver;
  }

  #setListeners(type: SessionEventType, listeners: readonly AnyListener[]): void {
    this.#byType = { ...this.#byType, [type]: listeners };
  }

  #nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** One event at a time: what listeners publish meanwhile comes after it, for every listener. */
  #deliver(event: SessionEvent): void {
    if (this.#delivering) {
      this.#next ??= [];
      this.#next.push(event);
      return;
    }
    this.#delivering = true;
    this.#tell(event);
    this.#finish();
  }

  #finish(): void {
    for (let event = this.#next?.shift(); event !== undefined; event = this.#next?.shift()) this.#tell(event);
    this.#delivering = false;
    if (this.#ended) this.#release();
  }

  #release(): void {
    for (const stop of this.#bound ?? []) stop();
    this.#any = NOBODY;
    this.#byType = NONE;
  }

  #tell(event: SessionEvent): void {
    if (event.type === 'disconnected') this.#ended = true;
    if (this.#backlog !== undefined) {
      if (this.#backlog.length === BACKLOG) this.#backlog.shift();
      this.#backlog.push(event);
    }
    // Lists are replaced, never changed in place: what a listener adds or removes counts from the next event on.
    const any = this.#any;
    const listeners = this.#byType[event.type];
    if (listeners !== undefined) for (const listener of listeners) this.#call(listener, event);
    for (const listener of any) this.#call(listener, event);
  }

  #call(listener: AnyListener, event: SessionEvent): void {
    try {
      const returned: unknown = listener(event);
      if (returned instanceof Promise) returned.catch((thrown: unknown) => this.#report(thrown, event));
    } catch (thrown) {
      this.#report(thrown, event);
    }
  }

  /** An error listener that throws on the report of a throw is not reported again. */
  #report(cause: unknown, event: SessionEvent): void {
    if (event.type === 'error' && event.error.code === 'listenerFailed') return;
    const text = `A listener of ${event.type} threw: see the cause.`;
    const error = new WireError('listenerFailed', text, { cause });
    this.#stamp({ type: 'error', error }, event.turn, event.generation);
  }

  #replay(listener: AnyListener, wanted: (event: SessionEvent) => boolean): void {
    const backlog = this.#backlog;
    if (backlog === undefined) return;
    queueMicrotask(() => {
      this.#backlog = undefined;
    });
    const nested = this.#delivering;
    this.#delivering = true;
    for (const event of backlog.slice()) if (wanted(event)) this.#call(listener, event);
    if (!nested) this.#finish();
  }

  /** What ends a subscription, by function or by signal, once. */
  #ending(options: SubscribeOptions | undefined, remove: () => void): () => void {
    const { signal } = options ?? {};
    let ended = false;
    const stop = (): void => {
      if (ended) return;
      ended = true;
      signal?.removeEventListener('abort', stop);
      this.#bound?.delete(stop);
      remove();
    };
    if (signal === undefined) return stop;
    if (this.#ended && !this.#delivering) stop();
    else {
      signal.addEventListener('abort', stop, { once: true });
      this.#bound ??= new Set();
      this.#bound.add(stop);
    }
    return stop;
  }
}

/** The list without one `listener`: a function that was subscribed twice stays once. */
function without(listeners: readonly AnyListener[], listener: AnyListener): readonly AnyListener[] {
  const index = listeners.indexOf(listener);
  return index === -1 ? listeners : listeners.toSpliced(index, 1);
}
