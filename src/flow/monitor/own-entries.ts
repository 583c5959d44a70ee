/** Plain records whose keys come from outside: only own entries count, whatever they are called. */

type Entries<T> = { readonly [key: string]: T };

/** The entry of that name; undefined when there is none. */
export function own<T>(record: Entries<T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** A copy with one entry set. */
export function withEntry<T>(record: Entries<T>, key: string, value: T): Entries<T> {
  return { ...record, [key]: value };
}

/** A copy without these entries; the record itself where it has none of them. */
export function withoutEntries<T>(record: Entries<T>, keys: readonly string[]): Entries<T> {
  if (!keys.some((key) => Object.hasOwn(record, key))) return record;
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key)));
}
