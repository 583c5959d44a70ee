import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { joined, room, UplinkRig, voice } from '../../../../tests/support/uplink-rig.ts';
import { WireError } from '../../../wire/index.ts';
import type { MicProcessor } from './mic-processor.ts';

const CHUNK = Int16Array.from({ length: 320 }, (_, n) => n + 1);

describe('The path of the microphone, when the server decides', () => {
  test('sends every chunk as it is, after pending context, and no mark', async (context) => {
    verifies(context, 'voice:mic:authority', 'voice:mic:order');
    const rig = new UplinkRig();
    await rig.uplink.sendAudio(CHUNK);
    await rig.uplink.sendAudio(new Uint8Array(CHUNK.buffer, 0, 640));
    expect(rig.road).toEqual(['flush', CHUNK, 'flush', CHUNK]);
  });

  test('sends every sample also with a VAD, and tells its edges after the chunk', (context) => {
    verifies(context, 'voice:mic:authority');
    const rig = new UplinkRig({ inputVad: true });
    const heardBefore: number[] = [];
    rig.onRoad = (item) => {
      if (item === 'activityStart') heardBefore.push(rig.emitted.length, rig.sent.length % 320);
    };
    const audio = joined(room(500), voice(900), room(900));
    rig.speak(audio);
    expect(rig.sent).toEqual(audio);
    expect(rig.emitted).toEqual(['vadStart', 'vadEnd']);
    // The session's phase is told; nothing of it goes on the wire while the server detects.
    expect(rig.marks).toEqual(['activityStart', 'activityEnd']);
    expect(heardBefore).toEqual([0, 0]);
    expect(rig.uplink.inputVadState).toMatchObject({
      backend: 'energy-zcr',
      speaking: false,
      sampleRate: 16_000,
    });
  });

  test('runs floor hold, then processors, then the VAD, then context and wire', (context) => {
    verifies(context, 'voice:mic:order', 'voice:mic:floorHold');
    const heard: number[] = [];
    const processor: MicProcessor = {
      process: (samples) => {
        heard.push(samples[0] as number);
        return samples.map((sample) => sample + 7);
      },
    };
    const rig = new UplinkRig({ floorHold: true, micProcessors: [processor], inputVad: true });
    rig.uplink.playbackStarted();
    void rig.uplink.sendAudio(CHUNK);
    rig.uplink.playbackDrained();
    void rig.uplink.sendAudio(CHUNK);
    expect(heard).toEqual([0, 1]);
    expect(rig.road).toEqual([
      'flush',
      new Int16Array(320).fill(7),
      'flush',
      CHUNK.map((sample) => sample + 7),
    ]);
    expect(rig.uplink.inputVadState.framesProcessed).toBe(1);
  });

  test('holds the floor for a stage, in chunks of any length, and gives it back', (context) => {
    verifies(context, 'voice:mic:floorHold');
    const rig = new UplinkRig();
    rig.uplink.playbackStarted();
    rig.uplink.setStage({ floorHold: true });
    for (const length of [320, 160, 640]) void rig.uplink.sendAudio(CHUNK.slice(0, length));
    rig.uplink.setStage({});
    void rig.uplink.sendAudio(CHUNK);
    expect(rig.road.filter((item) => item !== 'flush')).toEqual([
      new Int16Array(320),
      new Int16Array(160),
      new Int16Array(320),
      CHUNK,
    ]);
  });

  test('leaves out a processor that throws or returns nonsense, says so once, and keeps the chunk of the caller', (context) => {
    verifies(context, 'voice:mic:processors');
    const doubling: MicProcessor = {
      process: (samples) => {
        samples.set(samples.map((sample) => sample * 2));
      },
    };
    const throwing: MicProcessor = {
      process: () => {
        throw new Error('a bad filter');
      },
    };
    const nonsense = { process: () => 'loud' } as unknown as MicProcessor;
    const rig = new UplinkRig({ micProcessors: [throwing, doubling, nonsense] });
    const chunk = CHUNK.slice();
    for (let i = 0; i < 3; i++) void rig.uplink.sendAudio(chunk);
    expect(chunk).toEqual(CHUNK);
    expect(rig.sent.subarray(640)).toEqual(CHUNK.map((sample) => sample * 2));
    expect(rig.errors.map(({ code }) => code)).toEqual(['processorFailed', 'processorFailed']);
  });

  test('passes what is not PCM16 to the session, which refuses it', async () => {
    const rig = new UplinkRig({ inputVad: true });
    rig.failure = new WireError('invalidArgument', 'not PCM16');
    await expect(rig.uplink.sendAudio(new Uint8Array(3))).rejects.toThrow('not PCM16');
    await expect(rig.uplink.sendAudio(new Float32Array(4) as unknown as Int16Array)).rejects.toThrow();
    expect(rig.uplink.inputVadState.framesProcessed).toBe(0);
  });

  test('passes opus as it is', () => {
    const rig = new UplinkRig({ config: { inputAudio: { encoding: 'opus' } } });
    void rig.uplink.sendAudio(new Uint8Array(3));
    rig.uplink.playbackStarted();
    rig.uplink.setStage({ floorHold: true });
    void rig.uplink.sendAudio(Uint8Array.of(1, 2, 3, 4));
    expect(rig.road).toEqual(['flush', new Int16Array(1), 'flush', Int16Array.of(513, 1027)]);
  });

  test('sends what a listener sends meanwhile after the chunk that caused it', async (context) => {
    verifies(context, 'voice:mic:reentry');
    const rig = new UplinkRig();
    const second = CHUNK.map((sample) => -sample);
    let sent: Promise<void> | undefined;
    rig.onRoad = (item) => {
      if (item === 'flush' && sent === undefined) sent = rig.uplink.sendAudio(second);
    };
    await rig.uplink.sendAudio(CHUNK);
    await sent;
    expect(rig.road).toEqual(['flush', CHUNK, 'flush', second]);
  });

  test('refuses to be called over and over by what it causes', async () => {
    const rig = new UplinkRig();
    const refused: unknown[] = [];
    rig.onRoad = (item) => {
      if (item !== 'flush' || rig.road.length > 1) return;
      for (let i = 0; i < 20; i++) rig.uplink.sendAudio(CHUNK).catch((error: unknown) => refused.push(error));
    };
    await rig.uplink.sendAudio(CHUNK);
    await new Promise((resolve) => setImmediate(resolve));
    expect(refused).toHaveLength(4);
    expect(rig.sent.length).toBe(17 * 320);
  });
});

describe('The path of the microphone, when the client decides', () => {
  const speech = joined(room(600), voice(900), room(1200));

  test('sends a phrase between its marks, with what came before its edge, and nothing else', (context) => {
    verifies(context, 'voice:mic:window', 'voice:mic:order');
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.speak(speech);
    const [start, samples, end, ...rest] = rig.story;
    expect([start, end, rest]).toEqual(['activityStart', 'activityEnd', []]);
    // The room, 90 ms of it, is heard before the voice; 240 ms of hangover and 400 of holding after it.
    expect(Number(samples) / 16).toBeGreaterThan(90 + 900 + 240 + 340);
    expect(Number(samples) / 16).toBeLessThan(1760);
    expect(rig.road.slice(0, 2)).toEqual(['flush', 'activityStart']);
    expect(speech.join().includes(rig.sent.join())).toBe(true);
    expect(rig.turns).toEqual(['turnStarted', 'activityStart', 'turnEnded', 'activityEnd']);
  });

  test('does the same in chunks of a second', () => {
    const small = new UplinkRig({ interruptionAuthority: 'client' });
    const large = new UplinkRig({ interruptionAuthority: 'client' });
    small.speak(speech);
    large.speak(speech, 16_000);
    expect(large.story).toEqual(small.story);
    expect(large.sent).toEqual(small.sent);
  });

  test('keeps a backchannel from the model, and sends an interruption whole', (context) => {
    verifies(context, 'voice:mic:window', 'voice:turnCommit:backchannel');
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.uplink.playbackStarted();
    rig.speak(joined(room(600), voice(200), room(800)));
    expect(rig.road).toEqual([]);
    expect(rig.emitted).toEqual(['vadStart', 'vadEnd']);
    rig.speak(joined(voice(900), room(1200)));
    expect(rig.turns).toEqual(['turnStarted', 'interruptionStart', 'turnEnded', 'activityEnd']);
    expect(Number(rig.story[1]) / 16).toBeGreaterThan(1500);
  });

  test('marks once when application and VAD hear the same speech', (context) => {
    verifies(context, 'voice:mic:window', 'voice:edges:merged');
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.speak(room(600));
    rig.uplink.userSpeechStarted();
    rig.speak(joined(voice(900), room(600)));
    rig.uplink.userSpeechEnded();
    rig.speak(room(600));
    expect(rig.marks).toEqual(['activityStart', 'activityEnd']);
    expect(rig.emitted).toEqual(['vadStart', 'vadEnd']);
    // 300 ms before the word of the application, and 400 of holding after it.
    expect(rig.sent.length / 16).toBe(300 + 1500 + 400);
  });

  test('takes the edges of the application alone, at once when so asked', () => {
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: false, turnCommit: 'immediate' });
    rig.uplink.userSpeechStarted();
    rig.speak(voice(200));
    rig.uplink.userSpeechEnded();
    rig.speak(voice(200));
    expect(rig.story).toEqual(['activityStart', '3200', 'activityEnd']);
    expect(rig.uplink.inputVadState.backend).toBe('off');
  });

  test('waits longer for the end of a turn where a stage says so', () => {
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.uplink.setStage({ endOfSpeechMs: 2000 });
    rig.speak(speech);
    expect(rig.marks).toEqual(['activityStart']);
    rig.uplink.setStage({});
    rig.speak(room(20));
    expect(rig.marks).toEqual(['activityStart', 'activityEnd']);
  });

  test('opens the turn when the model falls silent under the speech', () => {
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.uplink.playbackStarted();
    rig.speak(joined(room(600), voice(400)));
    expect(rig.road).toEqual([]);
    rig.uplink.playbackDrained();
    expect(rig.turns).toEqual(['turnStarted', 'activityStart']);
    expect(rig.sent.length / 16).toBeGreaterThan(400);
  });

  test('keeps its promise in the middle of a callback: a listener that speaks for the user changes no order', () => {
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: false, turnCommit: 'immediate' });
    rig.speak(voice(300));
    rig.onRoad = (item) => {
      if (item === 'activityStart') rig.uplink.userSpeechEnded();
    };
    rig.uplink.userSpeechStarted();
    expect(rig.story).toEqual(['activityStart', '4800', 'activityEnd']);
  });

  test('says when a mark is lost', async () => {
    const rig = new UplinkRig({ interruptionAuthority: 'client', inputVad: false, turnCommit: 'immediate' });
    rig.failure = new WireError('sendQueueFull', 'full');
    rig.uplink.userSpeechStarted();
    rig.failure = new WireError('sessionEnded', 'over');
    rig.uplink.userSpeechEnded();
    await new Promise((resolve) => setImmediate(resolve));
    expect(rig.errors.map(({ code }) => code)).toEqual(['internal']);
  });
});
