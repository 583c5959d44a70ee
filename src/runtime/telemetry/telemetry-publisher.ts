import type { Cancel } from '../../wire/index.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { SessionTelemetry } from './session-telemetry.ts';

/** The shortest time between two `telemetry` events. */
const MIN_INTERVAL_MS = 100;

/**
 * Publishes a `telemetry` event every `intervalMs` (at least 100), the first after one interval, until it is stopped,
 * whether anybody listens at the time or not. Made only for a session that asked for it.
 */
export class TelemetryPublisher {
  readonly #host: Pick<RuntimeHost, 'clock' | 'emit'>;
  readonly #telemetry: Pick<SessionTelemetry, 'snapshot'>;
  readonly #intervalMs: number;
  #cancel: Cancel;

  constructor(
    host: Pick<RuntimeHost, 'clock' | 'emit'>,
    telemetry: Pick<SessionTelemetry, 'snapshot'>,
    intervalMs: number,
  ) {
    this.#host = host;
    this.#telemetry = telemetry;
    this.#intervalMs = Math.max(MIN_INTERVAL_MS, intervalMs);
    this.#cancel = this.#schedule();
  }

  /** Ends it; nothing is published any more. */
  stop(): void {
    this.#cancel();
  }

  #schedule(): Cancel {
    return this.#host.clock.schedule(this.#intervalMs, () => {
      this.#cancel = this.#schedule();
      this.#host.emit({ type: 'telemetry', snapshot: this.#telemetry.snapshot() });
    });
  }
}
