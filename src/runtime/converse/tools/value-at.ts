import type { JsonValue } from '../../../flow/state-reader.ts';

/**
 * What stands at a path in JSON: the field of that very name, else the way through fields and places of lists, for example
 * `items.0.id`. The empty path is the value itself.
 */
export function valueAt(json: JsonValue, path: string): JsonValue | undefined {
  if (path === '') return json;
  const direct = stepInto(json, path);
  if (direct !== undefined) return direct;
  let at: JsonValue | undefined = json;
  for (const step of path.split('.')) at = stepInto(at, step);
  return at;
}

/** Own fields only: what every object inherits is nobody's value. */
function stepInto(at: JsonValue | undefined, step: string): JsonValue | undefined {
  if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
  if (Array.isArray(at)) return /^\d+$/.test(step) ? at[Number(step)] : undefined;
  // The list is out: what is left is an object.
  return (at as { readonly [key: string]: JsonValue })[step];
}
