import { type ConnectOptions, processEnvironment, type SessionEvent, systemClock } from '../wire/index.ts';
import type { LiveListeners } from './listeners.ts';
import { LiveCore } from './live-core.ts';
import type { LiveEvent } from './live-event.ts';
import { LiveHandle } from './live-handle.ts';
import type { LiveOptions } from './live-options.ts';
import { resolveLiveOptions } from './resolve-live-options.ts';

/** Ports, and who hears the session from its first event. */
export interface ConnectLiveOptions extends Omit<ConnectOptions, 'onEvent'> {
  readonly onEvent?: (event: LiveEvent) => void;
  /** The same by type of event; audio that nobody hears is not handed out. */
  readonly on?: LiveListeners;
  /** Hears every raw event of the wire session from the first, each before what follows from it. */
  readonly onSessionEvent?: (event: SessionEvent) => void;
}

/**
 * Opens a live session; resolves when it is active. Rejects with `invalidOptions` (every problem at once) before anything
 * is opened, or with the `WireError` that ended the attempt, and leaves nothing open behind it.
 */
export async function connectLive<Extracted extends object>(
  options: LiveOptions,
  { onEvent, on, onSessionEvent, ...ports }: ConnectLiveOptions = {},
): Promise<LiveHandle<Extracted>> {
  const resolved = resolveLiveOptions(options, ports.environment ?? processEnvironment());
  const hears = { onEvent, on };
  const { clock = systemClock } = ports;
  const wire = { ...ports, clock, ...(onSessionEvent !== undefined && { onEvent: onSessionEvent }) };
  const core = new LiveCore(resolved, wire, hears);
  await core.session.waitForPhase('active');
  return new LiveHandle<Extracted>(core);
}
