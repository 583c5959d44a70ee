/** JSON as a tree, to walk two of them side by side. */
import type { JsonValue } from '../../flow/state-reader.ts';

export function isNode(
  value: JsonValue,
): value is readonly JsonValue[] | { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null;
}

/** Undefined for text that is no JSON. */
export function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue; // what JSON.parse gives is JSON
  } catch {
    return undefined;
  }
}
