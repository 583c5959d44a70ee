import { END_OF_TEXT, type FoundSecret, type Secret, type SecretFinder } from './secret-finder.ts';

/** What stands for secrets of different kinds that overlap: the mask of one might tell of the other. */
const OVERLAP_MASK = '[redacted]';

/** One text, searched by several finders at once; what they find is joined where it overlaps. */
export class SecretSearch {
  readonly #finders: readonly SecretFinder[];
  #position = 0;
  /** Not taken yet, apart from each other, in order. */
  #secrets: Secret[] = [];

  /** @param finders each is given where to tell of what it finds. */
  constructor(finders: ReadonlyArray<(found: FoundSecret) => SecretFinder>) {
    const found: FoundSecret = (start, end, mask) => this.#join({ start, end, mask });
    this.#finders = finders.map((create) => create(found));
  }

  /** Length of the text so far, in units. */
  get length(): number {
    return this.#position;
  }

  /** Up to where everything is decided. */
  get decidedTo(): number {
    return this.#finders.reduce((least, finder) => Math.min(least, finder.openFrom), this.#position);
  }

  /** What was found and not taken; those that reach beyond `decidedTo` may still grow. */
  get secrets(): readonly Secret[] {
    return this.#secrets;
  }

  push(text: string): void {
    for (let index = 0; index < text.length; index++) {
      this.#step(text.charCodeAt(index));
      this.#position += 1;
    }
  }

  end(): void {
    this.#step(END_OF_TEXT);
  }

  /** Forgets the first secret. */
  take(): void {
    this.#secrets.shift();
  }

  #step(unit: number): void {
    for (const finder of this.#finders) finder.step(unit, this.#position);
  }

  #join(found: Secret): void {
    let { start, end, mask } = found;
    const before: Secret[] = [];
    const after: Secret[] = [];
    for (const secret of this.#secrets) {
      if (secret.end <= start) before.push(secret);
      else if (secret.start >= end) after.push(secret);
      else {
        start = Math.min(start, secret.start);
        end = Math.max(end, secret.end);
        if (secret.mask !== mask) mask = OVERLAP_MASK;
      }
    }
    this.#secrets = [...before, { start, end, mask }, ...after];
  }
}
