import { expect, it } from 'vitest';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { SessionEvent, SessionEventBody } from '../../wire/index.ts';
import { AnswerWait } from './answer-wait.ts';

function event(body: SessionEventBody): SessionEvent {
  return { ...body, seq: 1, turn: 1, generation: 0 } as SessionEvent;
}

const sound = event({ type: 'audioData', data: new Uint8Array(2), mimeType: 'audio/pcm', rateHz: 24_000 });
const complete = event({ type: 'turnComplete' });

function waiting(playingUntilMs = 0) {
  const clock = new ManualClock();
  const wait = new AnswerWait({ clock, quietMs: 10_000, playingUntilMs: () => playingUntilMs });
  const outcomes: string[] = [];
  void wait.outcome.then((outcome) => outcomes.push(`${outcome} at ${clock.nowMs()}`));
  return { clock, wait, outcomes };
}

it('times out when the server is silent after the input', async () => {
  const { clock, wait, outcomes } = waiting();
  wait.inputSent();
  await clock.advanceAsync(60_000);
  expect(outcomes).toEqual(['timedOut at 10000']);
});

it('does not count the time in which the answer still plays', async () => {
  const { clock, wait, outcomes } = waiting(20_000);
  wait.inputSent();
  wait.event(sound);
  await clock.advanceAsync(60_000);
  expect(outcomes).toEqual(['timedOut at 30000']);
});

it('ends, however long a server talks', async () => {
  const { clock, wait, outcomes } = waiting();
  wait.inputSent();
  for (let i = 0; i < 300; i++) {
    wait.event(sound);
    await clock.advanceAsync(1000);
  }
  expect(outcomes).toEqual(['timedOut at 100000']);
});

it('settles for an earlier answer when nothing follows it', async () => {
  const { clock, wait, outcomes } = waiting();
  wait.event(sound);
  wait.lastWordSent();
  wait.inputSent();
  wait.event(complete);
  await clock.advanceAsync(60_000);
  expect(outcomes).toEqual(['answeredEarlier at 6000']);
});

it('leaves no timer behind', async () => {
  const { clock, wait, outcomes } = waiting();
  wait.lastWordSent();
  wait.inputSent();
  wait.event(sound);
  wait.event(complete);
  await clock.advanceAsync(0);
  expect(outcomes).toEqual(['answered at 0']);
  expect(clock.pending).toBe(0);
});
