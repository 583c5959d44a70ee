import { kindOf } from '../shape/kind-of.ts';

/** Parts of data; a document that has more is refused by its shape. */
const MOST_PARTS = 200_000;
/** Data nests no deeper in any shape. */
const DEEPEST = 400;

/** That data is larger, or deeper, than any that has a shape. */
export class TooMuchData extends Error {}

/**
 * A copy that nothing can change any more. Plain data is copied, each field read once; functions and objects of classes stay
 * what they are, and fields that are undefined are left out, as JSON would. Throws {@link TooMuchData}, and what getters
 * throw.
 */
export function frozenCopy<T>(value: T): T {
  let parts = 0;
  const copy = (from: unknown, depth: number): unknown => {
    if (typeof from !== 'object') return from;
    const kind = kindOf(from);
    if (kind !== 'a list' && kind !== 'an object') return from;
    if (depth > DEEPEST) throw new TooMuchData();
    if (kind === 'a list') return Object.freeze(copyOfList(from as readonly unknown[], depth));
    return Object.freeze(copyOfFields(from as Fields, depth));
  };
  const enter = (count: number): void => {
    parts += count;
    if (parts > MOST_PARTS) throw new TooMuchData();
  };
  const copyOfList = (from: readonly unknown[], depth: number): unknown[] => {
    enter(from.length);
    const made: unknown[] = [];
    for (let index = 0; index < from.length; index++) made.push(copy(from[index], depth + 1));
    return made;
  };
  const copyOfFields = (from: Fields, depth: number): Fields => {
    const made: Record<string, unknown> = {};
    const keys = Object.keys(from);
    enter(keys.length);
    for (const key of keys) {
      const inner = copy(from[key], depth + 1);
      if (inner === undefined) continue;
      if (key === '__proto__') define(made, key, inner);
      else made[key] = inner;
    }
    return made;
  };
  // Each part is rebuilt as what it was, so the type is too.
  return copy(value, 0) as T;
}

type Fields = Readonly<Record<string, unknown>>;

/** A field like any other, whatever it is called. */
function define(made: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
}

/** Freezes what the compiler has just made, and everything in it. Stops where something is frozen already. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
