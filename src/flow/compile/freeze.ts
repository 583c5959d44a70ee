import { kindOf } from '../shape/kind-of.ts';

/** Parts of data; a document that has more is refused by its shape. */
const MOST_PARTS = 200_000;

/**
 * A copy that nothing can change any more. Plain data is copied, each field read once; functions and objects of classes stay
 * what they are, and fields that are undefined are left out, as JSON would. Throws what getters throw, and a RangeError for
 * data that is larger than any that has a shape, or too deep.
 */
export function frozenCopy<T>(value: T): T {
  let parts = 0;
  const copy = (from: unknown): unknown => {
    const kind = kindOf(from);
    const isList = kind === 'a list';
    if (!isList && kind !== 'an object') return from;
    // Lists and plain objects: both have fields.
    const fields = from as Readonly<Record<string, unknown>>;
    const keys = isList ? undefined : Object.keys(fields);
    const count = keys?.length ?? Number(fields.length);
    parts += count;
    if (parts > MOST_PARTS) throw new RangeError();
    const part = (at: string | number): unknown => copy(fields[at]);
    if (keys === undefined) return Object.freeze(Array.from({ length: count }, (_, at) => part(at)));
    const entries = keys.map((key) => [key, part(key)] as const).filter(([, inner]) => inner !== undefined);
    // fromEntries defines fields: `__proto__` is one like any other.
    return Object.freeze(Object.fromEntries(entries));
  };
  // Each part is rebuilt as what it was, so the type is too.
  return copy(value) as T;
}

/** Freezes what the compiler has just made, and everything in it. Stops where something is frozen already. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
