/** Idempotency keys with a secret in them: how they may be written. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Redactor } from '../record/redactor.ts';
import type { State } from '../state/state.ts';
import type { JsonObject } from '../tools/tool-definition.ts';
import { isRecord } from './json-shape.ts';

const PREFIX = 'idempotency:';
const MASK = '[masked]';
const ESCAPED = /%([0-9a-f]{6})/g;

/** Knows the keys by the values that are marked when a call begins: in its arguments, and in the state. */
export class SecretKeys {
  readonly #redactor: Pick<Redactor, 'text' | 'json'>;
  readonly #state: Pick<State, 'snapshot' | 'mask'>;
  readonly #marks: () => readonly string[];
  /** Those that words alone do not tell. */
  readonly #shown = new Map<string, string>();

  constructor(
    redactor: Pick<Redactor, 'text' | 'json'>,
    state: Pick<State, 'snapshot' | 'mask'>,
    marks: () => readonly string[],
  ) {
    this.#redactor = redactor;
    this.#state = state;
    this.#marks = marks;
  }

  /** Any key of the state, as it may be written. */
  shown(key: string): string {
    return this.#shown.get(key) ?? this.#redactor.text(key);
  }

  /** The key of a request with these arguments; from now on it is known. */
  note(key: string, args: JsonObject): string {
    if (this.#marks().length === 0 || this.#shown.has(key)) return this.shown(key);
    const masked = masking(key, [...this.#secretsOf(args)]);
    const shown = this.#redactor.text(masked);
    if (masked !== key) this.#shown.set(key, shown);
    return shown;
  }

  /** A key that was secret in another process. */
  know(key: string): void {
    this.#shown.set(key, this.#redactor.text(headOf(key) + MASK));
  }

  *#secretsOf(args: JsonObject): Iterable<string> {
    yield* hidden(args, this.#redactor.json(args));
    for (const [key, value] of Object.entries(this.#state.snapshot().values)) {
      // Results are many, and no key is made of them.
      if (!key.startsWith(PREFIX)) yield* hidden(value, this.#state.mask(key, value));
    }
  }
}

/** `idempotency:{tool}:` */
function headOf(key: string): string {
  return key.slice(0, key.indexOf(':', PREFIX.length) + 1);
}

function masking(key: string, secrets: readonly string[]): string {
  const head = headOf(key);
  const rest = key.slice(head.length);
  const longestFirst = [...new Set(secrets)].filter(Boolean).sort((a, b) => b.length - a.length);
  const plain = rest.replace(ESCAPED, (_, code) =>
    String.fromCodePoint(Number.parseInt(code, 16) % 0x110000),
  );
  // What is escaped in a key cannot be cut out of it.
  if (longestFirst.some((secret) => plain.includes(secret) && !rest.includes(secret))) return head + MASK;
  return head + longestFirst.reduce((text, secret) => text.replaceAll(secret, MASK), rest);
}

/** The texts of what is masked in a value. */
function* hidden(value: JsonValue, shown: JsonValue | undefined): Iterable<string> {
  if (value === shown) return;
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = Array.isArray(shown) ? shown : [];
    for (const [index, item] of value.entries()) yield* hidden(item, items[index]);
  } else if (isRecord(value)) {
    // What is in a JSON object is JSON.
    const fields = isRecord(shown) ? (shown as JsonObject) : {};
    for (const [name, item] of Object.entries(value as JsonObject)) {
      yield* hidden(item, Object.hasOwn(fields, name) ? fields[name] : undefined);
    }
  } else if (value !== null) yield String(value);
}
