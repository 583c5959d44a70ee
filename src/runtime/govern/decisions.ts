import type { DecisionAnswer } from '../../flow/guard/guard.ts';
import type { DecisionBank } from '../decide/decision-bank.ts';
import type { ExtractionContext } from '../extract/extraction-runner.ts';

/** The questions of a session's flow, and who waits for their answers. */
export class Decisions {
  readonly #bank: DecisionBank;
  readonly #questions: readonly string[];
  readonly #decided: (answers: { readonly [question: string]: DecisionAnswer }) => void;
  readonly #open = new Set<Promise<void>>();

  /** @param decided told of answers, before those who wait for them go on */
  constructor(
    bank: DecisionBank,
    questions: readonly string[],
    decided: (answers: { readonly [question: string]: DecisionAnswer }) => void,
  ) {
    this.#bank = bank;
    this.#questions = questions;
    this.#decided = decided;
  }

  /** Asks these, or all, about the words so far. Undefined when there is nothing to ask; it never rejects. */
  ask(questions: readonly string[] | undefined, context: ExtractionContext): Promise<void> | undefined {
    const answers = this.#bank.ask(questions ?? this.#questions, context);
    if (answers === undefined) return undefined;
    const told = answers.then(this.#decided, () => undefined);
    this.#open.add(told);
    void told.then(() => this.#open.delete(told));
    return told;
  }

  /** Resolves when everything that was asked is answered; undefined when nothing was. */
  get pending(): Promise<unknown> | undefined {
    return this.#open.size === 0 ? undefined : Promise.all(this.#open);
  }

  /** The user begins another turn: what is still open is about words that are past. */
  callerTurn(): void {
    this.#bank.callerTurn();
  }

  close(): void {
    this.#bank.close();
  }
}
