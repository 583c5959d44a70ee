import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRecording } from '../../src/runtime/replay/read-recording.ts';
import { ManualClock } from '../../src/testing/index.ts';
import { verifies } from '../requirements.ts';
import { act, recordedCall } from './random-call.ts';
import { expectClean } from './replayed.ts';
import { richOptions } from './rich-options.ts';

test('Calls of every kind replay clean, with the same events', async (context) => {
  verifies(context, 'replay:clean', 'replay:events', 'replay:tapes', 'acceptance:voice:replay');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 20, maxLength: 60 }), async (acts) => {
      const { events, sink } = await recordedCall(acts);
      const { recording } = readRecording(sink.text);
      expect(sink.text).not.toContain('not-to-be-seen');
      // Other tools than those that were recorded: none of them runs.
      await expectClean(recording, richOptions(new ManualClock(), 'other'), events);
    }),
    {
      numRuns: Number(process.env.RUNS ?? 30),
      seed: Number(process.env.SEED ?? 5),
      endOnFailure: process.env.SHRINK === undefined,
    },
  );
}, 120_000);
