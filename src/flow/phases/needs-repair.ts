/** Asking again for what a phase needs (spec: control §4). A pure counter: the machine owns its state. */
import type { Repair } from '../governor.ts';
import type { StateEffect } from '../state-effect.ts';
import { displayKey } from './display.ts';
import type { NeedsRepair } from './phase.ts';

export const DEFAULT_NUDGE_AFTER = 3;
export const DEFAULT_ESCALATE_AFTER = 6;

export const ESCALATION_KEY = 'repair:escalation';
export const UNFULFILLED_KEY = 'repair:unfulfilled';

export type RepairThresholds = Required<NeedsRepair>;

/** Turns in a row that left something missing, and what was last published as unfulfilled. */
export interface RepairState {
  readonly turns: number;
  readonly unfulfilled: readonly string[];
}

export const FRESH_REPAIR: RepairState = { turns: 0, unfulfilled: [] };
export const NO_REPAIR: Repair = { nudge: undefined, prompt: false, effects: [], faults: [] };

/** Counts one turn. */
export function countTurn(
  state: RepairState,
  missing: readonly string[],
  { nudgeAfter, escalateAfter }: RepairThresholds,
): { readonly state: RepairState; readonly repair: Repair } {
  if (missing.length === 0) {
    return { state: FRESH_REPAIR, repair: { ...NO_REPAIR, effects: lowerFlags(state) } };
  }
  const turns = state.turns + 1;
  if (turns < nudgeAfter) return { state: { ...state, turns }, repair: NO_REPAIR };
  const news = turns >= escalateAfter && missing.join('\n') !== state.unfulfilled.join('\n');
  return {
    state: { turns, unfulfilled: news ? missing : state.unfulfilled },
    repair: {
      nudge: `[Still needed: ${missing.map(displayKey).join(', ')}. Ask for it now, one thing at a time.]`,
      prompt: turns === nudgeAfter,
      effects: news ? raiseFlags(missing) : [],
      faults: [],
    },
  };
}

/** What takes back an escalation; nothing when there was none. */
export function lowerFlags({ unfulfilled }: RepairState): readonly StateEffect[] {
  if (unfulfilled.length === 0) return [];
  return [
    { type: 'delete', key: ESCALATION_KEY },
    { type: 'delete', key: UNFULFILLED_KEY },
  ];
}

function raiseFlags(missing: readonly string[]): readonly StateEffect[] {
  return [
    { type: 'set', key: ESCALATION_KEY, value: true },
    { type: 'set', key: UNFULFILLED_KEY, value: missing },
  ];
}
