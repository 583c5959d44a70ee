/** Why a command stopped without doing what it was asked. */

/** - The first group is what the user can put right (exit 2); `fault`, `noAnswer` and `unmet` exit 1, `interrupted` 130. */
export type CliErrorCode =
  | 'badArguments'
  | 'unreadableFile'
  | 'badAudio'
  | 'badScript'
  | 'badDocument'
  | 'badUrl'
  | 'unwritableFile'
  | 'portUnavailable'
  | 'refused'
  | 'noAnswer'
  | 'unmet'
  | 'interrupted'
  | 'fault';

/** Printed as one line; the stack is never shown. The message says what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The words of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
