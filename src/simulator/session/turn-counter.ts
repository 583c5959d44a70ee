/** Counts how often the brain was asked, across resumptions. */
export class TurnCounter {
  #count: number;

  constructor(count: number) {
    this.#count = count;
  }

  get count(): number {
    return this.#count;
  }

  next(): number {
    this.#count++;
    return this.#count;
  }
}
