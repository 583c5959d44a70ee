import { expect, test } from 'vitest';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';

test('every duration that is none is told at connect, wherever it stands', async (context) => {
  verifies(context, 'live:failedConnect');
  const failed = new OrderedCall().open({
    telemetryIntervalMs: -1,
    quiet: { softTurnMs: Number.NaN, deadAir: { noReplyMs: -5 } },
    extraction: { waitMs: Number.POSITIVE_INFINITY },
    phases: {
      initial: 'ask',
      preparationTimeoutMs: -1,
      phases: [
        { name: 'ask', terminal: true, endOfSpeechMs: -1, reprompt: { afterMs: -2, text: '(silence)' } },
      ],
    },
  });
  const error = await failed.then(
    () => undefined,
    (thrown: { readonly problems: ReadonlyArray<{ readonly path: string }> }) => thrown,
  );
  expect(error?.problems.map(({ path }) => path)).toEqual([
    'telemetryIntervalMs',
    'quiet.softTurnMs',
    'quiet.deadAir.noReplyMs',
    'extraction.waitMs',
    'phases.preparationTimeoutMs',
    'phases.phases.ask.endOfSpeechMs',
    'phases.phases.ask.reprompt.afterMs',
  ]);
});
