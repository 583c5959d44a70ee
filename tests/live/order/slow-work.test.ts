import { expect, test } from 'vitest';
import { type LiveOptions, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';

const TOOL_MS = 10_000;
const EXTRACTOR_MS = 5_000;

/** What a call tells, with the time of each line, while slow work is or is not on its way. */
async function told(
  isSlow: boolean,
): Promise<{ readonly lines: readonly string[]; readonly call: OrderedCall }> {
  const call = new OrderedCall();
  const { clock } = call.peer;
  const after = <T>(ms: number, value: T): Promise<T> =>
    new Promise((resolve) => clock.schedule(ms, () => resolve(value)));
  const slow: Partial<LiveOptions> = {
    tools: [tool({ name: 'look', description: 'Looks.', run: () => after(TOOL_MS, { sky: 'blue' }) })],
    extractors: [{ name: 'facts', extract: () => after(EXTRACTOR_MS, { value: { day: 'friday' } }) }],
  };
  await call.open({ ...(isSlow ? slow : {}), quiet: { softTurnMs: 1_000 } });
  const lines: string[] = [];
  const ofSlowWork = new Set([
    'toolExecution',
    'extraction',
    'statePromotion',
    'turnRecord',
    'toolCancelled',
    'error',
  ]);
  call.handle.onEvent(({ type }) => {
    if (!ofSlowWork.has(type)) lines.push(`${clock.nowMs()} ${type}`);
  });
  await call.handle.sendText('How is the weather?');
  await call.peer.says('One moment.', { audioMs: 600 });
  if (isSlow) await call.peer.calls('look', {}, 'call-1');
  await clock.advanceAsync(100);
  await call.peer.says('I look', { audioMs: 400 });
  await call.peer.completes();
  await clock.advanceAsync(200);
  await call.handle.userSpeechStarted();
  await call.peer.sends({ serverContent: { interrupted: true } });
  await call.peer.hears('And tomorrow?');
  await call.handle.userSpeechEnded();
  await clock.advanceAsync(300);
  await call.peer.says('Tomorrow, too', { audioMs: 800 });
  await call.peer.goesAway(60_000);
  await call.peer.completes();
  await clock.advanceAsync(200);
  await call.peer.says('Else?', { audioMs: 100, thenCompletes: true });
  return { lines, call };
}

test('a tool that takes 10 s and an extractor that takes 5 s delay no audio, interruption or other event', async (context) => {
  verifies(context, 'live:slowWork');
  const quick = await told(false);
  const slow = await told(true);
  expect(slow.call.of('toolExecution')).toEqual([]);
  expect(slow.call.of('extraction')).toEqual([]);
  expect(slow.lines).toEqual(quick.lines);
  for (const type of ['audio', 'interrupted', 'turnComplete', 'turnMetrics', 'goAway', 'vadStart']) {
    expect(
      slow.lines.some((line) => line.endsWith(` ${type}`)),
      type,
    ).toBe(true);
  }
  await slow.call.peer.clock.advanceAsync(TOOL_MS);
  expect(slow.call.of('extraction').length).toBeGreaterThan(0);
  expect(await slow.call.peer.answerTo('call-1')).toMatchObject({ response: { sky: 'blue' } });
  for (const { call } of [quick, slow]) await call.handle.disconnect();
});
