/**
 * What a value must hold: for an object the named fields (others may be there), for a list as many items, each like its
 * own; a function is a predicate, a RegExp tests text, anything else must be equal.
 */
export type Shape = unknown;

const MAX_PRINTED = 600;

/** Whether `actual` holds what `shape` asks for. */
export function matches(actual: unknown, shape: Shape): boolean {
  if (typeof shape === 'function') return Boolean((shape as (value: unknown) => unknown)(actual));
  if (shape instanceof RegExp) return typeof actual === 'string' && shape.test(actual);
  if (Array.isArray(shape)) {
    return (
      Array.isArray(actual) &&
      actual.length === shape.length &&
      shape.every((item, at) => matches(actual[at], item))
    );
  }
  if (typeof shape !== 'object' || shape === null) return Object.is(actual, shape);
  if (typeof actual !== 'object' || actual === null) return false;
  const fields = actual as Readonly<Record<string, unknown>>;
  return Object.entries(shape).every(([name, value]) => matches(fields[name], value));
}

/** A value as text for a message, cut where it is long. */
export function printed(value: unknown): string {
  const text = JSON.stringify(value, (_key, field: unknown) => readable(field)) ?? String(value);
  return text.length <= MAX_PRINTED ? text : `${text.slice(0, MAX_PRINTED)}… (${text.length} characters)`;
}

function readable(field: unknown): unknown {
  if (field instanceof Uint8Array) return `<${field.length} bytes>`;
  if (typeof field === 'function' || field instanceof RegExp) return String(field);
  if (field instanceof Error) return `${field.name}: ${field.message}`;
  if (typeof field === 'string' && field.length > 200)
    return `${field.slice(0, 40)}… (${field.length} characters)`;
  return field;
}
