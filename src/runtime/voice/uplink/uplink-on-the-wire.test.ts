/** The voice road up on a real session, as its server sees it. */
import { expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { joined, room, voice } from '../../../../tests/support/uplink-rig.ts';
import { activeRig, type PeerConnection, type Rig, settle } from '../../../../tests/support/wire-peer.ts';
import type { SessionEvent } from '../../../wire/index.ts';
import { resolveVoiceOptions, type VoiceOptions } from './voice-options.ts';
import { VoiceUplink } from './voice-uplink.ts';

interface WireRig {
  readonly rig: Rig;
  readonly uplink: VoiceUplink;
  speak(samples: Int16Array): void;
}

async function connected(options: VoiceOptions): Promise<WireRig> {
  const { settings, realtimeInputConfig } = resolveVoiceOptions(options);
  let hear: (event: SessionEvent) => void = () => {};
  const early: SessionEvent[] = [];
  const rig = await activeRig({ ...(realtimeInputConfig && { realtimeInputConfig }) }, undefined, {
    onEvent: (event) => {
      early.push(event);
      hear(event);
    },
  });
  const uplink = new VoiceUplink(settings, {
    clock: rig.clock,
    report: (error) => {
      throw error;
    },
    emit: () => {},
    session: rig.session,
    flushContext: () => {},
    perform: () => {},
    onSpeechStart: () => {},
    onSpeechEnd: () => {},
    onUserTurnStarted: () => {},
    onUserTurnEnded: () => {},
  });
  for (const event of early) uplink.hear(event);
  hear = (event) => uplink.hear(event);
  return {
    rig,
    uplink,
    speak: (samples) => {
      for (let at = 0; at < samples.length; at += 320) void uplink.sendAudio(samples.subarray(at, at + 320));
    },
  };
}

/** What a server got as real-time input, runs of audio as one word. */
function inputs({ received }: PeerConnection): string[] {
  const kinds = received.flatMap((message) =>
    Object.keys((message.realtimeInput as object | undefined) ?? {}),
  );
  return kinds.filter((kind, n) => kind !== 'audio' || kinds[n - 1] !== 'audio');
}

test('a phrase reaches the server between its marks, with its detection off, and the phase follows', async (context) => {
  verifies(context, 'voice:mic:window');
  const { rig, speak } = await connected({ interruptionAuthority: 'client' });
  speak(joined(room(600), voice(900), room(1200)));
  await settle();
  expect(rig.server.setup?.realtimeInputConfig).toEqual({ automaticActivityDetection: { disabled: true } });
  expect(inputs(rig.server)).toEqual(['activityStart', 'audio', 'activityEnd']);
  expect(
    rig
      .names()
      .filter((name) => name.startsWith('phase:'))
      .slice(-2),
  ).toEqual(['phase:userSpeaking', 'phase:active']);
});

test('without client authority the server gets audio and nothing else, and the phase follows all the same', async (context) => {
  verifies(context, 'voice:mic:authority');
  const { rig, speak } = await connected({ inputVad: true });
  speak(joined(room(600), voice(900), room(1200)));
  await settle();
  expect(inputs(rig.server)).toEqual(['audio']);
  expect(
    rig
      .names()
      .filter((name) => name.startsWith('phase:'))
      .slice(-2),
  ).toEqual(['phase:userSpeaking', 'phase:active']);
});

test('a connection lost in the middle of a turn is followed by one on which the turn is open before its audio', async (context) => {
  verifies(context, 'voice:mic:reconnect');
  const { rig, uplink, speak } = await connected({
    interruptionAuthority: 'client',
    inputVad: false,
    turnCommit: 'immediate',
  });
  uplink.userSpeechStarted();
  speak(voice(100));
  await settle();
  rig.server.peer.close(1011, 'internal error');
  await settle();
  speak(voice(100));
  for (let i = 0; i < 20 && rig.connections.length < 2; i++) await rig.clock.advanceAsync(500);
  await settle();
  speak(voice(100));
  uplink.userSpeechEnded();
  await settle();
  const [first, second] = rig.connections;
  expect(first && inputs(first)).toEqual(['activityStart', 'audio']);
  expect(second && inputs(second)).toEqual(['activityStart', 'audio', 'activityEnd']);
});
