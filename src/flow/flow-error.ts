import type { FlowProblem } from './compile/compiled-flow.ts';

/** Every way in which governance throws; what is merely wrong with a document is returned. */
export type FlowErrorCode =
  /** A function was to be written as JSON. */
  | 'notSerialisable'
  /** What was given is no flow. */
  | 'invalidFlow';

/** The error of governance. Programs match on `code`. */
export class FlowError extends Error {
  override readonly name = 'FlowError';
  readonly code: FlowErrorCode;
  /** Each with its place. */
  readonly problems: readonly FlowProblem[];

  constructor(code: FlowErrorCode, message: string, problems: readonly FlowProblem[]) {
    const places = problems.slice(0, 5).map((problem) => `\n  ${problem.path}: ${problem.message}`);
    super(`${message}${places.join('')}${problems.length > 5 ? `\n  and ${problems.length - 5} more` : ''}`);
    this.code = code;
    this.problems = problems;
  }
}
