/** A token bucket that holds a producer of audio to about real time. */
export interface PacerOptions {
  readonly bytesPerSecond: number;
  /** What may go at once after silence. */
  readonly burstMs: number;
}

export class AudioPacer {
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  #bytes: number;
  #lastMs: number;

  constructor({ bytesPerSecond, burstMs }: PacerOptions, nowMs: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#burstBytes = this.#bytesPerMs * burstMs;
    this.#bytes = this.#burstBytes;
    this.#lastMs = nowMs;
  }

  /** Takes `lengthBytes` out of the bucket; the answer is how long to wait before sending them. */
  take(lengthBytes: number, nowMs: number): number {
    const refill = (nowMs - this.#lastMs) * this.#bytesPerMs;
    this.#bytes = Math.min(this.#burstBytes, this.#bytes + refill) - lengthBytes;
    this.#lastMs = nowMs;
    return this.#bytes >= 0 ? 0 : -this.#bytes / this.#bytesPerMs;
  }
}
