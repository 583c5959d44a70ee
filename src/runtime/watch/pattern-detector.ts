import { atOnce } from '../../flow/fault.ts';
import type { StateReadAccess } from '../state/state-access.ts';
import type { Temporal } from './temporal-pattern.ts';

/** What patterns are recognised in. */
export type PatternInput =
  /** The state has settled, or time has passed. */
  | { readonly type: 'look' }
  | { readonly type: 'turn' }
  | { readonly type: 'event'; readonly name: string }
  | { readonly type: 'tool'; readonly name: string; readonly ok: boolean };

/** Recognises one pattern. */
export interface PatternDetector {
  /** Whether the pattern begins to hold with this input. */
  push(input: PatternInput, state: StateReadAccess, nowMs: number): boolean;
  /** When to look again although nothing happens; undefined for never. */
  readonly dueAtMs: number | undefined;
}

export function patternDetector(when: Temporal): PatternDetector {
  switch (when.type) {
    case 'sustained':
      return new SustainedDetector(when);
    case 'rate':
      return new RateDetector(when);
    case 'turns':
      return new StreakDetector(when.count, (input, state) =>
        input.type === 'turn' ? atOnce(when.condition(state)) : undefined,
      );
    case 'toolFailures':
      return new StreakDetector(when.count, (input) =>
        input.type === 'tool' && input.name === when.tool ? !input.ok : undefined,
      );
  }
}

type SustainedState =
  | { readonly type: 'fallen' }
  | { readonly type: 'rising'; readonly sinceMs: number }
  | { readonly type: 'held' };

const FALLEN: SustainedState = { type: 'fallen' };

/** The condition was looked at: how long it has held, and whether that is long enough. */
function sustain(
  state: SustainedState,
  condition: boolean,
  nowMs: number,
  durationMs: number,
): SustainedState {
  if (!condition) return FALLEN;
  if (state.type === 'held') return state;
  const sinceMs = state.type === 'rising' ? state.sinceMs : nowMs;
  return nowMs - sinceMs >= durationMs ? { type: 'held' } : { type: 'rising', sinceMs };
}

class SustainedDetector implements PatternDetector {
  readonly #when: Extract<Temporal, { type: 'sustained' }>;
  #state: SustainedState = FALLEN;

  constructor(when: Extract<Temporal, { type: 'sustained' }>) {
    this.#when = when;
  }

  get dueAtMs(): number | undefined {
    return this.#state.type === 'rising' ? this.#state.sinceMs + this.#when.durationMs : undefined;
  }

  push(input: PatternInput, state: StateReadAccess, nowMs: number): boolean {
    if (input.type !== 'look') return false;
    const before = this.#state;
    // A condition that throws has not held without a break.
    this.#state = FALLEN;
    this.#state = sustain(before, atOnce(this.#when.condition(state)), nowMs, this.#when.durationMs);
    return this.#state.type === 'held' && before.type !== 'held';
  }
}

/** Remembers the times of the newest `count` events. The rate can only fall while nothing happens, so it needs no timer. */
class RateDetector implements PatternDetector {
  readonly dueAtMs: undefined = undefined;
  readonly #when: Extract<Temporal, { type: 'rate' }>;
  readonly #times: number[] = [];

  constructor(when: Extract<Temporal, { type: 'rate' }>) {
    this.#when = when;
  }

  push(input: PatternInput, _state: StateReadAccess, nowMs: number): boolean {
    const { event, count } = this.#when;
    if (input.type !== 'event') return false;
    if (!(typeof event === 'string' ? input.name === event : atOnce(event(input.name)))) return false;
    const held = this.#holds(nowMs);
    this.#times.push(nowMs);
    if (this.#times.length > count) this.#times.shift();
    return !held && this.#holds(nowMs);
  }

  #holds(nowMs: number): boolean {
    const { count, windowMs } = this.#when;
    const [oldest] = this.#times;
    return oldest !== undefined && this.#times.length === count && nowMs - oldest <= windowMs;
  }
}

/** Counts how often something was so in a row; `judge` answers undefined to what does not concern it. */
class StreakDetector implements PatternDetector {
  readonly dueAtMs: undefined = undefined;
  readonly #count: number;
  readonly #judge: (input: PatternInput, state: StateReadAccess) => boolean | undefined;
  #streak = 0;

  constructor(count: number, judge: (input: PatternInput, state: StateReadAccess) => boolean | undefined) {
    this.#count = count;
    this.#judge = judge;
  }

  push(input: PatternInput, state: StateReadAccess): boolean {
    const before = this.#streak;
    // A condition that throws breaks the row.
    this.#streak = 0;
    const verdict = this.#judge(input, state);
    if (verdict !== false) this.#streak = verdict === true ? Math.min(before + 1, this.#count) : before;
    return before < this.#count && this.#streak === this.#count;
  }
}
