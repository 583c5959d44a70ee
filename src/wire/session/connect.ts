/** Opening a session. */
import { websocketTransport } from '#websocket';
import type { Clock } from '../clock.ts';
import { resolveConfig } from '../config/resolve-config.ts';
import type { SessionConfig } from '../config/session-config.ts';
import { type Environment, processEnvironment } from '../platform/environment.ts';
import { systemClock } from '../platform/system-clock.ts';
import { type Random, systemRandom } from '../platform/system-random.ts';
import type { Transport } from '../transport/transport.ts';
import { WireError } from '../wire-error.ts';
import type { EventListener } from './event-hub.ts';
import { abortError } from './phase-watch.ts';
import { Session } from './session.ts';
import { SessionHandle } from './session-handle.ts';
import type { SessionStart } from './session-start.ts';

export interface ConnectOptions {
  /** Cancels connecting: rejects with `aborted`. Does nothing once the session is active. */
  readonly signal?: AbortSignal;
  /** Hears every event from the very first one. */
  readonly onEvent?: EventListener;
  /** @default the platform's WebSocket: `ws` on Node */
  readonly transport?: Transport;
  /** @default the system's */
  readonly clock?: Clock;
  /** Jitter of the backoff. @default the system's */
  readonly random?: Random;
  /** @default the process's */
  readonly environment?: Environment;
}

/** The same for whoever goes on with a conversation of before. */
export interface OpenOptions extends ConnectOptions {
  readonly start?: SessionStart;
}

/**
 * Starts a session and returns at once, in phase `connecting`: subscribe, then wait with
 * `waitForPhase('active')`. Throws `invalidConfig` or `missingCredentials`.
 */
export function openSession(config: SessionConfig, options: OpenOptions = {}): SessionHandle {
  const resolved = resolveConfig(config, options.environment ?? processEnvironment());
  const session = new Session(resolved, {
    transport: options.transport ?? websocketTransport,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    onEvent: options.onEvent,
    from: options.start,
  });
  const { signal, start } = options;
  if (signal !== undefined) abortWith(session, signal);
  if (start?.after === undefined) session.start();
  else startAfter(session, start.after);
  return new SessionHandle(session);
}

/**
 * Opens a session; resolves when it is active. Rejects with the typed error that ended the attempt, after the
 * retries that make sense for it, and leaves nothing open behind it.
 */
export async function connect(config: SessionConfig, options: ConnectOptions = {}): Promise<SessionHandle> {
  if (options.signal?.aborted) throw abortError(options.signal);
  const handle = openSession(config, options);
  await handle.waitForPhase('active');
  return handle;
}

function startAfter(session: Session, after: PromiseLike<unknown>): void {
  after.then(
    () => session.start(),
    (cause: unknown) => {
      const text = 'What had to be done before connecting failed: see the cause.';
      session.abort(new WireError('aborted', text, { cause }));
    },
  );
}

/** Aborts a session by signal until it is first active or over. */
function abortWith(session: Session, signal: AbortSignal): void {
  const abort = (): void => session.abort(abortError(signal));
  if (signal.aborted) return abort();
  const done = (): void => signal.removeEventListener('abort', abort);
  signal.addEventListener('abort', abort, { once: true });
  session.phase.waitFor('active').then(done, done);
}
