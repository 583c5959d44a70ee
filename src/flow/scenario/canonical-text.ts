import type { JsonValue } from '../state-reader.ts';

/** One text for equal values, whatever the order of their keys: it names the arguments of a simulated call. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(value, (_key, inner: JsonValue) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
