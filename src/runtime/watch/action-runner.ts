import { isThenable } from '../../flow/fault.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';

/** Runs user code so that it cannot hurt: a throw or a rejection is reported as `watcherFailed`, nobody waits. */
export class ActionRunner {
  readonly #report: RuntimeHost['report'];
  #pending = 0;

  constructor(report: RuntimeHost['report']) {
    this.#report = report;
  }

  /** How many promises of actions have not settled. */
  get pending(): number {
    return this.#pending;
  }

  /** Runs an action. Returns whether it goes on as a promise; `settled` is called when that is over. */
  run(action: () => unknown, subject: string, settled?: () => void): boolean {
    try {
      const outcome = action();
      if (!isThenable(outcome)) return false;
      void this.#track(outcome, subject, settled);
      return true;
    } catch (cause) {
      this.fail(subject, cause);
      return false;
    }
  }

  /** Reports that `subject`, the beginning of a sentence, failed. */
  fail(subject: string, cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#report(new RuntimeError('watcherFailed', `${subject} failed: ${reason}`, { cause }));
  }

  async #track(outcome: PromiseLike<unknown>, subject: string, settled?: () => void): Promise<void> {
    this.#pending += 1;
    try {
      await outcome;
    } catch (cause) {
      this.fail(subject, cause);
    }
    this.#pending -= 1;
    settled?.();
  }
}
