/** Reads fields out of parsed JSON that may be anything: wrong types are reported, never thrown. */

export type JsonObject = Readonly<Record<string, unknown>>;
/** Narrows a JSON value; undefined means it has the wrong type. */
export type Guard<T> = (value: unknown) => T | undefined;

export const asObject: Guard<JsonObject> = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
export const asList: Guard<readonly unknown[]> = (value) => (Array.isArray(value) ? value : undefined);
export const asText: Guard<string> = (value) => (typeof value === 'string' ? value : undefined);
export const asFlag: Guard<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
/** A finite number, or an int64 that proto3 JSON wrote as a string. JSON's `1e999` is Infinity, and refused. */
export const asNumber: Guard<number> = (value) => {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};
/** A Duration such as `"3.5s"`, in milliseconds. */
export const asDurationMs: Guard<number> = (value) => {
  const seconds = typeof value === 'string' ? /^(-?\d{1,12}(?:\.\d{1,9})?)s$/.exec(value)?.[1] : undefined;
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
};

/** `camelCase` to `snake_case`, which proto3 JSON also accepts. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Field names already converted: they come from this code, not from a peer, so they are few. */
const snakeNames = new Map<string, string>();

/**
 * The value of a field in either casing; null counts as absent, as in proto3 JSON.
 *
 * @param name a name of the protocol, never one that a peer chose.
 */
export function fieldOf(object: JsonObject, name: string): unknown {
  const value = object[name];
  if (value !== undefined && value !== null) return value;
  let snake = snakeNames.get(name);
  if (snake === undefined) {
    snake = snakeCase(name);
    snakeNames.set(name, snake);
  }
  return object[snake] ?? undefined;
}

/** An object with every key of it in camelCase, for what is passed on whole; beyond 32 levels it stays as it is. */
export const asCamelObject: Guard<JsonObject> = (value) =>
  asObject(value) && (camelKeys(value, 32) as JsonObject);

function camelKeys(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null || levels === 0) return value;
  if (Array.isArray(value)) return value.map((child) => camelKeys(child, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [camelCase(key), camelKeys(child, levels - 1)]),
  );
}

/** A reader that remembers what it could not read: known fields of a wrong type, and fields it does not know. */
export class JsonReader {
  readonly #report: (key: string, raw: unknown) => void;

  constructor(report: (key: string, raw: unknown) => void) {
    this.#report = report;
  }

  /** The field `name` narrowed by `guard`; a wrong type is reported under `path`.`name` and reads as absent. */
  read<T>(object: JsonObject, name: string, guard: Guard<T>, path = ''): T | undefined {
    const value = fieldOf(object, name);
    if (value === undefined) return undefined;
    const narrowed = guard(value);
    if (narrowed === undefined) this.#report(path + name, value);
    return narrowed;
  }

  /** Reports every field that is not in `known`, and the second of two casings of one that is. */
  rest(object: JsonObject, known: ReadonlySet<string>, path = ''): void {
    for (const key of Object.keys(object)) {
      if (known.has(key) || object[key] === null) continue;
      const name = camelCase(key);
      // Only what `fieldOf` looks under was read: not `usage_MetaData`, and not a field given in both casings.
      const wasRead = known.has(name) && snakeCase(name) === key && (object[name] ?? null) === null;
      if (!wasRead) this.#report(path + key, object[key]);
    }
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
