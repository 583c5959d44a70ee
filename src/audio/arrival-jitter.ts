/** Weight of one arrival in the estimate (RFC 3550 uses 1/16; this is the reference's, which reacts twice as fast). */
const WEIGHT = 0.125;

/**
 * Estimates how unevenly audio arrives, in the manner of RFC 3550 section 6.4.1: a running mean of how far the time
 * between two arrivals is from the time it should be, which is the duration of the audio in the first of them.
 *
 * RFC 3550 averages |D|. Here it is twice the late part of D: the same mean for a sender at real time, whose early
 * and late deviations cancel, but nothing for one that runs ahead (Gemini sends 2 to 4 times faster than real time):
 * being early costs nobody anything.
 */
export class ArrivalJitter {
  /** The present estimate, in milliseconds. */
  jitterMs: number;
  readonly #longestLateMs: number;
  #lastArrivalMs = Number.NaN;
  #lastDurationMs = 0;

  /** `longestLateMs`: an arrival later than this comes after a pause, which no buffer should try to cover. */
  constructor(initialMs: number, longestLateMs: number) {
    this.jitterMs = initialMs;
    this.#longestLateMs = longestLateMs;
  }

  /**
   * Takes an arrival into account. `isAhead` says that the receiver has more audio than any depth it could want: then
   * the gap was the sender's choice and says nothing about the network.
   */
  arrived(durationMs: number, nowMs: number, isAhead: boolean): void {
    const lateMs = Math.max(0, nowMs - this.#lastArrivalMs - this.#lastDurationMs);
    // False for the first arrival and after a pause, where the time of the last one is NaN.
    if (lateMs <= this.#longestLateMs && !isAhead) {
      this.jitterMs += WEIGHT * (2 * lateMs - this.jitterMs);
    }
    this.#lastArrivalMs = nowMs;
    this.#lastDurationMs = durationMs;
  }

  /** A pause is intended (a turn ended, an interruption): the next arrival is compared with nothing. */
  pause(): void {
    this.#lastArrivalMs = Number.NaN;
  }
}
