/** One extractor of a session: at most one run at a time, and at most one more that waits for it. */
import { isThenable } from '../../flow/fault.ts';
import type { Cancel } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { ExtractionResult } from './extraction-result.ts';
import type { Extraction, ExtractionRequest, ExtractionWindow, Extractor } from './extractor.ts';
import { isJsonObject } from './json-object.ts';

/** A run that was asked for. */
export interface RunRequest {
  readonly window: ExtractionWindow;
  /** Numbers of one slot's requests rise; a run answers all requests up to its own. */
  readonly ticket: number;
}

/** A run on its way: until its result is applied, also while that waits for the control lane. */
export interface Run {
  readonly id: number;
  readonly request: RunRequest;
  readonly revision: number;
  readonly controller: AbortController;
  stopTimer: Cancel;
  settled: boolean;
}

export class ExtractorSlot {
  readonly extractor: Extractor;
  run: Run | undefined;
  /** Asked for while a run was on its way. Only the newest is kept: it sees what the others would have seen. */
  next: RunRequest | undefined;
  /** The newest ticket given out, and the newest that was answered. */
  asked = 0;
  answered = 0;
  /** The turns of the last run that was started, and of the last result that was applied; 0 before. */
  startedTurn = 0;
  appliedTurn = 0;
  /** The words that the last run, or the one that waits, was given. */
  words = '';

  constructor(extractor: Extractor) {
    this.extractor = extractor;
  }

  /** Whether something that was asked for has no applied result yet. */
  get pending(): boolean {
    return this.answered < this.asked;
  }

  /** The newest unanswered ticket of a turn up to this one; undefined when there is none. */
  ticketOf(turn: number): number | undefined {
    return [this.next, this.run?.request].find((request) => (request?.window.turn ?? Infinity) <= turn)
      ?.ticket;
  }
}

/** Runs an extractor once. Calls `settle` exactly once, now if the extractor answers at once; it never throws. */
export function runExtractor(
  extractor: Extractor,
  request: ExtractionRequest,
  settle: (outcome: ExtractionResult['outcome']) => void,
): void {
  const failed = (cause: unknown): void =>
    settle({ type: 'failed', error: extractorError(extractor.name, cause) });
  let answer: unknown;
  try {
    answer = extractor.extract(request);
  } catch (cause) {
    failed(cause);
    return;
  }
  const found = (value: unknown): void => settle(outcomeOf(extractor.name, value));
  if (isThenable(answer)) Promise.resolve(answer).then(found, failed);
  else found(answer);
}

function outcomeOf(name: string, found: unknown): ExtractionResult['outcome'] {
  const { value } = isJsonObject(found) ? found : {};
  // A Value is whatever its author made of it; state checks that it is JSON before it takes it.
  if (isJsonObject(value)) return { type: 'extracted', extraction: found as unknown as Extraction };
  const text = `extractor '${name}' answered with no {value: object}: return what was found, {value: {}} for nothing`;
  return { type: 'failed', error: new RuntimeError('extractorFailed', text) };
}

/** A failure of a text model tells more than that an extractor failed. */
function extractorError(name: string, cause: unknown): RuntimeError {
  if (cause instanceof RuntimeError) return cause;
  const text = `extractor '${name}' threw: see the cause; state is as it was`;
  return new RuntimeError('extractorFailed', text, { cause });
}
