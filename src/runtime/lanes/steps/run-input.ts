/** Every step of the control lane, and how a row of `ORDER` is run. */

import type { ControlInput } from '../control-input.ts';
import type { LiveParts } from '../live-parts.ts';
import { ORDER, type StepName } from '../order.ts';
import { endSteps } from './end-steps.ts';
import { extractionSteps } from './extraction-steps.ts';
import { flowSteps } from './flow-steps.ts';
import { startSteps } from './start-steps.ts';
import type { Steps } from './step.ts';
import { toolSteps } from './tool-steps.ts';
import { turnSteps } from './turn-steps.ts';
import { voiceSteps } from './voice-steps.ts';

/** By name, from every row. */
export const STEPS: Steps<StepName> = {
  ...startSteps,
  ...voiceSteps,
  ...toolSteps,
  ...turnSteps,
  ...extractionSteps,
  ...flowSteps,
  ...endSteps,
};

/** Runs the row of an input, then settles the state. */
export function runInput(core: LiveParts, input: ControlInput): void {
  // The boundary of this turn was brought forward meanwhile.
  if (input.type === 'boundary' && core.endedTurn?.number !== input.turn) return;
  for (const name of ORDER[input.type]) {
    // A step only stands in rows whose input it takes: `Steps` is typed by the table.
    const step = STEPS[name] as (core: LiveParts, input: ControlInput) => void;
    step(core, input);
  }
  core.watch?.settle();
  core.rules?.settled();
  core.keeping?.keeper.afterInput();
}
