import type { RuntimeError } from '../runtime-error.ts';
import type { Extraction } from './extractor.ts';

/** What a run came to, on its way to the control lane. It counts once `ExtractionRunner.apply` has taken it. */
export interface ExtractionResult {
  readonly extractor: string;
  /** Which run; a result counts once. */
  readonly run: number;
  /** The turn at which the run was started. */
  readonly turn: number;
  /** `state.revision` when it was started: what it has read is no newer. */
  readonly revision: number;
  readonly outcome:
    | { readonly type: 'extracted'; readonly extraction: Extraction }
    | { readonly type: 'failed'; readonly error: RuntimeError };
}
