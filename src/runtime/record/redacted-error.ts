/** How many errors and objects behind one another are looked at; what is behind them is left out. */
const MAX_DEPTH = 8;
/** How many values of one error are looked at, those of its causes too; the others are left out. */
const MAX_VALUES = 2_000;
const LEFT_OUT = '[left out]';
/** What an error has without owning it: some classes keep it where a copy cannot reach. */
const INHERITED = ['name', 'message', 'code'];

interface Walk {
  readonly redact: (text: string) => string;
  /** What the walk is inside of: whoever comes back to it goes in circles. */
  readonly path: Set<object>;
  left: number;
}

/**
 * An error as it may be shown: itself while neither it nor what it holds (causes, collected errors, fields of any shape)
 * has a secret. Otherwise a copy of the same class and fields, in which every text, the stack's too, has passed `redact`.
 * What cannot be looked into, for example a map, a stream or bytes, is its kind's name in brackets.
 */
export function redactedError<E>(error: E, redact: (text: string) => string): E {
  return shown(error, { redact, path: new Set(), left: MAX_VALUES }) as E;
}

function shown(value: unknown, walk: Walk): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return walk.redact(value);
  if (typeof value !== 'object') return scalar(value, walk);
  if (walk.path.has(value)) return '[circular]';
  walk.left -= 1;
  if (walk.left < 0 || walk.path.size >= MAX_DEPTH) return LEFT_OUT;
  walk.path.add(value);
  try {
    if (value instanceof Error) return errorShown(value, walk);
    return Array.isArray(value) ? listShown(value, walk) : objectShown(value, walk);
  } catch {
    return '[unreadable]';
  } finally {
    walk.path.delete(value);
  }
}

function scalar(value: unknown, { redact }: Walk): unknown {
  if (typeof value === 'function') return '[function]';
  const written = String(value);
  const safe = redact(written);
  return safe === written ? value : safe;
}

function errorShown(error: Error, walk: Walk): Error {
  const owned = Reflect.ownKeys(error);
  const inherited = INHERITED.filter((name) => name in error && !owned.includes(name));
  const fields = [...owned, ...inherited].map((key) => {
    // V8 has the stack as a property that is computed when it is read; others may be, too.
    const value: unknown = Reflect.get(error, key);
    const isEnumerable = Object.getOwnPropertyDescriptor(error, key)?.enumerable === true;
    return { key: keyShown(key, walk), value, safe: shown(value, walk), isEnumerable };
  });
  const isSame = fields.every(({ key, value, safe }, index) => {
    return value === safe && (index >= owned.length || key === owned[index]);
  });
  if (isSame) return error;
  const copy: Error = Object.create(Object.getPrototypeOf(error));
  for (const { key, safe, isEnumerable } of fields) {
    Object.defineProperty(copy, key, {
      value: safe,
      enumerable: isEnumerable,
      writable: true,
      configurable: true,
    });
  }
  return copy;
}

function listShown(list: readonly unknown[], walk: Walk): unknown {
  const items = list.slice(0, Math.max(0, walk.left)).map((item) => countedShown(item, walk));
  if (items.length < list.length) items.push(LEFT_OUT);
  return items.every((item, index) => item === list[index]) ? list : items;
}

/** Plain data is itself while it holds no secret; an instance may show what it does not own, so it never is. */
function objectShown(value: object, walk: Walk): unknown {
  const kind = Object.prototype.toString.call(value);
  if (value instanceof Date || value instanceof URL) return walk.redact(String(value));
  if (kind !== '[object Object]') return walk.redact(kind);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || prototype === Object.prototype;
  const keys = Reflect.ownKeys(value);
  const copy: object = Object.create(isPlain ? prototype : Object.prototype);
  let isSame = isPlain;
  for (const key of keys) {
    const item: unknown = Reflect.get(value, key);
    const name = keyShown(key, walk);
    const safe = countedShown(item, walk);
    isSame &&= name === key && safe === item;
    const enumerable = Object.getOwnPropertyDescriptor(value, key)?.enumerable === true;
    Object.defineProperty(copy, name, { value: safe, enumerable, writable: true, configurable: true });
    if (walk.left <= 0) break;
  }
  return isSame && walk.left > 0 ? value : copy;
}

function countedShown(value: unknown, walk: Walk): unknown {
  walk.left -= 1;
  return walk.left < 0 ? LEFT_OUT : shown(value, walk);
}

function keyShown(key: string | symbol, { redact }: Walk): string | symbol {
  return typeof key === 'string' ? redact(key) : key;
}
