import type { Cancel, Clock } from '../../wire/index.ts';

/** What was started together: each place is waited for, kept, or done with. */
type Place<T> =
  | { readonly type: 'awaited' }
  | { readonly type: 'held'; readonly value: T }
  | { readonly type: 'done' };

const AWAITED = { type: 'awaited' } as const;
const DONE = { type: 'done' } as const;

/**
 * Lets the results of things that were started together out in the order of their places. A result waits for those
 * before it, but no longer than `waitMs` after the first one had to wait: then all that are there go, and those that
 * come later go as they come.
 */
export class ReleaseOrder<T> {
  readonly #places: Place<T>[];
  readonly #clock: Pick<Clock, 'schedule'>;
  readonly #waitMs: number;
  readonly #release: (values: readonly T[]) => void;
  #patient = true;
  #cancelWait: Cancel | undefined;

  constructor(
    count: number,
    clock: Pick<Clock, 'schedule'>,
    waitMs: number,
    release: (values: readonly T[]) => void,
  ) {
    this.#places = Array.from({ length: count }, () => AWAITED);
    this.#clock = clock;
    this.#waitMs = waitMs;
    this.#release = release;
  }

  /** The result of a place. */
  settle(place: number, value: T): void {
    this.#places[place] = { type: 'held', value };
    this.#letOut();
  }

  /** Releases nothing more. */
  close(): void {
    this.#stopWaiting();
    this.#places.fill(DONE);
  }

  #letOut(): void {
    const ready: T[] = [];
    let open = true;
    for (const [index, place] of this.#places.entries()) {
      if (place.type === 'awaited') open &&= !this.#patient;
      if (place.type !== 'held' || !open) continue;
      ready.push(place.value);
      this.#places[index] = DONE;
    }
    const holds = this.#places.some(({ type }) => type === 'held');
    if (holds) this.#cancelWait ??= this.#clock.schedule(this.#waitMs, () => this.#losePatience());
    else this.#stopWaiting();
    if (ready.length > 0) this.#release(ready);
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = undefined;
  }

  #losePatience(): void {
    this.#patient = false;
    this.#letOut();
  }
}
