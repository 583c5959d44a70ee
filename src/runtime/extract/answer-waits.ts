import type { Cancel, Clock } from '../../wire/index.ts';
import type { ExtractorSlot } from './extractor-slot.ts';

/** A request that somebody waits for. */
export interface AwaitedAnswer {
  readonly slot: Pick<ExtractorSlot, 'answered'>;
  readonly ticket: number;
}

interface Wait {
  readonly answers: readonly AwaitedAnswer[];
  readonly resolve: () => void;
  readonly stopTimer: Cancel;
}

/** Those who wait for answers of extractors, each no longer than the bound. */
export class AnswerWaits {
  readonly #clock: Clock;
  readonly #waitMs: number;
  #waits: readonly Wait[] = [];

  constructor(clock: Clock, waitMs: number) {
    this.#clock = clock;
    this.#waitMs = waitMs;
  }

  /** Resolves when all have come, or the bound has passed; undefined when all have. Never rejects. */
  until(answers: readonly AwaitedAnswer[]): Promise<void> | undefined {
    if (answers.every(hasCome)) return undefined;
    return new Promise((resolve) => {
      const wait: Wait = {
        answers,
        resolve,
        stopTimer: this.#clock.schedule(this.#waitMs, () => this.#end(wait)),
      };
      this.#waits = [...this.#waits, wait];
    });
  }

  /** Ends the waits for what has come by now. */
  check(): void {
    for (const wait of this.#waits.filter(({ answers }) => answers.every(hasCome))) this.#end(wait);
  }

  /** Ends all of them. */
  close(): void {
    for (const wait of this.#waits) this.#end(wait);
  }

  #end(wait: Wait): void {
    this.#waits = this.#waits.filter((other) => other !== wait);
    wait.stopTimer();
    wait.resolve();
  }
}

function hasCome({ slot, ticket }: AwaitedAnswer): boolean {
  return slot.answered >= ticket;
}
