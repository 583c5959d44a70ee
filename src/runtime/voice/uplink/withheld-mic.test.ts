import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { activeRig, type Rig, settle } from '../../../../tests/support/wire-peer.ts';
import { modelProfile, type Tool } from '../../../wire/index.ts';
import type { VoiceSettings } from './voice-options.ts';
import { micSession, type WaitingMic } from './withheld-mic.ts';

const NATIVE = 'gemini-2.5-flash-native-audio-preview-12-2025';
const TOOLS: readonly Tool[] = [
  { functionDeclarations: [{ name: 'slow' }, { name: 'later', behavior: 'NON_BLOCKING' }] },
];

interface Scene {
  readonly rig: Rig;
  readonly mic: WaitingMic;
  /** What the server got since the setup, short: a chunk as the value of its samples. */
  readonly got: () => readonly string[];
  readonly calls: (...calls: ReadonlyArray<readonly [id: string, name: string]>) => Promise<void>;
  readonly answers: (id: string, name?: string) => Promise<void>;
}

async function scene(
  options: {
    readonly model?: string;
    readonly authority?: VoiceSettings['authority'];
    readonly keepMs?: number;
  } = {},
): Promise<Scene> {
  const { model = NATIVE, authority = 'server', keepMs } = options;
  const manual = authority === 'client' && {
    realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
  };
  const rig = await activeRig({ model, ...manual });
  const mic = micSession(rig.session, {
    clock: rig.clock,
    profile: modelProfile(model, 'googleAi'),
    tools: TOOLS,
    settings: { authority, rateHz: 16_000 },
    maxQueuedAudioMs: keepMs,
  });
  return {
    rig,
    mic,
    got: () => rig.connections.flatMap(({ received }) => received.slice(1)).map(short),
    calls: async (...calls) => {
      rig.server.say({ toolCall: { functionCalls: calls.map(([id, name]) => ({ id, name })) } });
      await settle();
    },
    answers: async (id, name = 'slow') => {
      await rig.session.sendToolResponse([{ id, name, response: {} }]);
    },
  };
}

function short(message: Readonly<Record<string, unknown>>): string {
  const input = (message.realtimeInput ?? {}) as { readonly audio?: { readonly data: string } };
  if (input.audio === undefined) return Object.keys('realtimeInput' in message ? input : message).join();
  return `${Buffer.from(input.audio.data, 'base64').readInt16LE(0)}`;
}

/** 20 ms. */
const chunk = (value: number): Int16Array => new Int16Array(320).fill(value);

describe('The microphone beside a blocking call', () => {
  test('audio that was spoken into a blocking call goes out behind its answer, in order', async (context) => {
    verifies(context, 'real:blockedMic');
    const { mic, got, calls, answers } = await scene();
    const reused = chunk(1);
    await mic.sendAudio(reused);
    await calls(['a', 'slow']);
    await mic.sendAudio(reused.fill(2));
    await mic.sendAudio(reused.fill(3));
    await mic.audioStreamEnd();
    await mic.audioStreamEnd();
    expect(got()).toEqual(['1']);
    await answers('a');
    expect(got()).toEqual(['1', 'toolResponse', '2', '3', 'audioStreamEnd']);
    await mic.sendAudio(reused.fill(4));
    expect(got().at(-1)).toBe('4');
  });

  test('every blocking call must be answered, cancelled or forgotten; those that do not block hold nothing', async () => {
    const { rig, mic, got, calls, answers } = await scene();
    await calls(['n', 'later']);
    await mic.sendAudio(chunk(1));
    expect(got()).toEqual(['1']);
    await calls(['a', 'slow'], ['b', 'slow']);
    await mic.sendAudio(chunk(2));
    await answers('a');
    await mic.sendAudio(chunk(3));
    expect(got()).toEqual(['1', 'toolResponse']);
    rig.server.say({ toolCallCancellation: { ids: ['b'] } });
    await settle();
    // The call that does not block keeps the phase of the session: the next chunk finds out.
    await mic.sendAudio(chunk(4));
    expect(got()).toEqual(['1', 'toolResponse', '2', '3', '4']);
  });

  test('a connection that is lost, and a new session that knows of no call, hold nothing', async () => {
    const { rig, mic, got, calls } = await scene();
    await calls(['a', 'slow']);
    await mic.sendAudio(chunk(1));
    rig.server.peer.reset();
    await rig.clock.advanceAsync(5000);
    expect(rig.connections).toHaveLength(2);
    expect(got()).toEqual(['1']);
  });

  test('what is kept is bounded by its age, and a turn of which nothing is left goes with its marks', async (context) => {
    verifies(context, 'real:blockedMic');
    const { mic, got, calls, answers } = await scene({ authority: 'client', keepMs: 60 });
    await mic.signalActivityStart();
    await mic.sendAudio(chunk(1));
    await calls(['a', 'slow']);
    await mic.sendAudio(chunk(2));
    await mic.signalActivityEnd();
    await mic.signalActivityStart();
    await mic.sendAudio(chunk(3));
    await mic.signalActivityEnd();
    await mic.signalActivityStart();
    await mic.signalActivityEnd();
    await mic.signalActivityStart();
    for (const value of [4, 5, 6]) await mic.sendAudio(chunk(value));
    await mic.signalActivityEnd();
    expect(got()).toEqual(['activityStart', '1']);
    expect(mic.droppedAudioMs).toBe(40);
    await answers('a');
    expect(mic.droppedAudioMs).toBe(40);
    expect(got().slice(2)).toEqual([
      'toolResponse',
      'activityEnd',
      'activityStart',
      '4',
      '5',
      '6',
      'activityEnd',
    ]);
  });

  test('a call that is never answered does not leave the microphone mute for ever', async () => {
    const { rig, mic, got, calls } = await scene();
    await calls(['a', 'slow']);
    rig.clock.advance(59_999);
    await mic.sendAudio(chunk(1));
    expect(got()).toEqual([]);
    rig.clock.advance(1);
    await mic.sendAudio(chunk(2));
    expect(got()).toEqual(['1', '2']);
  });

  test('what is no PCM16 is refused at once, and so is everything after the end', async () => {
    const { rig, mic, calls } = await scene();
    await calls(['a', 'slow']);
    await expect(mic.sendAudio(new Uint8Array(3))).rejects.toMatchObject({ code: 'invalidArgument' });
    const floats = new Float32Array(4) as unknown as Int16Array;
    await expect(mic.sendAudio(floats)).rejects.toMatchObject({ code: 'invalidArgument' });
    await rig.session.disconnect();
    await expect(mic.sendAudio(chunk(1))).rejects.toMatchObject({ code: 'sessionEnded' });
  });

  test('a model that listens beside its calls, or has none that block, gets the session itself', async () => {
    const { rig } = await scene();
    const settings = { authority: 'server', rateHz: 16_000 } as const;
    const given = { clock: rig.clock, settings, maxQueuedAudioMs: undefined };
    const of = (model: string, platform: 'googleAi' | 'vertex', tools: readonly Tool[]): boolean =>
      micSession(rig.session, { ...given, profile: modelProfile(model, platform), tools }) === rig.session;
    const later: readonly Tool[] = [{ functionDeclarations: [{ name: 'later', behavior: 'NON_BLOCKING' }] }];
    expect(of('gemini-3.8-live', 'googleAi', TOOLS)).toBe(true);
    expect(of(NATIVE, 'googleAi', [])).toBe(true);
    expect(of(NATIVE, 'googleAi', [{ googleSearch: {} }])).toBe(true);
    expect(of(NATIVE, 'googleAi', later)).toBe(true);
    // These take the word and do not act on it.
    expect(of(NATIVE, 'vertex', later)).toBe(false);
    expect(of('gemini-3.1-flash-live-preview', 'googleAi', later)).toBe(false);
  });
});
