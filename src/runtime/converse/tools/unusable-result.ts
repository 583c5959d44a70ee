import type { StandardSchemaV1 } from '@standard-schema/spec';

/**
 * What a bound tool gives when it did its work but has no result to show. The tool must not throw then: a commit that took
 * effect would count as one that did not.
 */
export class UnusableResult {
  /** Completes "it is not what the tool promises". */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** The `output` of every bound tool: lets everything pass but an {@link UnusableResult}. */
export const usableResult: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'parlando',
    validate: (value) =>
      value instanceof UnusableResult ? { issues: [{ message: value.reason }] } : { value },
  },
};
