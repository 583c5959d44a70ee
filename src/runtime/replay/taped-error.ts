import { RuntimeError, type RuntimeErrorCode } from '../runtime-error.ts';
import { OutcomeUnknown } from '../tools/outcome-unknown.ts';
import type { TapedError } from './recording.ts';

/** What was thrown, as a tape keeps it. */
export function tapedError(thrown: unknown): TapedError {
  if (!(thrown instanceof Error)) return { name: 'thrown', message: String(thrown) };
  const { name, message } = thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const isRetryable = 'retryable' in thrown && thrown.retryable === true;
  return {
    name,
    message,
    ...code,
    ...(isRetryable && { retryable: true }),
    ...(thrown instanceof OutcomeUnknown && { unknown: true }),
  };
}

/** The same, to be thrown again. */
export function untapedError({ code, message, name, retryable, unknown }: TapedError): unknown {
  if (name === 'thrown') return message;
  if (unknown === true) return new OutcomeUnknown(message);
  if (name === 'RuntimeError' && code !== undefined) {
    // The tape has it from an error of the runtime; a code that there is no more is shown as it was.
    return new RuntimeError(code as RuntimeErrorCode, message, { retryable: retryable === true });
  }
  const error = new Error(message);
  error.name = name;
  return code === undefined ? error : Object.assign(error, { code });
}
