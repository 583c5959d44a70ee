/** Follows the steps of the control lane while a file's tests run, and compares them with the table. */
import { afterEach, beforeAll, expect, test } from 'vitest';
import type { ControlInput } from '../../../src/runtime/lanes/control-input.ts';
import type { LiveParts } from '../../../src/runtime/lanes/live-parts.ts';
import { ORDER } from '../../../src/runtime/lanes/order.ts';
import { STEPS } from '../../../src/runtime/lanes/steps/run-input.ts';

export type Row = keyof typeof ORDER;

/** Which file proves which row. */
export const ROWS = {
  'connect.test.ts': [
    'connected',
    'turnCutOff',
    'rotated',
    'userText',
    'instruct',
    'resumption',
    'goAway',
    'usage',
  ],
  'voice.test.ts': [
    'speechStarted',
    'speechEnded',
    'modelBegan',
    'waitingForInput',
    'playbackStarted',
    'playbackDrained',
    'softTurn',
  ],
  'turn.test.ts': [
    'generationComplete',
    'turnComplete',
    'boundary',
    'extracted',
    'prepared',
    'goTo',
    'stateWritten',
  ],
  'tools.test.ts': [
    'toolCall',
    'toolOutcome',
    'toolResponses',
    'answeredByHand',
    'toolCallCancelled',
    'callsGivenUp',
    'interrupted',
  ],
  'flow.test.ts': ['decided', 'lateWords', 'stepEnded'],
  'end.test.ts': ['fault', 'disconnect', 'disconnected', 'ended'],
} as const satisfies Readonly<Record<string, readonly Row[]>>;

type AnyStep = (core: LiveParts, input: ControlInput) => void;

/**
 * For a file of row tests: after each test every input that was run has run exactly the steps of its row, in the order
 * of the table; in the end, every row of the file has been run by some test.
 */
export function followRows(file: keyof typeof ROWS): void {
  const ran = new Map<ControlInput, string[]>();
  const proven = new Set<string>();

  beforeAll(() => {
    const steps = STEPS as Record<string, AnyStep>;
    for (const [name, step] of Object.entries(steps)) {
      steps[name] = (core, input) => {
        ran.set(input, [...(ran.get(input) ?? []), name]);
        step(core, input);
      };
    }
  });

  afterEach(() => {
    for (const [{ type }, steps] of ran) {
      expect(steps, `the steps of ${type}`).toEqual(ORDER[type]);
      proven.add(type);
    }
    ran.clear();
  });

  test('every step of these rows was run by a test above, in the order of the table', () => {
    const rows: readonly Row[] = ROWS[file];
    expect(rows.filter((row) => ORDER[row].length > 0 && !proven.has(row))).toEqual([]);
  });
}
