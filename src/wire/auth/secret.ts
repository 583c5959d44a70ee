import { WireError } from '../wire-error.ts';

const REDACTED = '[redacted]';

/**
 * A credential that cannot be printed by accident: string conversion and JSON say `[redacted]`,
 * and inspection cannot see a private field.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself; only to put it where the protocol demands. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }
}

/** Shorter values are replaced as whole words only, and not recognised when cut: they may be part of any word. */
const WORD_LENGTH = 8;

/**
 * `text` with every occurrence of a secret replaced: plain, percent-encoded in either case, as JSON writes it, and
 * cut off at the end of the text, where the service cuts its close reasons.
 */
export function scrub(text: string, secrets: readonly Secret[]): string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form !== '');
  // The longest first, so that a form that is part of another leaves no rest of it.
  forms.sort((one, other) => other.length - one.length);
  let clean = text;
  for (const form of forms) {
    if (form.length >= WORD_LENGTH) clean = withoutCutEnd(clean.replaceAll(form, REDACTED), form);
    else clean = clean.replace(new RegExp(`(?<![\\w-])${escapeRegExp(form)}(?![\\w-])`, 'g'), REDACTED);
  }
  return clean;
}

function formsOf(secret: Secret): string[] {
  const value = secret.reveal();
  const encoded = encodeURIComponent(value);
  const lowered = encoded.replace(/%../g, (code) => code.toLowerCase());
  return [value, encoded, lowered, JSON.stringify(value).slice(1, -1)];
}

function withoutCutEnd(text: string, form: string): string {
  const end = /(?:…|\.\.\.)?$/.exec(text)?.index ?? text.length;
  for (let kept = Math.min(form.length - 1, end); kept >= WORD_LENGTH; kept--) {
    if (text.endsWith(form.slice(0, kept), end))
      return `${text.slice(0, end - kept)}${REDACTED}${text.slice(end)}`;
  }
  return text;
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** What credentials look like; for errors of code that knows secrets that we do not. */
const CREDENTIAL_SHAPES =
  /AIza[\w-]{10,}|ya29\.[\w.~+/-]+|auth_tokens\/[\w.~+/-]+|eyJ[\w-]+\.[\w-]+(\.[\w-]+)?|\b(Bearer|Basic|Token) [\w.~+/=-]{6,}|(?<=[?&](key|access_token|token)=)[^&\s"']+/gi;

/** `text` without anything that looks like a Google credential. */
export function scrubShapes(text: string): string {
  return text.replace(CREDENTIAL_SHAPES, REDACTED);
}

/** How deep a chain of causes is followed. */
const MAX_DEPTH = 4;
/** Facts of system errors that are worth keeping. */
const FACTS = ['code', 'errno', 'syscall', 'hostname', 'address', 'port'] as const;

/**
 * A stand-in for what was thrown: its name, message, stack, system facts and causes, scrubbed. Everything else an
 * error may carry, such as a request with its headers, stays behind.
 *
 * @param clean takes secrets out of a text.
 */
export function safeCause(thrown: unknown, clean: (text: string) => string, depth = 0): unknown {
  if (!(thrown instanceof Error)) return thrown === undefined ? undefined : clean(textOf(thrown));
  const hasCause = thrown.cause !== undefined && depth < MAX_DEPTH;
  const options = hasCause ? { cause: safeCause(thrown.cause, clean, depth + 1) } : undefined;
  const safe = new Error(clean(messageOf(thrown)), options);
  safe.name = clean(textOf(thrown.name));
  if (typeof thrown.stack === 'string') safe.stack = clean(thrown.stack);
  const facts = thrown as Partial<Record<(typeof FACTS)[number], unknown>>;
  for (const name of FACTS) {
    const fact = facts[name];
    if (typeof fact === 'string') Object.assign(safe, { [name]: clean(fact) });
    if (typeof fact === 'number') Object.assign(safe, { [name]: fact });
  }
  return safe;
}

/** Refused on IPv4 and IPv6, Node reports an AggregateError without words of its own. */
function messageOf(thrown: Error): string {
  const message = textOf(thrown.message);
  if (message !== '' || !(thrown instanceof AggregateError)) return message;
  return thrown.errors
    .map((error: unknown) => textOf(error instanceof Error ? error.message : error))
    .join('; ');
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'something that cannot be printed';
  }
}

/** {@link safeCause} with known secrets. A WireError holds none, and stays what it is. */
export function scrubCause(thrown: unknown, secrets: readonly Secret[]): unknown {
  return thrown instanceof WireError ? thrown : safeCause(thrown, (text) => scrub(text, secrets));
}
