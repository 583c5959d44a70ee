import { WireError } from '../wire-error.ts';
import { EventReceiver, type ReceiverOptions } from './event-receiver.ts';
import type { HubEvent, HubEventBody, HubRules } from './hub-rules.ts';
import {
  type EventStamp,
  isMediaEvent,
  type SessionEvent,
  type SessionEventOf,
  type SessionEventType,
} from './session-event.ts';

/** Called synchronously, in the order of events: be quick, and never throw. */
export type EventListener<T extends SessionEventType = SessionEventType> = (event: SessionEventOf<T>) => void;

export interface SubscribeOptions {
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

const SESSION_EVENTS: HubRules<SessionEvent> = {
  backlog: 256,
  keeps: () => true,
  isMedia: isMediaEvent,
  report: (cause, event) => {
    if (event.type === 'error' && event.error.code === 'listenerFailed') return undefined;
    const text = `A listener of ${event.type} threw: see the cause.`;
    return { type: 'error', error: new WireError('listenerFailed', text, { cause }) };
  },
  lag: (missed, ended) => {
    const what = ended ? 'and was ended' : 'and lost its oldest media events';
    const text = `This receiver fell ${missed} events behind ${what}: read faster, or raise its capacity.`;
    return new WireError('lagged', text, { missed });
  },
};

/** A hub of a session's own events. @param first as in {@link EventHub}. */
export function sessionEventHub(first?: (event: SessionEvent) => void): EventHub<SessionEvent> {
  return new EventHub(SESSION_EVENTS, first);
}

type OfType<Event extends HubEvent, T extends Event['type']> = Extract<Event, { readonly type: T }>;
type Stampable = { -readonly [Key in keyof EventStamp]: EventStamp[Key] };
type Listener<Event> = (event: Event) => void;
/** By type; only events of a type reach its list. */
type ListenerLists<Event extends HubEvent> = {
  readonly [Type in Event['type']]?: ReadonlyArray<Listener<Event>>;
};

const NOBODY: readonly never[] = [];
const NONE = {};

/**
 * Fans events out, synchronously and in order.
 *
 * Until somebody subscribes, the newest events are kept (256 of a session); whoever subscribes in the same tick as the
 * first subscriber gets them too, so a listener added right after `await connect()` misses nothing.
 */
export class EventHub<Event extends HubEvent = SessionEvent> {
  readonly #rules: HubRules<Event>;
  #seq = 0;
  #ended = false;
  #backlog: Event[] | undefined = [];
  #any: ReadonlyArray<Listener<Event>>;
  #byType: ListenerLists<Event>;
  #delivering = false;
  /** What ends each subscription that hangs on a signal: the signal may outlive the session. */
  #bound: Set<() => void> | undefined;
  /** What was published while another event was on its way. */
  #next: Event[] | undefined;

  /**
   * @param first hears everything; it is no subscriber, so those who come later miss nothing.
   * @param firstOf the same for events of one type each; no list is empty.
   */
  constructor(rules: HubRules<Event>, first?: Listener<Event>, firstOf: ListenerLists<Event> = NONE) {
    this.#rules = rules;
    this.#any = first === undefined ? NOBODY : [first];
    this.#byType = firstOf;
  }

  /**
   * Publishes an event, and makes `body` into it: the caller gives it away. A throwing listener is reported as an
   * `error` event and does not stop the others. After `disconnected` nothing is published.
   */
  publish(body: HubEventBody<Event>, turn: number, generation: number): void {
    if (!this.#ended) this.#stamp(body, turn, generation);
  }

  #stamp(body: HubEventBody<Event>, turn: number, generation: number): void {
    // Written in place: a copy costs more than the rest of the delivery. A body plus its stamp is an event.
    const event = body as unknown as Stampable;
    event.seq = this.nextSeq();
    event.turn = turn;
    event.generation = generation;
    this.#deliver(event as unknown as Event);
  }

  /** The next number, for an event that is made whole and given to {@link deliver} at once. */
  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** The fast lane of {@link publish}: an event with its stamp, numbered by {@link nextSeq}. */
  deliver(event: Event): void {
    if (!this.#ended) this.#deliver(event);
  }

  /** Whether anybody would hear an event of this type now. */
  hears(type: Event['type']): boolean {
    return this.#any.length > 0 || this.#byType[type] !== undefined;
  }

  /** Calls `listener` for each event of one type. Returns what ends the subscription. */
  on<T extends Event['type']>(
    type: T,
    listener: (event: OfType<Event, T>) => void,
    options?: SubscribeOptions,
  ): () => void {
    // Only events of `type` reach this list.
    const any = listener as Listener<Event>;
    if (options?.signal?.aborted) return () => {};
    this.#setListeners(type, (this.#byType[type] ?? NOBODY).concat(any));
    this.#replay(any, (event) => event.type === type);
    return this.#ending(options, () => {
      this.#setListeners(type, without(this.#byType[type] ?? NOBODY, any));
    });
  }

  /** Calls `listener` for every event. Returns what ends the subscription. */
  onAny(listener: Listener<Event>, options?: SubscribeOptions): () => void {
    if (options?.signal?.aborted) return () => {};
    this.#any = this.#any.concat(listener);
    this.#replay(listener, () => true);
    return this.#ending(options, () => {
      this.#any = without(this.#any, listener);
    });
  }

  /** A queue of events from now on, or from the start for the first subscribers. */
  subscribe(options: ReceiverOptions = {}): EventReceiver<Event> {
    const receiver = new EventReceiver(this.#rules, options);
    const stop = this.onAny((event) => receiver.push(event));
    receiver.onClose(stop);
    if (this.#ended) receiver.end();
    return receiver;
  }

  #setListeners(type: Event['type'], listeners: ReadonlyArray<Listener<Event>>): void {
    this.#byType = { ...this.#byType, [type]: listeners.length === 0 ? undefined : listeners };
  }

  /** One event at a time: what listeners publish meanwhile comes after it, for every listener. */
  #deliver(event: Event): void {
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

  #tell(event: Event): void {
    if (event.type === 'disconnected') this.#ended = true;
    if (this.#backlog !== undefined) this.#keep(event, this.#backlog);
    // Lists are replaced, never changed in place: what a listener adds or removes counts from the next event on.
    const any = this.#any;
    const listeners = this.#byType[event.type as Event['type']];
    if (listeners !== undefined) for (const listener of listeners) this.#call(listener, event);
    for (const listener of any) this.#call(listener, event);
  }

  #keep(event: Event, backlog: Event[]): void {
    if (!this.#rules.keeps(event)) return;
    if (backlog.length === this.#rules.backlog) backlog.shift();
    backlog.push(event);
  }

  #call(listener: Listener<Event>, event: Event): void {
    try {
      const returned: unknown = listener(event);
      if (returned instanceof Promise) returned.catch((thrown: unknown) => this.#report(thrown, event));
    } catch (thrown) {
      this.#report(thrown, event);
    }
  }

  /** An error listener that throws on the report of a throw is not reported again. */
  #report(thrown: unknown, event: Event): void {
    const body = this.#rules.report(thrown, event);
    if (body !== undefined) this.#stamp(body, event.turn, event.generation);
  }

  #replay(listener: Listener<Event>, wanted: (event: Event) => boolean): void {
    const backlog = this.#backlog;
    if (backlog === undefined) return;
    // Not queueMicrotask: Node makes an AsyncResource for each of its tasks.
    void Promise.resolve().then(() => {
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
function without<Item>(listeners: readonly Item[], listener: Item): readonly Item[] {
  const index = listeners.indexOf(listener);
  return index === -1 ? listeners : listeners.toSpliced(index, 1);
}
