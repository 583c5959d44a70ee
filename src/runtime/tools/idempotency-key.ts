import type { JsonValue } from '../../flow/state-reader.ts';
import { canonicalJson } from './canonical-json.ts';
import type { JsonObject } from './tool-definition.ts';
import { isJsonObject } from './tool-json.ts';

const PLACE = /\{([^{}]+)\}/g;

/**
 * Fills `{name}` and `{a.b}` from the arguments, else from state. Undefined when a part is missing, null or empty: such a
 * key would make different requests one.
 */
export function fillKey(
  template: string,
  args: JsonObject,
  state: (key: string) => JsonValue | undefined,
): string | undefined {
  let isComplete = true;
  const key = template.replace(PLACE, (_, name: string) => {
    const value = valueAt(args, name) ?? state(name);
    if (value === undefined || value === null || value === '') isComplete = false;
    return typeof value === 'string' ? value : canonicalJson(value ?? null);
  });
  return isComplete ? key : undefined;
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
