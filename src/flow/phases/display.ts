/** State as the model reads it. */
import type { JsonValue } from '../state-reader.ts';

/** A longer value is cut: a context line is a fact, not a document. */
const MAX_VALUE_CHARS = 400;

/** A key without its prefix: `user:firstName` is `firstName`. */
export function displayKey(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1) || key;
}

/** A value on one line, so that what a caller said cannot look like a line of ours; empty when there is none. */
export function displayValue(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').trim();
  return text.length <= MAX_VALUE_CHARS ? text : `${text.slice(0, MAX_VALUE_CHARS - 1)}…`;
}
