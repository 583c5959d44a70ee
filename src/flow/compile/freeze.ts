/**
 * A copy that nothing can change any more. Plain data is copied; functions stay what they are, and fields that are
 * undefined are left out, as JSON would.
 */
export function frozenCopy<T>(value: T): T {
  // Each part is rebuilt as what it was, so the type is too.
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(copy));
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined);
  // fromEntries defines fields: `__proto__` is one like any other.
  return Object.freeze(Object.fromEntries(kept.map(([key, inner]) => [key, copy(inner)])));
}

/** Freezes what the compiler has just made, and everything in it. Stops where something is frozen already. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
