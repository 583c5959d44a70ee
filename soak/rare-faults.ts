/** Faults that no strike draws, spread over a session, so that every kind of fault is in a soak. Pure. */
import type { FaultKind, Moment, PlannedStrike } from '../src/simulator/index.ts';
import type { Dice } from './dice.ts';

const SPELL_MS = 20_000;
/** Each kind about so often, over ninety minutes: drawn anew for each session. */
const RARE: readonly [(dice: Dice) => FaultKind, ...((dice: Dice) => FaultKind)[]] = [
  (dice) => ({ type: 'phantomInterrupted', at: audio(dice) }),
  (dice) => ({ type: 'prematureTurnComplete', at: audio(dice) }),
  () => ({ type: 'missingTurnComplete' }),
  // What the service swallows without a word nobody can know of; of the microphone it takes one chunk.
  (dice) => ({ type: 'ignoredMessage', at: { on: 'realtimeInput', nth: dice.between(1, 20) } }),
  () => ({ type: 'audioDuringCall' }),
  (dice) => ({
    type: 'connectionLimit',
    afterMs: dice.between(5_000, 60_000),
    goAwayMs: dice.between(0, 4_000),
  }),
  () => ({ type: 'lateHandles', delayMs: 500 }),
];

/** One in each of these spans. */
const EVERY_MS = 6 * 60_000;

function audio(dice: Dice): Moment {
  return { on: 'audio', nth: dice.between(1, 6) };
}

export function rareFaults(dice: Dice, minutes: number, transparent: boolean): readonly PlannedStrike[] {
  const strikes: PlannedStrike[] = [];
  for (let spanMs = 0; spanMs + EVERY_MS <= minutes * 60_000; spanMs += EVERY_MS) {
    const fault = dice.pick(RARE)(dice);
    strikes.push({ afterMs: spanMs + dice.between(0, EVERY_MS), faults: [{ ...fault, forMs: SPELL_MS }] });
  }
  // Only a session that is told the index can make up for a handle that lags.
  const lag: PlannedStrike = {
    afterMs: dice.between(60_000, 300_000),
    faults: [
      { type: 'laggingHandles', by: 1, forMs: SPELL_MS },
      { type: 'reset', at: { afterMs: SPELL_MS - 1_000 } },
    ],
  };
  return transparent ? [...strikes, lag] : strikes;
}
