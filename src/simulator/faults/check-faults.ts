/** Refuses faults that only JavaScript lets through, where they are given and not when they would strike. */
import type { Fault, FaultKind } from './fault.ts';
import { serviceCloses } from './service-closes.ts';

/** Whether a fault of this type has a moment. */
const HAS_MOMENT: Readonly<Record<FaultKind['type'], boolean>> = {
  refusedUpgrade: false,
  missingSetupComplete: false,
  silence: true,
  reset: true,
  close: true,
  goAway: true,
  connectionLimit: false,
  slowPongs: false,
  lateFrames: false,
  lateInterrupted: false,
  duplicateInterrupted: false,
  phantomInterrupted: true,
  prematureTurnComplete: true,
  bundledFrames: false,
  emptyServerContent: false,
  missingGenerationComplete: false,
  missingTurnComplete: false,
  duplicateToolCalls: false,
  malformedFrame: true,
  unknownKeys: false,
  muteAudio: false,
  truncatedTranscription: false,
  deadAir: true,
  ignoredMessage: true,
  audioDuringCall: false,
  reissuedCalls: false,
  staleHandles: false,
  poisonedHandles: false,
  laggingHandles: false,
  lateHandles: false,
  unresumable: false,
  lingeringConnection: false,
};

/** Throws a `RangeError` for a type that is none, a moment that is missing, or a close that is none. */
export function checkFaults(faults: readonly Fault[], where = 'faults'): void {
  for (const [index, fault] of faults.entries()) {
    if (!Object.hasOwn(HAS_MOMENT, fault.type)) {
      throw new RangeError(`${where}[${index}].type must be one of: ${Object.keys(HAS_MOMENT).join(', ')}`);
    }
    if (HAS_MOMENT[fault.type] && typeof ('at' in fault && fault.at) !== 'object') {
      throw new RangeError(
        `${where}[${index}].at is missing: say when, as { on: 'setup' } or { afterMs: 500 }`,
      );
    }
    const close = 'close' in fault ? fault.close : undefined;
    if (close !== undefined && !Object.hasOwn(serviceCloses, close)) {
      throw new RangeError(
        `${where}[${index}].close must be one of: ${Object.keys(serviceCloses).join(', ')}`,
      );
    }
  }
}
