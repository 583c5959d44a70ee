/** A list as it stood, without a copy: lists that only grow share their beginning. */

/** The first `length` items of a list to which items are only ever appended. */
export interface Prefix<T> {
  readonly items: readonly T[];
  readonly length: number;
}

/** The list as it stands now. Its owner must replace it, not change it, when it does anything but append. */
export function prefixOf<T>(items: readonly T[]): Prefix<T> {
  return { items, length: items.length };
}

/** A copy of what stood there. */
export function itemsOf<T>({ items, length }: Prefix<T>): T[] {
  return items.slice(0, length);
}
