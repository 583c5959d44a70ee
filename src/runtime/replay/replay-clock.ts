/** The clock of a replay: it stands where the recording says, and its timers go off when the recording says. */
import type { Cancel, Clock } from '../../wire/index.ts';
import type { RecordingEntry } from './recording.ts';

/** So late a live timer may be, when its process was busy. */
const LATE_MS = 1_000;

interface Timer {
  readonly id: number;
  readonly dueMs: number;
  readonly delayMs: number;
  readonly task: () => void;
}

export class ReplayClock implements Clock {
  readonly #fires = new Set<number>();
  readonly #timers = new Map<number, Timer>();
  readonly #onSet: () => void;
  #ids = 0;
  #nowMs = 0;
  #lookMs = Number.POSITIVE_INFINITY;

  /** @param onSet told of each timer that is set */
  constructor(entries: readonly RecordingEntry[], onSet: () => void) {
    this.#onSet = onSet;
    for (const entry of entries) if (entry.type === 'timer') this.#fires.add(entry.id);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  moveTo(tMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, tMs);
  }

  schedule(delayMs: number, task: () => void): Cancel {
    this.#ids += 1;
    this.#onSet();
    const id = this.#ids;
    const dueMs = this.#nowMs + Math.max(0, delayMs);
    this.#timers.set(id, { id, dueMs, delayMs, task });
    if (!this.#fires.has(id)) this.#lookMs = Math.min(this.#lookMs, dueMs + LATE_MS);
    return () => {
      this.#timers.delete(id);
    };
  }

  /** Takes a timer that goes off. */
  take(id: number): Timer | undefined {
    const timer = this.#timers.get(id);
    this.#timers.delete(id);
    return timer;
  }

  /** Takes the timers that would have gone off long ago, and in the recording never do; in order. */
  overdue(): readonly Timer[] {
    if (this.#nowMs < this.#lookMs) return [];
    const due: Timer[] = [];
    let lookMs = Number.POSITIVE_INFINITY;
    for (const timer of this.#timers.values()) {
      if (this.#fires.has(timer.id)) continue;
      if (timer.dueMs + LATE_MS <= this.#nowMs) due.push(timer);
      else lookMs = Math.min(lookMs, timer.dueMs + LATE_MS);
    }
    this.#lookMs = lookMs;
    for (const { id } of due) this.#timers.delete(id);
    return due.sort((a, b) => a.dueMs - b.dueMs || a.id - b.id);
  }
}
