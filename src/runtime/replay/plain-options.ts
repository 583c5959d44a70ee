/** What of a session's options is plain JSON, and what is code. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { LiveOptions } from '../live-options.ts';

/** Credentials and places, and what is no setting of the conversation. */
const LEFT_OUT: readonly string[] = [
  ...['apiKey', 'accessToken', 'headers', 'baseUrl', 'apiEndpoint', 'state', 'recorder'],
  ...['persistence', 'on', 'onSession'],
];
/** Functions that are on the tapes: a replay needs no code for them. */
const ON_TAPE = /^conversation\.(?:textModel|now|fetch|env)\b|^history$/;
const MAX_DEPTH = 64;
const MAX_PLACES = 100;

export interface PlainOptions {
  /** Without credentials and whatever is code. A conversation document stands as it was written. */
  readonly options: { readonly [name: string]: JsonValue };
  /** Paths of what is code: a replay needs the module that has it. */
  readonly code: readonly string[];
  /** Paths of what is code, and on the tapes. */
  readonly onTape: readonly string[];
}

/** The options as a file can hold them. */
export function plainOptions(given: LiveOptions): PlainOptions {
  const places: string[] = [];
  const options: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(withDocument(given))) {
    if (LEFT_OUT.includes(name)) continue;
    const json = plainJson(value, name, 0, places);
    if (json !== undefined) options[name] = json;
  }
  return {
    options,
    code: places.filter((place) => !ON_TAPE.test(place)).slice(0, MAX_PLACES),
    onTape: places.filter((place) => ON_TAPE.test(place)).slice(0, MAX_PLACES),
  };
}

/** A document that was compiled holds the one it was compiled from. */
function withDocument(options: LiveOptions): LiveOptions {
  const { conversation } = options;
  if (conversation === undefined) return options;
  const { document } = conversation;
  if (typeof document !== 'object' || document === null || !('document' in document)) return options;
  return { ...options, conversation: { ...conversation, document: document.document } };
}

/** The value without its code, whose places are noted; undefined where nothing is left. */
function plainJson(value: unknown, path: string, depth: number, places: string[]): JsonValue | undefined {
  if (value === undefined) return undefined;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'object' || depth > MAX_DEPTH || '~standard' in value) {
    places.push(path);
    return undefined;
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) =>
      plainJson(item, `${path}[${index}]`, depth + 1, places),
    );
    return items.filter((item) => item !== undefined);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    places.push(path);
    return undefined;
  }
  const fields = Object.entries(value).flatMap(([name, item]): [string, JsonValue][] => {
    const json = plainJson(item, `${path}.${name}`, depth + 1, places);
    return json === undefined ? [] : [[name, json]];
  });
  return Object.fromEntries(fields);
}
