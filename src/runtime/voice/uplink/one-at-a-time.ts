/**
 * Keeps a part from being entered while it works: what its own effects call comes after it, in order. Costs nothing
 * while nobody does that.
 */
export class OneAtATime {
  #isBusy = false;
  #postponed: Array<() => void> | undefined;

  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** How many calls wait. */
  get waiting(): number {
    return this.#postponed?.length ?? 0;
  }

  /** The part begins to work; it must not be busy. */
  enter(): void {
    this.#isBusy = true;
  }

  /** The part's work is done: makes the calls that came meanwhile. */
  leave(): void {
    this.#isBusy = false;
    while (!this.#isBusy && this.#postponed?.length) this.#postponed.shift()?.();
  }

  /** Makes `call` when the part's work is done. */
  postpone(call: () => void): void {
    this.#postponed ??= [];
    this.#postponed.push(call);
  }
}
