import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { joined, room, UplinkRig, voice } from '../../../../tests/support/uplink-rig.ts';
import type { SessionEventBody } from '../../../wire/index.ts';

const CONNECTED: SessionEventBody = { type: 'connected', resumed: false };
const LOST: SessionEventBody = { type: 'connectionChanged', connection: { state: 'rotating' } };

describe('The voice road up', () => {
  test('costs no timer and no detector until audio flows', (context) => {
    verifies(context, 'voice:mic:idle');
    let made = 0;
    const classifier = {
      get name(): string {
        return 'counting';
      },
      probability: () => {
        made++;
        return 0;
      },
    };
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: { classifier } });
    rig.hear(CONNECTED);
    rig.uplink.playbackStarted();
    rig.uplink.playbackDrained();
    expect(rig.clock.pending).toBe(0);
    expect(rig.uplink.inputVadState).toMatchObject({
      backend: 'counting',
      framesProcessed: 0,
      frameSize: 480,
    });
    rig.speak(room(60));
    expect([rig.clock.pending, made]).toEqual([1, 2]);
    rig.uplink.close();
    expect(rig.clock.pending).toBe(0);
  });

  test('tells the start and end of speech once, whoever hears it, with the time and who leads', (context) => {
    verifies(context, 'voice:edges:merged');
    const rig = new UplinkRig();
    rig.clock.advance(100);
    rig.uplink.userSpeechStarted();
    rig.hear({ type: 'voiceActivityStart' });
    expect([rig.uplink.speaker, rig.uplink.voiceState.userSpeaking]).toEqual(['application', true]);
    rig.clock.advance(100);
    rig.uplink.userSpeechEnded();
    rig.hear({ type: 'voiceActivityEnd' });
    expect(rig.speech).toEqual(['application start 100', 'application end 200']);
    expect(rig.emitted).toEqual(['vadStart', 'vadEnd']);
    expect(rig.turns).toEqual(['turnStarted', 'turnEnded']);
    expect(rig.uplink.voiceState.userSpeaking).toBe(false);
  });

  test('hears the user where the server only transcribes', (context) => {
    verifies(context, 'voice:edges:fallback');
    const rig = new UplinkRig();
    rig.hear({ type: 'inputTranscription', text: 'hello', interim: false });
    rig.clock.advance(700);
    rig.hear({ type: 'phaseChanged', phase: 'modelSpeaking', from: 'active' });
    expect(rig.speech).toEqual(['transcript start 0', 'transcript end 0']);
  });

  test('prompts when the floor is free, and not while somebody is heard', (context) => {
    verifies(context, 'voice:reactor:rules');
    const rig = new UplinkRig();
    rig.uplink.playbackStarted();
    rig.uplink.promptArmed();
    rig.uplink.userSpeechStarted();
    rig.uplink.playbackDrained();
    rig.uplink.promptArmed();
    expect(rig.effects.map(({ type }) => type)).toEqual(['cancelDeferredPrompt']);
    rig.uplink.userSpeechEnded();
    expect(rig.effects.map(({ type }) => type)).toEqual(['cancelDeferredPrompt', 'promptModel']);
  });

  test('prompts only after the end mark when the client decides, and a backchannel cancels no prompt', (context) => {
    verifies(context, 'voice:reactor:model');
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: false });
    rig.uplink.userSpeechStarted();
    rig.uplink.promptArmed();
    rig.uplink.userSpeechEnded();
    expect(rig.effects).toEqual([]);
    rig.speak(room(400));
    expect([rig.marks.at(-1), rig.effects.map(({ type }) => type)]).toEqual(['activityEnd', ['promptModel']]);
    rig.uplink.playbackStarted();
    rig.uplink.promptArmed();
    rig.uplink.userSpeechStarted();
    rig.speak(room(200));
    rig.uplink.userSpeechEnded();
    rig.uplink.playbackDrained();
    expect(rig.effects.map(({ type }) => type)).toEqual(['promptModel', 'promptModel']);
  });

  test('cancels a prompt and ends an open speech with the session', () => {
    const rig = new UplinkRig();
    rig.uplink.playbackStarted();
    rig.uplink.promptArmed();
    rig.uplink.feed({ type: 'live', event: { type: 'disconnected', seq: 1, turn: 1, generation: 0 } });
    expect(rig.effects).toEqual([{ type: 'cancelDeferredPrompt', reason: 'sessionEnded' }]);
    rig.hear({ type: 'voiceActivityStart' });
    rig.hear({ type: 'disconnected', reason: 'the end' });
    rig.uplink.close();
    expect(rig.emitted).toEqual(['vadStart', 'vadEnd']);
    rig.uplink.userSpeechStarted();
    void rig.uplink.sendAudio(room(20));
    expect(rig.clock.pending).toBe(0);
  });

  test('runs custom rules, whose marks are nobody’s', (context) => {
    verifies(context, 'voice:reactor:custom');
    const rig = new UplinkRig({
      rules: [
        ({ event }) => (event.type === 'softTurnComplete' ? { type: 'signalActivityStart' } : undefined),
        ({ event }) =>
          event.type === 'softTurnComplete' ? { type: 'emit', body: { type: 'turnComplete' } } : undefined,
        ({ event }) =>
          event.type === 'softTurnComplete' ? { type: 'updateInstruction', instruction: 'go on' } : undefined,
      ],
    });
    rig.uplink.feed({ type: 'softTurnComplete' });
    expect(rig.emitted).toEqual(['turnComplete']);
    expect(rig.effects).toEqual([{ type: 'updateInstruction', instruction: 'go on' }]);
    expect(rig.road).toEqual([]);
  });

  test('leaves it to the session to open a turn again on the connection that follows a lost one', (context) => {
    verifies(context, 'voice:mic:reconnect');
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: false, turnCommit: 'immediate' });
    rig.hear(CONNECTED);
    rig.hear(LOST);
    rig.hear(CONNECTED);
    rig.uplink.userSpeechStarted();
    rig.hear(LOST);
    rig.hear(LOST);
    rig.speak(voice(20));
    rig.hear(CONNECTED);
    rig.uplink.userSpeechEnded();
    expect(rig.story).toEqual(['activityStart', '320', 'activityEnd']);
  });
});

describe('A microphone that stops', () => {
  test('is told to the server after a second, once per pause', (context) => {
    verifies(context, 'voice:mic:pause');
    const rig = new UplinkRig();
    rig.speak(room(400), 320, true);
    rig.clock.advance(900);
    expect(rig.story).toEqual(['6400']);
    rig.clock.advance(5000);
    expect(rig.story).toEqual(['6400', 'audioStreamEnd']);
    expect(rig.clock.pending).toBe(0);
    rig.speak(room(20), 320, true);
    rig.clock.advance(5000);
    expect(rig.story.slice(2)).toEqual(['320', 'audioStreamEnd']);
  });

  test('is not taken for stopped when its chunks are long', () => {
    const rig = new UplinkRig();
    for (let i = 0; i < 5; i++) {
      void rig.uplink.sendAudio(room(1500));
      rig.clock.advance(1500);
    }
    expect(rig.story).toEqual([`${5 * 24_000}`]);
  });

  test('ends speech in the middle of a word, and a turn of the client with it', (context) => {
    verifies(context, 'voice:mic:pause');
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.speak(joined(room(600), voice(500)), 320, true);
    expect([rig.marks, rig.emitted]).toEqual([['activityStart'], ['vadStart']]);
    rig.clock.advance(3000);
    expect([rig.marks, rig.emitted]).toEqual([
      ['activityStart', 'activityEnd'],
      ['vadStart', 'vadEnd'],
    ]);
    expect(rig.clock.pending).toBe(0);
    rig.speak(joined(room(600), voice(500)), 320, true);
    expect(rig.marks).toHaveLength(3);
  });

  test('ends the turn of an application that says so and then sends nothing', (context) => {
    verifies(context, 'voice:mic:pause');
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: false });
    rig.uplink.userSpeechStarted();
    rig.speak(voice(500), 320, true);
    rig.uplink.userSpeechEnded();
    rig.clock.advance(399);
    expect(rig.marks).toEqual(['activityStart']);
    rig.clock.advance(500);
    expect(rig.marks).toEqual(['activityStart', 'activityEnd']);
  });

  test('may be allowed to', () => {
    const rig = new UplinkRig({ micPauseMs: 0 });
    rig.speak(room(40), 320, true);
    rig.clock.advance(10_000);
    expect([rig.story, rig.clock.pending]).toEqual([['640'], 0]);
  });
});
