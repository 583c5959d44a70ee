/** Refuses faults that only JavaScript lets through, where they are given and not when they would strike. */
import type { Fault, FaultKind } from './fault.ts';

/** Whether a fault of this type has a moment. */
const HAS_MOMENT: Readonly<Record<FaultKind['type'], boolean>> = {
  missingSetupComplete: false,
  silence: true,
  reset: true,
  close: true,
  lateInterrupted: false,
  duplicateInterrupted: false,
  phantomInterrupted: true,
  bundledFrames: false,
  emptyServerContent: false,
  missingGenerationComplete: false,
  missingTurnComplete: false,
  duplicateToolCalls: false,
  malformedFrame: true,
  staleHandles: false,
  goAway: true,
  muteAudio: false,
  audioDuringCall: false,
  connectionLimit: false,
};

/** Throws a `RangeError` for a type that is none, or a moment that is missing. */
export function checkFaults(faults: readonly Fault[]): void {
  for (const [index, fault] of faults.entries()) {
    if (!Object.hasOwn(HAS_MOMENT, fault.type)) {
      throw new RangeError(`faults[${index}].type must be one of: ${Object.keys(HAS_MOMENT).join(', ')}`);
    }
    if (HAS_MOMENT[fault.type] && typeof ('at' in fault && fault.at) !== 'object') {
      throw new RangeError(
        `faults[${index}].at is missing: say when, as { on: 'setup' } or { afterMs: 500 }`,
      );
    }
  }
}
