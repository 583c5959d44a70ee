import { expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import type { SessionWriter } from '../../../wire/index.ts';
import { PlaybackLedger } from '../playback/playback-ledger.ts';
import { Quiet } from '../quiet/quiet.ts';
import { ContextQueue } from './context-queue.ts';

/** The three parts as a runtime joins them, without anybody who reports playback. */
function join(): {
  clock: ManualClock;
  ledger: PlaybackLedger;
  quiet: Quiet;
  context: ContextQueue;
  sent: string[];
} {
  const clock = new ManualClock();
  const sent: string[] = [];
  const writer = {
    sendClientContent: (turns, complete) => {
      const words = complete ? 'prompt' : turns.map((turn) => turn.parts[0]?.text).join('|');
      sent.push(`${clock.nowMs()} ${words}`);
      return Promise.resolve();
    },
  } as Partial<SessionWriter> as SessionWriter;
  const ledger = new PlaybackLedger(
    { clock },
    { playbackStarted: () => {}, playbackDrained: () => context.floorChanged() },
  );
  const quiet = new Quiet(
    {
      clock,
      ledger,
      emit: () => {},
      reprompt: () => {},
      nudge: (text) => {
        const turns = [{ role: 'model' as const, parts: [{ text }] }];
        context.deliver({ turns, prompt: true }, 'immediate');
      },
      rotate: () => {},
      softTurn: () => {},
      turnAbandoned: () => context.floorChanged(),
    },
    { deadAir: {} },
  );
  const context: ContextQueue = new ContextQueue({
    clock,
    writer,
    floor: quiet,
    profile: { clientContentMidSession: true },
    report: (error) => {
      throw error;
    },
    prompted: () => quiet.prompted(),
  });
  return { clock, ledger, quiet, context, sent };
}

test('without a reporter an armed prompt is released when the estimate of playback ends', (context) => {
  verifies(context, 'voice:context:promptReleased');
  const { clock, ledger, quiet, context: queue, sent } = join();
  ledger.onAudio(3000 * 48, 24_000, 1, 0);
  quiet.modelOutput();
  clock.advance(1000);
  quiet.turnComplete();
  queue.deliver({ turns: [{ parts: [{ text: 'fact' }] }], prompt: true }, 'deferred');
  clock.advance(1999);
  expect(sent).toEqual([]);
  clock.advance(1);
  expect(sent).toEqual(['3000 fact', '3000 prompt']);
});

test('a prompt behind a turn that never ends is released when the watchdog gives that turn up', () => {
  const { clock, ledger, quiet, context, sent } = join();
  ledger.onAudio(1000 * 48, 24_000, 1, 0);
  quiet.modelOutput();
  context.deliver({ turns: [{ parts: [{ text: 'fact' }] }], prompt: true }, 'deferred');
  clock.advance(6000);
  expect(sent).toEqual(['6000 fact', '6000 prompt']);
});

test('a nudge is context and a prompt, and the answer to it is awaited in turn', () => {
  const { clock, quiet, sent } = join();
  quiet.userText();
  clock.advance(600_000);
  const text = 'The user waits for an answer.';
  expect(sent).toEqual([`5000 ${text}`, '5000 prompt', `15000 ${text}`, '15000 prompt']);
});
