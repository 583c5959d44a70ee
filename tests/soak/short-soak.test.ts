/** The soak of CI: six sessions of half an hour; `npm run soak` runs the whole of it. */
import { expect, test } from 'vitest';
import type { SoakSummary } from '../../soak/summary.ts';
import { verifies } from '../requirements.ts';
import { runSoak } from './run-soak.ts';

test('six sessions of half an hour under faults: nothing is lost or doubled, and nobody is cut off', {
  timeout: 240_000,
}, async (context) => {
  verifies(context, 'soak:short', 'soak:audio');
  const { code, stdout, stderr } = await runSoak(
    '--sessions',
    '6',
    '--minutes',
    '30',
    '--seed',
    '12',
    '--json',
  );
  expect(stdout, stderr).not.toBe('');
  // The soak prints nothing else.
  const { summary } = JSON.parse(stdout) as { readonly summary: SoakSummary };
  expect(summary.failed).toEqual([]);
  expect(summary.broken).toEqual([]);
  expect(code).toBe(0);
  expect(summary.sessions).toBe(6);
  expect(summary.fewestFaults).toBeGreaterThanOrEqual(6);
  expect([summary.turns.lost, summary.turns.doubled, summary.results.lost, summary.results.doubled]).toEqual([
    0, 0, 0, 0,
  ]);
  expect([summary.ended, summary.unhandled, summary.audio.unexplainedSamples]).toEqual([0, 0, 0]);
  expect(summary.audio.downHeardBytes).toBe(summary.audio.downSentBytes);
  expect(summary.turns.sent).toBeGreaterThan(500);
});

test('arguments that are none are told with the usage, and the exit is 2', {
  timeout: 60_000,
}, async (context) => {
  verifies(context, 'soak:report');
  const { code, stderr } = await runSoak('--sessions', 'many');
  expect(code).toBe(2);
  expect(stderr).toContain('--sessions is many');
  expect(stderr).toContain('npm run soak -- [options]');
});
