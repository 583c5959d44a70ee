/** Reads fields out of parsed JSON that may be anything: wrong types are reported, never thrown. */

export type JsonObject = Readonly<Record<string, unknown>>;
/** Narrows a JSON value; undefined means it has the wrong type. */
export type Guard<T> = (value: unknown) => T | undefined;

export const asObject: Guard<JsonObject> = (value) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
export const asList: Guard<readonly unknown[]> = (value) => (Array.isArray(value) ? value : undefined);
export const asText: Guard<string> = (value) => (typeof value === 'string' ? value : undefined);
export const asFlag: Guard<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
/** A number, or an int64 that proto3 JSON wrote as a string. */
export const asNumber: Guard<number> = (value) => {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined;
};
/** A Duration such as `"3.5s"`, in milliseconds. */
export const asDurationMs: Guard<number> = (value) => {
  const seconds = typeof value === 'string' ? /^(-?\d+(?:\.\d+)?)s$/.exec(value)?.[1] : undefined;
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1000);
};

/** `camelCase` to `snake_case`, which proto3 JSON also accepts. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The value of a field in either casing; null counts as absent, as in proto3 JSON. */
export function fieldOf(object: JsonObject, name: string): unknown {
  return object[name] ?? object[snakeCase(name)] ?? undefined;
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

  /** Reports every field that is not in `known`. */
  rest(object: JsonObject, known: ReadonlySet<string>, path = ''): void {
    for (const key of Object.keys(object)) {
      if (known.has(key) || known.has(camelCase(key)) || object[key] === null) continue;
      this.#report(path + key, object[key]);
    }
  }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
