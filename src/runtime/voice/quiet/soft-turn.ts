import type { Cancel } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';

/**
 * A turn of the user to which the model chose to say nothing (spec: control §3.6): its speech ended, and for
 * `timeoutMs` there was no response. Tells it once; an output, a `turnComplete` or new speech begins anew. One timer,
 * only between the end of speech and what comes first.
 */
export class SoftTurn {
  readonly #host: Pick<RuntimeHost, 'clock'>;
  readonly #timeoutMs: number;
  readonly #onSoftTurn: () => void;
  #cancelTimer: Cancel | undefined;

  constructor(host: Pick<RuntimeHost, 'clock'>, onSoftTurn: () => void, timeoutMs = 2000) {
    this.#host = host;
    this.#onSoftTurn = onSoftTurn;
    this.#timeoutMs = timeoutMs;
  }

  userSpeechEnded(): void {
    this.reset();
    this.#cancelTimer = this.#host.clock.schedule(this.#timeoutMs, () => {
      this.#cancelTimer = undefined;
      this.#onSoftTurn();
    });
  }

  /** The model responded, its turn ended, the user speaks again, or the session ended. */
  reset(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}
