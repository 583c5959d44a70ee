/** Asks a fast text model what the user meant (spec: control §9, Decisions). */
import type { Question } from '../../flow/definition/flow-definition.ts';
import type { DecisionAnswer } from '../../flow/guard/guard.ts';
import type { StateReader } from '../../flow/state-reader.ts';
import type { TextModel } from '../extract/model/text-model.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import { RuntimeError } from '../runtime-error.ts';
import {
  type AskableQuestion,
  askable,
  formAnswers,
  formInstruction,
  formSchema,
  formText,
} from './question-form.ts';

/** By question. */
export type DecisionAnswers = { readonly [question: string]: DecisionAnswer };

export interface DecisionBankOptions {
  readonly questions: readonly Question[];
  /** A fast one: the conversation waits for it. */
  readonly model: TextModel;
  /** A question that is not answered by then counts as unsure. @default 2_000 */
  readonly timeoutMs?: number;
  /** How many turns the model is shown. @default 3 */
  readonly window?: number;
  /** What of the answers counts beside the words that they are about. @default all */
  readonly heeded?: (words: string, answers: DecisionAnswers) => DecisionAnswers;
}

export interface DecisionHost extends Pick<RuntimeHost, 'clock' | 'report'> {
  readonly state: Pick<StateReader, 'get'>;
}

/** Where the conversation stands. */
export interface DecisionContext {
  /** The number of the turn that just ended, or is in progress: the user's words in it are what is judged. */
  readonly turn: number;
  /** Oldest first; with the turn in progress last where there is one. */
  readonly turns: readonly TranscriptTurn[];
}

/** What has been asked since the beginning. */
export interface DecisionCounts {
  /** Times that the model was asked. */
  readonly rounds: number;
  /** Rounds that failed, or whose answer made no sense in some part. */
  readonly failed: number;
  /** Rounds that took too long. */
  readonly late: number;
  /** Rounds that were given up: the user went on, or the session ended. */
  readonly dropped: number;
  /** Questions that were answered surely, and unsurely for whatever reason. */
  readonly sure: number;
  readonly unsure: number;
}

/** One question to the model, for several of ours. */
interface Round {
  readonly asked: readonly AskableQuestion[];
  readonly answers: Promise<DecisionAnswers>;
  /** Ends it without answers. */
  readonly drop: () => void;
}

const UNSURE: DecisionAnswer = { outcome: 'unsure', confidence: 0 };

/**
 * The questions of a flow, asked of a text model, all that are due in one round. What is late, fails or makes no sense is
 * unsure, which satisfies nothing, and is reported once a round. Answers are about the words that they were asked about:
 * when the user goes on, what is under way comes to nothing.
 */
export class DecisionBank {
  readonly #model: TextModel;
  readonly #questions: ReadonlyMap<string, Question>;
  readonly #timeoutMs: number;
  readonly #window: number;
  readonly #heeded: NonNullable<DecisionBankOptions['heeded']>;
  readonly #host: DecisionHost;
  readonly #rounds = new Set<Round>();
  /** The words that were asked about last, with their turn; what was asked about them, with its options. */
  #words = '';
  readonly #asked = new Set<string>();
  #counts: DecisionCounts = { rounds: 0, failed: 0, late: 0, dropped: 0, sure: 0, unsure: 0 };
  #closed = false;

  constructor({ questions, model, timeoutMs, window, heeded }: DecisionBankOptions, host: DecisionHost) {
    this.#questions = new Map(questions.map((question) => [question.id, question]));
    this.#model = model;
    this.#timeoutMs = timeoutMs ?? 2_000;
    this.#window = Math.max(1, window ?? 3);
    this.#heeded = heeded ?? ((_words, answers) => answers);
    this.#host = host;
  }

  get counts(): DecisionCounts {
    return this.#counts;
  }

  /**
   * Asks about the user's words in the turn of now, or waits for what is being asked. Undefined when there is nothing to
   * wait for: no words, no such question, no option to choose, or these have been answered for these words. The promise
   * never rejects; it holds answers to questions of `ids` alone, and none of a round that was given up.
   */
  ask(ids: readonly string[], context: DecisionContext): Promise<DecisionAnswers> | undefined {
    if (this.#closed) return undefined;
    const words = wordsOf(context);
    const key = `${context.turn} ${words}`;
    if (words !== '' && key !== this.#words) {
      this.#forget();
      this.#words = key;
    }
    const due = words === '' ? [] : this.#due(ids);
    const waited = [...this.#rounds].filter(({ asked }) =>
      asked.some(({ question }) => ids.includes(question.id)),
    );
    if (due.length > 0) waited.push(this.#begin(due, context, words));
    if (waited.length === 0) return undefined;
    return Promise.all(waited.map(({ answers }) => answers)).then((found) =>
      Object.fromEntries(found.flatMap((one) => Object.entries(one).filter(([id]) => ids.includes(id)))),
    );
  }

  /** The user begins another turn: the words so far are past. */
  callerTurn(): void {
    this.#forget();
  }

  /** Prepares for the first question. */
  warmUp(): void {
    // Failures do not matter here: the first question will meet them.
    void new Promise((resolve) => resolve(this.#model.warmUp?.())).catch(() => {});
  }

  /** Gives up what is under way; nothing is asked any more. */
  close(): void {
    this.#closed = true;
    this.#forget();
  }

  /** What of these can be asked and has not been, about these words and from these options. */
  #due(ids: readonly string[]): readonly AskableQuestion[] {
    return [...new Set(ids)].flatMap((id) => {
      const question = this.#questions.get(id);
      const found = question && askable(question, this.#host.state);
      if (found === undefined) return [];
      const key = JSON.stringify([id, ...found.options]);
      if (this.#asked.has(key)) return [];
      this.#asked.add(key);
      return [found];
    });
  }

  #begin(asked: readonly AskableQuestion[], { turns }: DecisionContext, words: string): Round {
    const controller = new AbortController();
    let resolve: (answers: DecisionAnswers) => void = () => {};
    const answers = new Promise<DecisionAnswers>((done) => {
      resolve = done;
    });
    /** Once; whatever comes later does not count. */
    const end = (
      found: ReadonlyArray<DecisionAnswer | undefined>,
      how?: 'failed' | 'late' | 'dropped',
    ): boolean => {
      if (!this.#rounds.delete(round)) return false;
      cancelTimer();
      this.#count(found, how);
      const given = found.map(
        (answer, index) => [asked[index]?.question.id ?? '', answer ?? UNSURE] as const,
      );
      resolve(this.#heeded(words, Object.fromEntries(given)));
      return true;
    };
    const unsure = asked.map(() => undefined);
    const round: Round = {
      asked,
      answers,
      drop: () => {
        if (end([], 'dropped')) controller.abort(new RuntimeError('aborted', 'the user went on'));
      },
    };
    const cancelTimer = this.#host.clock.schedule(this.#timeoutMs, () => {
      if (!end(unsure, 'late')) return;
      this.#tell('textModelTimeout', asked, `no answer within ${this.#timeoutMs} ms`);
      controller.abort(new RuntimeError('aborted', 'the answer is late'));
    });
    this.#rounds.add(round);
    this.#generate(asked, turns.slice(-this.#window), words, controller.signal).then(
      (text) => {
        const found = formAnswers(text, asked);
        const isWhole = found.every((answer) => answer !== undefined);
        if (!end(found, isWhole ? undefined : 'failed') || isWhole) return;
        const senseless = asked.filter((_, index) => found[index] === undefined);
        this.#tell('textModelFailed', senseless, 'the answer makes no sense');
      },
      (cause: unknown) => {
        if (end(unsure, 'failed')) this.#tell('textModelFailed', asked, 'see the cause', cause);
      },
    );
    return round;
  }

  async #generate(
    asked: readonly AskableQuestion[],
    turns: readonly TranscriptTurn[],
    words: string,
    signal: AbortSignal,
  ): Promise<string> {
    const { text } = await this.#model.generate({
      system: formInstruction(asked),
      messages: [{ role: 'user', text: formText(turns, words) }],
      json: formSchema(asked),
      temperature: 0,
      thinkingBudget: 0,
      signal,
    });
    return text;
  }

  #forget(): void {
    this.#words = '';
    this.#asked.clear();
    for (const { drop } of [...this.#rounds]) drop();
  }

  #count(
    found: ReadonlyArray<DecisionAnswer | undefined>,
    how: 'failed' | 'late' | 'dropped' | undefined,
  ): void {
    const counts = { ...this.#counts };
    counts.rounds += 1;
    if (how !== undefined) counts[how] += 1;
    const sure = found.filter((answer) => answer !== undefined && answer.outcome !== 'unsure').length;
    counts.sure += sure;
    counts.unsure += found.length - sure;
    this.#counts = counts;
  }

  #tell(
    code: 'textModelFailed' | 'textModelTimeout',
    asked: readonly AskableQuestion[],
    why: string,
    cause?: unknown,
  ): void {
    const ids = asked.map(({ question }) => question.id).join(', ');
    const text = `the decision model did not settle ${ids}, which counts as unsure: ${why}`;
    this.#host.report(
      new RuntimeError(code, text, { retryable: true, ...(cause !== undefined && { cause }) }),
    );
  }
}

/** The user's words in the turn of now; those of an earlier turn have been judged there. */
function wordsOf({ turn, turns }: DecisionContext): string {
  return turns.findLast(({ number }) => number === turn)?.user.trim() ?? '';
}
