/** Listeners that are there before the first event, by the type of what they hear. */
import type { EventListener, SessionEventType } from '../wire/index.ts';
import type { LiveEvent, LiveEventOf, LiveEventType } from './live-event.ts';

/** One, or several that are called one after the other. */
export type OneOrMore<Item> = Item | readonly Item[];

/**
 * Who hears live events of a type, from the first one on: synchronously, in order. Nothing is made for types that nobody
 * hears. A listener that throws is reported as `listenerFailed`, and the others are called.
 */
export type LiveListeners = {
  readonly [Type in LiveEventType]?: OneOrMore<(event: LiveEventOf<Type>) => void>;
};

/** Who hears raw events of the wire session, the same. */
export type SessionListeners = {
  readonly [Type in SessionEventType]?: OneOrMore<EventListener<Type>>;
};

/** Lists by type; types without a listener are left out. */
export type ListenersByType = {
  readonly [Type in LiveEventType]?: ReadonlyArray<(event: LiveEvent) => void>;
};

/** Those of every map, in order; undefined when there are none. */
export function listenersByType(maps: ReadonlyArray<LiveListeners | undefined>): ListenersByType | undefined {
  const lists: { [Type in LiveEventType]?: ReadonlyArray<(event: LiveEvent) => void> } = {};
  for (const map of maps) {
    for (const [type, given] of Object.entries(map ?? {})) {
      // The hub calls each list with events of its own type only.
      const added = listed(given) as ReadonlyArray<(event: LiveEvent) => void>;
      if (added.length === 0) continue;
      const known = type as LiveEventType;
      lists[known] = [...(lists[known] ?? []), ...added];
    }
  }
  return Object.keys(lists).length === 0 ? undefined : lists;
}

/** As a list. */
export function listed<Item>(given: OneOrMore<Item> | undefined): readonly Item[] {
  if (given === undefined) return [];
  // A readonly array is not narrowed by isArray.
  return Array.isArray(given) ? (given as readonly Item[]) : [given as Item];
}
