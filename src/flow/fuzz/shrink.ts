/** The list with as much left out as can be, while `holds` is true of it: no single item can go. */
export function shrink<T>(items: readonly T[], holds: (items: readonly T[]) => boolean): readonly T[] {
  let kept = items;
  for (let size = Math.ceil(kept.length / 2); size > 0; ) {
    const fewer = withoutOne(kept, size, holds);
    if (fewer !== undefined) kept = fewer;
    else size = size === 1 ? 0 : Math.ceil(size / 2);
  }
  return kept;
}

function withoutOne<T>(
  items: readonly T[],
  size: number,
  holds: (items: readonly T[]) => boolean,
): readonly T[] | undefined {
  for (let from = 0; from < items.length; from += size) {
    const fewer = [...items.slice(0, from), ...items.slice(from + size)];
    if (holds(fewer)) return fewer;
  }
  return undefined;
}
