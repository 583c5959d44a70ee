/** Runs extractors beside the control lane (design §4; spec: control §6, §16 "Head-of-line blocking"). */
import { atOnce, isThenable } from '../../flow/fault.ts';
import type { ConsentRule } from '../govern/found-consent.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { Redactor } from '../record/redactor.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { State } from '../state/state.ts';
import { AnswerWaits } from './answer-waits.ts';
import { type AppliedExtraction, type ApplyHost, applyExtraction, tellFailure } from './apply-extraction.ts';
import type { ExtractionResult } from './extraction-result.ts';
import {
  type ExtractionTrigger,
  type ExtractionWindow,
  type Extractor,
  hasFindings,
  mayWrite,
} from './extractor.ts';
import { ExtractorSlot, type Run, type RunRequest, runExtractor } from './extractor-slot.ts';
import type { JsonObject } from './json-object.ts';
import { ReleaseOrder } from './release-order.ts';

/** What just happened; `turnComplete` is when `everyTurn` and intervals are due. */
export type ExtractionMoment = 'turnComplete' | 'afterToolCall' | 'phaseChange' | 'generationComplete';

/** Where the conversation stands. */
export interface ExtractionContext {
  /** The number of the turn that just ended, or is in progress. */
  readonly turn: number;
  /** Oldest first; with the turn in progress last where there is one. */
  readonly turns: readonly TranscriptTurn[];
}

export interface ExtractionOptions {
  /** How long one run may take. @default 10000 */
  readonly timeoutMs?: number;
  /** How long a result waits for slower ones that were registered before it. @default 250 */
  readonly orderWaitMs?: number;
  /** How long `pendingWriters` and `settled` wait. @default 2000 */
  readonly waitMs?: number;
}

export interface ExtractionHost extends RuntimeHost {
  readonly state: State;
  /** What events are shown through. @default the marks of the state alone */
  readonly redactor?: Pick<Redactor, 'stateValue' | 'text'> | undefined;
  /** Holds a yes that is the consent to something to what was asked, and said. @default every yes counts */
  readonly consent?: ConsentRule | undefined;
  /** Takes results to the control lane, where `apply` is called with each. May come during `due` and `refresh`. */
  readonly onResults: (results: readonly ExtractionResult[]) => void;
}

const DEFAULT_WINDOW = 3;

/**
 * Starts extractors, orders their results, and tells who waits for them. Nothing here awaits on behalf of the caller:
 * results come through `onResults`, and change nothing until `apply`.
 */
export class ExtractionRunner {
  readonly #host: ExtractionHost;
  readonly #slots: readonly ExtractorSlot[];
  readonly #timeoutMs: number;
  readonly #orderWaitMs: number;
  readonly #waits: AnswerWaits;
  readonly #applyHost: ApplyHost;
  readonly #orders = new Set<ReleaseOrder<ExtractionResult>>();
  #runs = 0;
  #closed = false;

  constructor(extractors: readonly Extractor[], host: ExtractionHost, options: ExtractionOptions = {}) {
    this.#host = host;
    this.#slots = extractors.map((extractor) => new ExtractorSlot(extractor));
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#orderWaitMs = options.orderWaitMs ?? 250;
    this.#applyHost = {
      state: host.state,
      redactor: host.redactor,
      emit: (event) => host.emit(event),
      report: (error) => host.report(error),
      consent: host.consent,
      promotions: new Map(),
    };
    this.#waits = new AnswerWaits(host.clock, options.waitMs ?? 2000);
  }

  /** Starts every extractor that is due and finds the window worth it. */
  due(moment: ExtractionMoment, context: ExtractionContext): void {
    this.#request(
      this.#slots.filter((slot) => isDue(slot, moment, context.turn)),
      context,
    );
  }

  /**
   * Starts the `everyTurn` extractors that may write one of these keys, over the words so far: a tool call waits for
   * what the user has just said. Those that have been given just these words are not asked again.
   */
  refresh(keys: readonly string[], context: ExtractionContext): void {
    const writers = this.#writersOf(keys).filter(
      (slot) =>
        (slot.extractor.trigger ?? 'everyTurn') === 'everyTurn' &&
        slot.words !== wordsOf(windowOf(slot.extractor, context)),
    );
    this.#request(writers, context);
  }

  /**
   * Takes one result, in the control lane: writes state, emits events. Returns what was changed, or undefined for a
   * result that no longer counts: of a run that was given up, or given twice.
   */
  apply(result: ExtractionResult): AppliedExtraction | undefined {
    const slot = this.#slots.find(({ extractor }) => extractor.name === result.extractor);
    const run = slot?.run;
    if (slot === undefined || run === undefined || run.id !== result.run || !run.settled) return undefined;
    slot.run = undefined;
    const applied = this.#take(slot, result, run.request.window);
    slot.answered = run.request.ticket;
    this.#startNext(slot);
    this.#waits.check();
    if (applied.value !== undefined && result.outcome.type === 'extracted') {
      this.#tellAuthor(slot.extractor, result.outcome.extraction.value, result.turn);
    }
    return applied;
  }

  /**
   * A promise of the moment when every run that was asked for and may write one of these keys is applied, or the bound
   * has passed; undefined when there is none. It never rejects.
   */
  pendingWriters(keys: readonly string[]): Promise<void> | undefined {
    return this.#waits.until(this.#writersOf(keys).map((slot) => ({ slot, ticket: slot.asked })));
  }

  /** The same for everything that was started up to the boundary of this turn. */
  settled(turn: number): Promise<void> | undefined {
    return this.#waits.until(
      this.#slots.flatMap((slot) => {
        const ticket = slot.ticketOf(turn);
        return ticket === undefined ? [] : [{ slot, ticket }];
      }),
    );
  }

  /** Lets every extractor prepare. Failures do not matter here: the first run will meet them. */
  warmUp(): void {
    for (const { extractor } of this.#slots) {
      try {
        extractor.warmUp?.().catch(() => {});
      } catch {
        // As above.
      }
    }
  }

  /** Aborts every run and ends every wait. Results that are under way no longer count. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const order of this.#orders) order.close();
    this.#orders.clear();
    for (const slot of this.#slots) {
      const { run } = slot;
      slot.run = undefined;
      slot.next = undefined;
      slot.answered = slot.asked;
      run?.stopTimer();
      run?.controller.abort(new RuntimeError('aborted', 'the session has ended'));
    }
    this.#waits.close();
  }

  #writersOf(keys: readonly string[]): ExtractorSlot[] {
    return this.#slots.filter(({ extractor }) => keys.some((key) => mayWrite(extractor, key)));
  }

  #request(slots: readonly ExtractorSlot[], context: ExtractionContext): void {
    if (this.#closed) return;
    const ready: { readonly slot: ExtractorSlot; readonly request: RunRequest }[] = [];
    for (const slot of slots) {
      const window = windowOf(slot.extractor, context);
      if (!this.#isWorthIt(slot.extractor, window)) continue;
      slot.asked += 1;
      slot.words = wordsOf(window);
      const request: RunRequest = { window, ticket: slot.asked };
      if (slot.run === undefined) ready.push({ slot, request });
      else slot.next = request;
    }
    this.#startTogether(ready);
  }

  #startNext(slot: ExtractorSlot): void {
    const request = slot.next;
    slot.next = undefined;
    if (request !== undefined && !this.#closed) this.#startTogether([{ slot, request }]);
  }

  #startTogether(
    starts: ReadonlyArray<{ readonly slot: ExtractorSlot; readonly request: RunRequest }>,
  ): void {
    if (starts.length === 0) return;
    const revision = this.#host.state.revision;
    const runs = starts.map(({ slot, request }) => this.#begin(slot, request, revision));
    let left = starts.length;
    const order = new ReleaseOrder<ExtractionResult>(left, this.#host.clock, this.#orderWaitMs, (results) =>
      this.#host.onResults(results),
    );
    this.#orders.add(order);
    const settle = (run: Run, place: number, result: ExtractionResult): void => {
      if (run.settled || run.controller.signal.aborted) return;
      run.settled = true;
      run.stopTimer();
      left -= 1;
      if (left === 0) this.#orders.delete(order);
      order.settle(place, result);
    };
    // Every run has its slot before the first one can answer.
    for (const [place, { slot }] of starts.entries()) {
      const run = runs[place];
      if (run !== undefined) this.#execute(slot.extractor, run, (result) => settle(run, place, result));
    }
  }

  #begin(slot: ExtractorSlot, request: RunRequest, revision: number): Run {
    this.#runs += 1;
    const controller = new AbortController();
    const run: Run = { id: this.#runs, request, revision, controller, stopTimer: () => {}, settled: false };
    slot.run = run;
    slot.startedTurn = request.window.turn;
    return run;
  }

  #execute(extractor: Extractor, run: Run, settle: (result: ExtractionResult) => void): void {
    const { id, request, revision, controller } = run;
    const { window } = request;
    const stamp = { extractor: extractor.name, run: id, turn: window.turn, revision };
    const limitMs = extractor.timeoutMs ?? this.#timeoutMs;
    run.stopTimer = this.#host.clock.schedule(limitMs, () => {
      const text = `extractor '${extractor.name}' took longer than ${limitMs} ms: its run was given up`;
      const error = new RuntimeError('extractorFailed', text, { retryable: true });
      settle({ ...stamp, outcome: { type: 'failed', error } });
      controller.abort(error);
    });
    const { clock, state } = this.#host;
    const asked = { window, state, signal: controller.signal, nowMs: () => clock.nowMs() };
    runExtractor(extractor, asked, (outcome) => settle({ ...stamp, outcome }));
  }

  #take(
    slot: ExtractorSlot,
    { outcome, turn, revision }: ExtractionResult,
    window: ExtractionWindow,
  ): AppliedExtraction {
    const { extractor } = slot;
    const nothing = { extractor: extractor.name, turn, value: undefined, written: [] };
    if (outcome.type === 'failed') {
      // The same words may be asked about again.
      slot.words = '';
      this.#fail(extractor.name, outcome.error);
      return nothing;
    }
    if (turn < slot.appliedTurn) {
      const text = `extractor '${extractor.name}' answered for turn ${turn} after turn ${slot.appliedTurn}: dropped as stale`;
      this.#fail(extractor.name, new RuntimeError('extractorFailed', text));
      return nothing;
    }
    slot.appliedTurn = turn;
    try {
      const read = { revision, heard: heardIn(window), words: window.turns.at(-1)?.user ?? '' };
      return { ...nothing, ...applyExtraction(this.#applyHost, extractor, outcome.extraction, read) };
    } catch (cause) {
      const text = `the result of extractor '${extractor.name}' cannot be stored: it must be plain JSON`;
      this.#fail(extractor.name, new RuntimeError('extractorFailed', text, { cause }));
      return nothing;
    }
  }

  #fail(name: string, error: RuntimeError): void {
    tellFailure(this.#host, name, error.message);
    this.#host.report(error);
  }

  #isWorthIt(extractor: Extractor, window: ExtractionWindow): boolean {
    try {
      return atOnce(extractor.shouldExtract?.(window)) ?? true;
    } catch (cause) {
      const text = `extractor '${extractor.name}': shouldExtract threw; it was not run`;
      this.#fail(extractor.name, new RuntimeError('extractorFailed', text, { cause }));
      return false;
    }
  }

  #tellAuthor(extractor: Extractor, value: object, turn: number): void {
    const failed = (cause: unknown): void =>
      this.#host.report(
        new RuntimeError('hookFailed', `onComplete of extractor '${extractor.name}' failed`, { cause }),
      );
    // State has taken it, so it is JSON.
    if (extractor.onComplete === undefined || !hasFindings(value as JsonObject)) return;
    try {
      const answer: unknown = extractor.onComplete(value, { turn });
      if (isThenable(answer)) Promise.resolve(answer).catch(failed);
    } catch (cause) {
      failed(cause);
    }
  }
}

function isDue({ extractor, startedTurn }: ExtractorSlot, moment: ExtractionMoment, turn: number): boolean {
  const trigger: ExtractionTrigger = extractor.trigger ?? 'everyTurn';
  if (moment !== 'turnComplete') return trigger === moment;
  return typeof trigger === 'object' ? turn - startedTurn >= trigger.everyTurns : trigger === 'everyTurn';
}

function windowOf(extractor: Extractor, { turn, turns }: ExtractionContext): ExtractionWindow {
  const size = Math.max(1, extractor.window ?? DEFAULT_WINDOW);
  return { turns: turns.slice(-size), turn, trigger: extractor.trigger ?? 'everyTurn' };
}

/** What tells two windows apart that are taken at about the same time. */
/** What the user has said in the turn that is read, and in no other. */
function heardIn({ turn, turns }: ExtractionWindow): string {
  return `${turn} ${turns.at(-1)?.user ?? ''}`;
}

function wordsOf({ turn, turns }: ExtractionWindow): string {
  const last = turns.at(-1);
  return last === undefined ? `${turn}` : `${turn} ${last.user}\n${last.model}\n${last.tools.length}`;
}
