import { RuntimeError } from '../runtime-error.ts';

/** Inputs that may wait for the one being run; one more is dropped and reported. Only a loop of listeners gets there. */
const CAPACITY = 4096;

/**
 * The control lane: runs one input at a time, to its end, in the order of posting. It never waits for anything, so an
 * idle lane runs an input at once; what is posted meanwhile, by steps, listeners or hooks, comes after it. What is posted
 * before {@link open} waits for that.
 */
export class ControlQueue<Input> {
  readonly #run: (input: Input) => void;
  readonly #report: (error: RuntimeError) => void;
  #waiting: Input[] | undefined;
  #busy = true;
  #full = false;

  /** @param run reduces one input; what it throws is reported as `internal`. */
  constructor(run: (input: Input) => void, report: (error: RuntimeError) => void) {
    this.#run = run;
    this.#report = report;
  }

  /** Everything that inputs need is there. */
  open(): void {
    this.#runWaiting();
  }

  /** Whether an input is being run. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Runs `input`, now or after those before it. */
  post(input: Input): void {
    if (this.#busy) return this.#wait(input);
    this.#busy = true;
    this.#perform(input);
    this.#runWaiting();
  }

  #runWaiting(): void {
    for (let next = this.#waiting?.shift(); next !== undefined; next = this.#waiting?.shift()) {
      this.#full = false;
      this.#perform(next);
    }
    this.#busy = false;
  }

  #perform(input: Input): void {
    try {
      this.#run(input);
    } catch (cause) {
      const text = 'The control lane failed on one input and goes on: see the cause, and please report it.';
      this.#report(new RuntimeError('internal', text, { cause }));
    }
  }

  #wait(input: Input): void {
    this.#waiting ??= [];
    if (this.#waiting.length < CAPACITY) {
      this.#waiting.push(input);
      return;
    }
    if (this.#full) return;
    this.#full = true;
    const text = `${CAPACITY} inputs wait on the control lane: some listener or hook causes more than it handles.`;
    this.#report(new RuntimeError('controlQueueFull', text));
  }
}
