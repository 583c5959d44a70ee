import type { EventHub, SubscribeOptions } from '../../wire/index.ts';
import type { LiveEvent, LiveEventOf, LiveEventType } from '../live-event.ts';
import { RuntimeError } from '../runtime-error.ts';

/**
 * The next event of one type. Rejects with `sessionEnded` when the session ends, or has ended, without one, and with
 * `aborted`; a rejection that nobody awaits is not an unhandled one.
 */
export function nextEvent<T extends LiveEventType>(
  hub: EventHub<LiveEvent>,
  type: T,
  options: SubscribeOptions = {},
): Promise<LiveEventOf<T>> {
  const next = waitFor(hub, type, options);
  next.catch(() => {});
  return next;
}

async function waitFor<T extends LiveEventType>(
  hub: EventHub<LiveEvent>,
  type: T,
  { signal }: SubscribeOptions,
): Promise<LiveEventOf<T>> {
  for await (const event of hub.subscribe(signal && { signal })) {
    // The type is that of `T`, which the compiler does not narrow a union by.
    if (event.type === type) return event as LiveEventOf<T>;
  }
  if (signal?.aborted) throw new RuntimeError('aborted', `Waiting for ${type} was aborted.`);
  throw new RuntimeError('sessionEnded', `The session ended before there was another ${type} event.`);
}
