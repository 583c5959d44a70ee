import {
  type ConnectOptions,
  processEnvironment,
  type SessionEvent,
  systemClock,
  WireError,
} from '../wire/index.ts';
import type { LiveListeners } from './listeners.ts';
import { LiveCore } from './live-core.ts';
import type { LiveEvent } from './live-event.ts';
import { LiveHandle } from './live-handle.ts';
import type { LiveOptions } from './live-options.ts';
import type { PersistenceOfCall } from './persist/persistence-options.ts';
import { StoreError } from './persist/store-error.ts';
import { takeUp } from './persist/take-up.ts';
import { type RecordingOptions, recordedSession } from './replay/record-session.ts';
import { resolveLiveOptions } from './resolve-live-options.ts';
import { RuntimeError } from './runtime-error.ts';

/** Ports, and who hears the session from its first event. */
export interface ConnectLiveOptions extends Omit<ConnectOptions, 'onEvent'>, PersistenceOfCall {
  readonly onEvent?: (event: LiveEvent) => void;
  /** The same by type of event; audio that nobody hears is not handed out. */
  readonly on?: LiveListeners;
  /** Hears every raw event of the wire session from the first, each before what follows from it. */
  readonly onSessionEvent?: (event: SessionEvent) => void;
  /** Records the call, so that it can be replayed. @default it is not */
  readonly recording?: RecordingOptions;
}

/**
 * Opens a live session; resolves when it is active. Rejects with `invalidOptions` (every problem at once) before anything
 * is opened, or with the `WireError` that ended the attempt, and leaves nothing open behind it.
 */
export async function connectLive<Extracted extends object>(
  options: LiveOptions,
  { onEvent, on, onSessionEvent, sessionId, restore, recording, ...given }: ConnectLiveOptions = {},
): Promise<LiveHandle<Extracted>> {
  const unrecorded = resolveLiveOptions(options, given.environment ?? processEnvironment());
  const recorded = recording && recordedSession(options, unrecorded, recording, given);
  const { resolved, ports } = recorded ?? { resolved: unrecorded, ports: given };
  const hears = { onEvent, on };
  const { clock = systemClock } = ports;
  const wire = { ...ports, clock, ...(onSessionEvent !== undefined && { onEvent: onSessionEvent }) };
  const ofCall = {
    ...(sessionId !== undefined && { sessionId }),
    ...(restore !== undefined && { restore }),
  };
  const { persistence } = resolved.options;
  if (persistence === undefined && Object.keys(ofCall).length > 0) throw notKept();
  const taken = persistence && (await takeUp(persistence, ofCall, { clock, signal: ports.signal }));
  const core = new LiveCore(resolved, wire, hears, taken);
  const tap = recorded?.started(core);
  try {
    await core.session.waitForPhase('active');
  } catch (error) {
    if (error instanceof WireError && error.cause instanceof StoreError) throw error.cause;
    await core.keeping?.closed;
    throw error;
  }
  return new LiveHandle<Extracted>(core, tap);
}

function notKept(): RuntimeError {
  const message = 'There is no store: say where sessions are kept with `persistence`.';
  return new RuntimeError('invalidOptions', message, { problems: [{ path: 'persistence', message }] });
}
