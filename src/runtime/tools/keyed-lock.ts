/** A place in the queue of a key. */
export interface Ticket {
  /** Undefined when the key is held at once; otherwise resolves when it is. */
  readonly turn: Promise<void> | undefined;
  /** Gives the key, or the place in the queue, back. Once is enough. */
  readonly release: () => void;
}

interface Place {
  readonly admit: () => void;
}

/** Lets one holder at a time have a key, in the order they came. */
export class KeyedLock {
  readonly #queues = new Map<string, Place[]>();

  take(key: string): Ticket {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    let admit = (): void => {};
    const turn = queue.length === 0 ? undefined : new Promise<void>((resolve) => (admit = resolve));
    const place: Place = { admit: () => admit() };
    queue.push(place);
    return { turn, release: () => this.#leave(key, queue, place) };
  }

  #leave(key: string, queue: Place[], place: Place): void {
    const at = queue.indexOf(place);
    if (at < 0) return;
    queue.splice(at, 1);
    if (at === 0) queue[0]?.admit();
    if (queue.length === 0 && this.#queues.get(key) === queue) this.#queues.delete(key);
  }
}
