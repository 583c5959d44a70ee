import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import type { PlaybackLedger } from '../playback/playback-ledger.ts';

/**
 * How long nobody has been heard (spec: voice §16.28): since the end of the user's last speech, of the model's last
 * output or of its playback, whichever is latest. A session begins with silence.
 */
export class SilenceMeter {
  readonly #host: Pick<RuntimeHost, 'clock'>;
  readonly #ledger: Pick<PlaybackLedger, 'endsAtMs'>;
  #userSpeaking = false;
  #heardAtMs: number;

  constructor(host: Pick<RuntimeHost, 'clock'>, ledger: Pick<PlaybackLedger, 'endsAtMs'>) {
    this.#host = host;
    this.#ledger = ledger;
    this.#heardAtMs = host.clock.nowMs();
  }

  get userSpeaking(): boolean {
    return this.#userSpeaking;
  }

  userSpeechStarted(): void {
    this.#userSpeaking = true;
  }

  userSpeechEnded(): void {
    this.#userSpeaking = false;
    this.mark();
  }

  /** Something was said now, by either: a text, an output, words of a transcript. */
  mark(): void {
    this.#heardAtMs = this.#host.clock.nowMs();
  }

  /** When silence began, on the host's clock; in the future while something plays. */
  get sinceMs(): number {
    return Math.max(this.#heardAtMs, this.#ledger.endsAtMs);
  }

  /** 0 while somebody is heard. */
  get silenceMs(): number {
    return this.#userSpeaking ? 0 : Math.max(0, this.#host.clock.nowMs() - this.sinceMs);
  }
}
