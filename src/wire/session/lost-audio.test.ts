import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { activeRig, audioMessage, type Rig, settle } from '../../../tests/support/wire-peer.ts';
import type { Replayed } from './session-event.ts';

async function speak({ session, clock }: Rig, ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 20) {
    await session.sendAudio(new Uint8Array(640));
    clock.advance(20);
  }
}

/** Loses the connection. Returns what the next one was sent again. */
async function lose(rig: Rig): Promise<Replayed | undefined> {
  rig.server.peer.reset();
  await settle();
  await rig.clock.runUntil(() => rig.session.phase === 'active', 10_000);
  await settle();
  const rotated = rig.events.findLast((event) => event.type === 'rotated');
  return rotated?.type === 'rotated' ? rotated.replayed : undefined;
}

const heardMs = ({ server }: Rig): number =>
  server.received.filter((message) => 'realtimeInput' in message).length * 20;

test('a rotation tells how much of a long utterance is not heard again', async (context) => {
  verifies(context, 'wire:rotate:lost');
  const rig = await activeRig();
  await speak(rig, 5_000);
  const replayed = await lose(rig);
  expect(replayed).toMatchObject({ audioMs: heardMs(rig) });
  expect((replayed?.audioMs ?? 0) + (replayed?.lostAudioMs ?? 0)).toBe(5_000);
  expect(replayed?.audioMs).toBe(2_000);
  // What was told as lost is not told again.
  await speak(rig, 500);
  expect(await lose(rig)).toMatchObject({ audioMs: 2_000, lostAudioMs: 500 });
});

test('nothing is lost of an utterance that is kept whole, nor of one that the model has begun to answer', async (context) => {
  verifies(context, 'wire:rotate:lost');
  const nothing = { turns: 0, toolResponses: 0, audioMs: 0, lostAudioMs: 0 };
  expect(await lose(await activeRig())).toEqual(nothing);
  const brief = await activeRig();
  await speak(brief, 1_900);
  expect(await lose(brief)).toEqual({ ...nothing, audioMs: 1_900 });
  const rig = await activeRig();
  await speak(rig, 5_000);
  rig.server.say(audioMessage());
  rig.server.say({ serverContent: { turnComplete: true } });
  await settle();
  await speak(rig, 100);
  expect(await lose(rig)).toMatchObject({ audioMs: 100, lostAudioMs: 0 });
});

test('a window of activity that outgrows its memory tells what it lost', async (context) => {
  verifies(context, 'wire:rotate:lost');
  const rig = await activeRig({ realtimeInputConfig: { automaticActivityDetection: { disabled: true } } });
  await rig.session.signalActivityStart();
  await speak(rig, 3_000);
  await rig.session.signalActivityEnd();
  expect(await lose(rig)).toMatchObject({ audioMs: 2_000, lostAudioMs: 1_000 });
});
