/** Carries the strikes of one conversation from connection to connection. */
import type { Cancel, Clock } from '../../wire/clock.ts';
import type { Fault } from './fault.ts';
import type { PlannedStrike } from './fault-plan.ts';

/** Where a strike lands. */
export interface Target {
  inject(fault: Fault): void;
}

/** Runs only while a connection is open: a strike that fell due in between hits the next one. */
export class FaultSchedule {
  readonly #clock: Clock;
  readonly #strikes: Iterator<PlannedStrike>;
  readonly #startMs: number;
  #due: PlannedStrike | undefined;
  #forNext: Fault[] = [];
  #target: Target | undefined;
  #cancel: Cancel | undefined;

  constructor(clock: Clock, strikes: Iterator<PlannedStrike>) {
    this.#clock = clock;
    this.#strikes = strikes;
    this.#startMs = clock.nowMs();
    this.#due = this.#take();
  }

  /** A connection of the conversation is about to answer its setup. */
  attach(target: Target): void {
    this.#target = target;
    const faults = this.#forNext;
    this.#forNext = [];
    for (const fault of faults) target.inject(fault);
    this.#wait();
  }

  /** It is gone. */
  detach(target: Target): void {
    if (this.#target !== target) return;
    this.#target = undefined;
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const due = this.#due;
    if (due === undefined) return;
    const delayMs = Math.max(0, this.#startMs + due.afterMs - this.#clock.nowMs());
    this.#cancel = this.#clock.schedule(delayMs, () => this.#strike(due));
  }

  #strike({ faults, next = [] }: PlannedStrike): void {
    this.#cancel = undefined;
    this.#due = this.#take();
    this.#forNext.push(...next);
    const target = this.#target;
    for (const fault of faults) if (this.#target === target) target?.inject(fault);
    if (this.#target !== undefined) this.#wait();
  }

  #take(): PlannedStrike | undefined {
    const { done, value } = this.#strikes.next();
    return done === true ? undefined : value;
  }
}
