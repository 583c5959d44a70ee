/** What a tool of a conversation leaves in the state when it succeeds. */
import type { ToolSpec } from '../conversation/conversation-document.ts';
import type { StateEffect } from '../state-effect.ts';
import type { JsonValue } from '../state-reader.ts';

type Arguments = { readonly [name: string]: JsonValue };

/**
 * The writes of a success: what the mock sets, then what `saves` takes out of the response. With a given response the
 * mock is not asked.
 */
export function mockEffects(
  { mock, saves = {} }: ToolSpec,
  args: Arguments,
  response?: JsonValue,
): readonly StateEffect[] {
  const asked = response === undefined ? mock : undefined;
  const answer = asked === undefined ? response : filled(asked.response ?? 'ok', args);
  const writes = Object.entries(asked?.set ?? {}).map(([key, value]) => set(key, filled(value, args)));
  for (const [key, path] of Object.entries(saves)) {
    const value = at(answer, path);
    if (value !== undefined) writes.push(set(key, value));
  }
  return writes;
}

function set(key: string, value: JsonValue): StateEffect {
  return { type: 'set', key, value };
}

/** `{argument}` in texts is replaced; a text that is nothing else becomes the argument as it is. */
function filled(value: JsonValue, args: Arguments): JsonValue {
  if (typeof value === 'string') {
    const whole = /^\{([^{}]+)\}$/.exec(value)?.[1];
    if (whole !== undefined) return argument(args, whole) ?? value;
    return value.replace(/\{([^{}]+)\}/g, (all, name: string) => {
      const found = argument(args, name);
      return found === undefined ? all : typeof found === 'string' ? found : JSON.stringify(found);
    });
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => filled(item, args));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, args)]));
}

function argument(args: Arguments, name: string): JsonValue | undefined {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}

/** What is at a path: the field of that very name, else the way through fields and lists; the empty path is the whole. */
function at(value: JsonValue | undefined, path: string): JsonValue | undefined {
  if (path === '') return value;
  return field(value, path) ?? path.split('.').reduce(field, value);
}

function field(value: JsonValue | undefined, name: string): JsonValue | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  if (Array.isArray(value)) return /^\d+$/.test(name) ? value[Number(name)] : undefined;
  // The list is out: what is left is an object.
  return (value as { readonly [name: string]: JsonValue })[name];
}
