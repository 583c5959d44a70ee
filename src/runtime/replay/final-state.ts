/** What a session came to, to be compared. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { LiveCore } from '../live-core.ts';

export interface FinalState {
  readonly state: { readonly [key: string]: JsonValue };
  readonly phase: string;
  readonly turns: number;
}

/** What only the clock decides; two runs of the same call may differ in it. */
const CLOCK_KEYS = /^session:(?:elapsed|silence|remaining|lastResponseLatency|\w*(?:Ms|At)$)/;

export function finalState({ guide, recorder, state }: LiveCore): FinalState {
  const values = Object.entries(state.snapshot().values).filter(([key]) => !CLOCK_KEYS.test(key));
  return {
    state: Object.fromEntries(values),
    phase: guide?.position ?? '',
    turns: recorder.turns.length,
  };
}
