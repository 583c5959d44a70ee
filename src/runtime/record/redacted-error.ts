/** How many causes behind one another are looked at; what is behind them is left out. */
const MAX_DEPTH = 8;

/**
 * An error as it may be shown: itself while neither it nor what caused it holds a secret. Otherwise a copy of the same
 * class and fields, in which every text, the stack's too, has passed `redact`.
 */
export function redactedError<E>(error: E, redact: (text: string) => string): E {
  return shown(error, redact, MAX_DEPTH) as E;
}

function shown(thrown: unknown, redact: (text: string) => string, depth: number): unknown {
  if (typeof thrown === 'string') return redact(thrown);
  if (!(thrown instanceof Error)) return thrown;
  if (depth === 0) return undefined;
  const fields = Object.getOwnPropertyNames(thrown).flatMap((name) => {
    const descriptor = Object.getOwnPropertyDescriptor(thrown, name);
    if (descriptor === undefined) return [];
    // V8 has the stack as a property that is computed when it is read.
    const value: unknown = name === 'stack' ? thrown.stack : descriptor.value;
    const safe = shown(value, redact, depth - 1);
    return [{ name, value, safe, isEnumerable: descriptor.enumerable === true }];
  });
  if (fields.every(({ value, safe }) => value === safe)) return thrown;
  const copy: object = Object.create(Object.getPrototypeOf(thrown));
  for (const { name, safe, isEnumerable } of fields) {
    Object.defineProperty(copy, name, {
      value: safe,
      enumerable: isEnumerable,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}
