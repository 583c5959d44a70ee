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

/** `text` with every occurrence of a secret, plain or percent-encoded, replaced. */
export function scrub(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value === '') continue;
    clean = clean.replaceAll(value, REDACTED).replaceAll(encodeURIComponent(value), REDACTED);
  }
  return clean;
}

/** `cause`, or a stand-in without its secrets when it mentions one. */
export function scrubCause(cause: unknown, secrets: readonly Secret[]): unknown {
  if (!(cause instanceof Error)) return typeof cause === 'string' ? scrub(cause, secrets) : cause;
  const text = `${cause.message}\n${cause.stack ?? ''}`;
  if (scrub(text, secrets) === text) return cause;
  const clean = new Error(scrub(cause.message, secrets));
  clean.name = cause.name;
  return clean;
}
