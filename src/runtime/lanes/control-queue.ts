import { RuntimeError } from '../runtime-error.ts';

/** Inputs that one input may cause, directly or through others, before the lane is idle again. Only a loop gets there. */
const CAPACITY = 4096;

/** What the lane must know of its inputs. */
export interface LaneRules<Input> {
  /** Reduces one input, to its end. What it throws is told as a fault (`internal`). */
  readonly run: (input: Input) => void;
  /** The input that tells of a fault. */
  readonly fault: (error: RuntimeError) => Input;
  /** Inputs that are taken even when the lane is full: without them the session would not end. */
  readonly isVital: (input: Input) => boolean;
}

/**
 * The control lane: runs one input at a time, to its end, in the order of posting. It never waits for anything, so an
 * idle lane runs an input at once; what is posted meanwhile, by steps, listeners or hooks, comes after it. What is posted
 * before {@link open} waits for that. Of a loop that never lets the lane become idle the rest is dropped, and told once as
 * `controlQueueFull`: so it ends.
 */
export class ControlQueue<Input> {
  readonly #rules: LaneRules<Input>;
  #waiting: Input[] | undefined;
  #busy = true;
  #closed = false;
  /** Inputs taken since the lane was idle. */
  #caused = 0;

  constructor(rules: LaneRules<Input>) {
    this.#rules = rules;
  }

  /** Everything that inputs need is there. */
  open(): void {
    this.#runWaiting();
  }

  /** The session is over: what waits is dropped, and whatever is posted. */
  close(): void {
    this.#closed = true;
    this.#waiting = undefined;
  }

  /** Whether an input is being run, or will be before anything else. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Whether the session is over. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Runs `input`, now or after those before it. */
  post(input: Input): void {
    if (this.#closed) return;
    if (this.#busy) return this.#wait(input);
    this.#busy = true;
    this.#perform(input);
    this.#runWaiting();
  }

  #runWaiting(): void {
    for (let next = this.#waiting?.shift(); next !== undefined; next = this.#waiting?.shift()) {
      this.#perform(next);
    }
    this.#busy = false;
    this.#caused = 0;
  }

  #perform(input: Input): void {
    try {
      this.#rules.run(input);
    } catch (cause) {
      const text = 'The control lane failed on one input and goes on: see the cause, and please report it.';
      this.post(this.#rules.fault(new RuntimeError('internal', text, { cause })));
    }
  }

  #wait(input: Input): void {
    this.#caused += 1;
    this.#waiting ??= [];
    if (this.#caused <= CAPACITY || this.#rules.isVital(input)) this.#waiting.push(input);
    else if (this.#caused === CAPACITY + 1) this.#waiting.push(this.#rules.fault(full()));
  }
}

function full(): RuntimeError {
  const text = `One event caused ${CAPACITY} inputs of the control lane: a listener or hook causes itself. The rest is dropped.`;
  return new RuntimeError('controlQueueFull', text);
}
