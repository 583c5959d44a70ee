import { printed, type Shape } from './shape.ts';

/** A test's expectation that does not hold; every test runner shows it as a failure. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';

  /** Expected something like `shape`, and got `actual`. */
  static unlike(what: string, shape: Shape, actual: unknown): ExpectationError {
    return new ExpectationError(`Expected ${what} to hold ${printed(shape)}, but got ${printed(actual)}.`);
  }
}
