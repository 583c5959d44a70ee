/** What the body of an answer says. */
import type { JsonValue } from '../../../flow/state-reader.ts';
import { isDeeperThan, isJsonObject } from '../../tools/tool-json.ts';
import { UnusableResult } from './unusable-result.ts';
import { valueAt } from './value-at.ts';

const MAX_DEPTH = 64;
const MAX_WORDS = 140;
/** Where services say what is wrong, the most telling place first. */
const FAILURE_PATHS = ['error.message', 'message', 'error_description', 'detail', 'title', 'error'];

/**
 * The value of a successful answer: JSON, or plain text; nothing is `ok`.
 * @param clean takes secrets out of a text: a service may echo what it was sent
 */
export function readAnswer(
  body: string,
  contentType: string,
  clean: (text: string) => string,
): JsonValue | UnusableResult {
  if (body.trim() === '') return 'ok';
  const value = parsed(body);
  if (value === undefined) {
    return /^text\/plain\b/i.test(contentType)
      ? clean(body)
      : new UnusableResult('the answer of the service is no JSON');
  }
  if (isDeeperThan(value, MAX_DEPTH)) {
    return new UnusableResult(`the answer nests deeper than ${MAX_DEPTH} levels`);
  }
  return cleaned(value, clean);
}

/** What a failed answer says for people, in one line; empty where it says nothing that can be told apart from markup. */
export function failureWords(body: string): string {
  const value = parsed(body);
  if (!isJsonObject(value)) return '';
  const words = FAILURE_PATHS.map((path) => valueAt(value, path)).find((found) => typeof found === 'string');
  const line = String(words ?? '').replace(/[\p{C}\s]+/gu, ' ');
  return line.trim().slice(0, MAX_WORDS);
}

function parsed(text: string): JsonValue | undefined {
  try {
    // What was JSON is JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function cleaned(value: JsonValue, clean: (text: string) => string): JsonValue {
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item: JsonValue) => cleaned(item, clean));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [clean(key), cleaned(item, clean)] as const),
  );
}
