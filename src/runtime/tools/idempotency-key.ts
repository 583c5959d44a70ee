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
 * would make different requests one. Values that hold their separator are escaped, for the same reason.
 */
export function fillKey(
  template: string,
  args: JsonObject,
  state: (key: string) => JsonValue | undefined,
): FilledKey {
  const missing: string[] = [];
  // Literal text and names by turns, literal text first and last.
  const pieces = template.split(PLACE);
  const lastName = pieces.length - 2;
  const key = pieces.map((piece, at) => {
    if (at % 2 === 0) return separator(piece, at > 0 && at < pieces.length - 1);
    const value = valueAt(args, piece) ?? state(piece);
    if (value === undefined || value === null || value === '') missing.push(piece);
    const text = typeof value === 'string' ? value : canonicalJson(value ?? null);
    return at === lastName ? text : upTo(separator(pieces[at + 1] ?? '', true), text);
  });
  const [first, ...others] = missing;
  return first === undefined ? { key: key.join('') } : { missing: [first, ...others] };
}

/** The text between two values; values that are written without any are kept apart all the same. */
function separator(literal: string, isBetween: boolean): string {
  return literal === '' && isBetween ? '|' : literal.replaceAll('%', '%%');
}

/** A value that ends where its separator begins, whatever is in it: what looks like the separator is escaped. */
function upTo(following: string, text: string): string {
  const escaped = (char: string): string => `%${(char.codePointAt(0) ?? 0).toString(16).padStart(6, '0')}`;
  const [end] = following;
  return Array.from(text, (char) => (char === '%' || char === end ? escaped(char) : char)).join('');
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
