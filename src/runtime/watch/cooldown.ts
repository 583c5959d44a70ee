/** Lets one action through, then none for a while. */
export class Cooldown {
  readonly #lengthMs: number;
  #readyAtMs = Number.NEGATIVE_INFINITY;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** Whether an action may run now; if so, the next one must wait. */
  take(nowMs: number): boolean {
    if (nowMs < this.#readyAtMs) return false;
    this.#readyAtMs = nowMs + this.#lengthMs;
    return true;
  }
}
