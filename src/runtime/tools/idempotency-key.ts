import type { JsonValue } from '../../flow/state-reader.ts';
import { canonicalJson } from './canonical-json.ts';
import type { JsonObject } from './tool-definition.ts';
import { isJsonObject } from './tool-json.ts';

const PLACE = /\{([^{}]+)\}/g;

/** A template that was filled in, or its parts that have no value, as they are written. */
export type FilledKey =
  | { readonly key: string }
  | { readonly missing: readonly [string, ...ReadonlyArray<string>] };

/**
 * Fills `{name}` and `{a.b}` from the arguments, else from state. A part that is missing, null or empty makes no key: it
 * would make different requests one.
 */
export function fillKey(
  template: string,
  args: JsonObject,
  state: (key: string) => JsonValue | undefined,
): FilledKey {
  const missing: string[] = [];
  const key = template.replace(PLACE, (_, name: string) => {
    const value = valueAt(args, name) ?? state(name);
    if (value === undefined || value === null || value === '') missing.push(name);
    return typeof value === 'string' ? value : canonicalJson(value ?? null);
  });
  const [first, ...others] = missing;
  return first === undefined ? { key } : { missing: [first, ...others] };
}

function valueAt(args: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(args, path)) return args[path];
  return path
    .split('.')
    .reduce<JsonValue | undefined>(
      (at, step) => (isJsonObject(at) && Object.hasOwn(at, step) ? at[step] : undefined),
      args,
    );
}
