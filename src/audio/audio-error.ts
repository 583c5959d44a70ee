/**
 * Why an audio function refused its input.
 *
 * - `invalidArgument`: an option or argument is outside its stated range.
 * - `rateUnsupported`: a pair of sample rates has no reasonably small ratio (see `createResampler`).
 * - `wavMalformed`: the bytes are not a WAV file or contradict themselves.
 * - `wavUnsupported`: a valid WAV file in an encoding that is not read here.
 * - `wavTooLarge`: more audio than the stated limit, or than a WAV file can describe.
 */
export type AudioErrorCode =
  | 'invalidArgument'
  | 'rateUnsupported'
  | 'wavMalformed'
  | 'wavUnsupported'
  | 'wavTooLarge';

/** The only error thrown by `parlando/audio`. Match on `code`; the message says what to do. */
export class AudioError extends Error {
  override readonly name = 'AudioError';
  /** The closed reason, for programs. */
  readonly code: AudioErrorCode;

  constructor(code: AudioErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Throws `invalidArgument` unless `value` is a whole number in `[min, max]`; returns it otherwise. */
export function requireInteger(name: string, value: number, min: number, max: number): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new AudioError(
      'invalidArgument',
      `${name} is ${value}: pass a whole number from ${min} to ${max}.`,
    );
  }
  return value;
}

/** Throws `invalidArgument` unless `value` is a finite number in `[min, max]`; returns it otherwise. */
export function requireNumber(name: string, value: number, min: number, max: number): number {
  if (!(value >= min && value <= max)) {
    throw new AudioError('invalidArgument', `${name} is ${value}: pass a number from ${min} to ${max}.`);
  }
  return value;
}
