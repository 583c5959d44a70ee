import type { EventStamp } from './session-event.ts';

/** What a hub can carry: a closed union on `type`, whose last event is `disconnected`. */
export type HubEvent = EventStamp & { readonly type: string };
/** An event of a hub that has no stamp yet. */
export type HubEventBody<Event> = Event extends unknown ? Omit<Event, keyof EventStamp> : never;

/** What a hub has to know of its kind of events. One object for all hubs of a kind. */
export interface HubRules<Event extends HubEvent> {
  /** How many of the first events are kept, newest first to stay, until somebody subscribes. */
  readonly backlog: number;
  /** Whether an event is kept for the first subscriber. */
  keeps(event: Event): boolean;
  /** Droppable by a slow receiver, unlike control events. */
  isMedia(event: Event): boolean;
  /** The event that tells of a listener that threw; undefined when `event` is one itself. */
  report(thrown: unknown, event: Event): HubEventBody<Event> | undefined;
  /** What a receiver's `recv` rejects with after a loss; `ended` when the receiver was given up. */
  lag(missed: number, ended: boolean): Error;
}
