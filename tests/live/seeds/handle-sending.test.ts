import { describe, expect, test } from 'vitest';
import type { LiveOptions } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

/** Context waits for the user, or for the floor. */
const DEFERRED: Partial<LiveOptions> = {
  steering: { contextDelivery: 'deferred' },
  phases: {
    initial: 'ask',
    phases: [
      { name: 'ask', instruction: 'Ask.' },
      {
        name: 'book',
        instruction: 'Book.',
        external: true,
        enterPrompt: 'The day is known.',
        promptOnEnter: false,
      },
      {
        name: 'pay',
        instruction: 'Pay.',
        external: true,
        enterPrompt: 'Ask for the card.',
        promptOnEnter: true,
      },
    ],
  },
};

/** A call in which context waits: what was said is still being heard. */
async function withContext(phase: 'book' | 'pay' = 'book'): Promise<OrderedCall> {
  const call = await new OrderedCall().open(DEFERRED);
  await call.peer.says('Which day?', { audioMs: 60_000, thenCompletes: true });
  call.handle.goToPhase(phase);
  await call.peer.expect({ contextUpdate: {} });
  call.take();
  return call;
}

const chunk = new Uint8Array(640);

/** The keys of the frames since the context came up, with what a realtime input holds. */
function frames(call: OrderedCall): readonly string[] {
  return call.peer.received.slice(2).map((frame) => {
    const [key = ''] = Object.keys(frame);
    const [kind] = key === 'realtimeInput' ? Object.keys(frame.realtimeInput as object) : [];
    return kind === undefined ? key : `${key}.${kind}`;
  });
}

describe('LiveHandle sends', () => {
  test('audio, behind the context that waits', async (context) => {
    verifies(context, 'seed:liveHandle:sendAudio');
    const call = await withContext();
    await call.handle.playbackDrained();
    await call.peer.clock.advanceAsync(600);
    await call.handle.sendAudio(chunk);
    await call.handle.sendAudio(new Int16Array(320));
    expect(frames(call)).toEqual(['clientContent', 'realtimeInput.audio', 'realtimeInput.audio']);
    expect(call.peer.heardBytes).toBe(1280);
    expect(JSON.stringify(call.peer.received[2])).toContain('The day is known.');
    await call.handle.disconnect();
  });

  test('a text as a whole turn of the user, behind the context that waits', async (context) => {
    verifies(context, 'seed:liveHandle:sendText');
    const call = await withContext();
    await call.handle.sendText('On Friday.');
    expect(frames(call)).toEqual(['clientContent', 'clientContent']);
    expect(call.peer.received[2]).toMatchObject({ clientContent: { turnComplete: false } });
    expect(call.peer.received[3]).toMatchObject({
      clientContent: { turns: [{ role: 'user', parts: [{ text: 'On Friday.' }] }], turnComplete: true },
    });
    await call.handle.disconnect();
  });

  test('a still image, behind the context that waits', async (context) => {
    verifies(context, 'seed:liveHandle:sendVideo');
    const call = await withContext();
    await call.handle.playbackDrained();
    await call.peer.clock.advanceAsync(600);
    await call.handle.sendVideo(new Uint8Array([1, 2, 3]));
    expect(frames(call)).toEqual(['clientContent', 'realtimeInput.video']);
    expect(call.peer.received[3]).toMatchObject({
      realtimeInput: { video: { mimeType: 'image/jpeg', data: 'AQID' } },
    });
    expect(call.state('session:sessionType')).toBe('audioVideo');
    await call.handle.disconnect();
  });

  test('a new instruction, by the way that the model allows', async (context) => {
    verifies(context, 'seed:liveHandle:updateInstruction');
    const update = async (model: string): Promise<unknown> => {
      const call = await new OrderedCall().open({ model, instruction: 'Be brief.' });
      const sent = call.handle.updateInstruction('Be long.');
      const outcome = await sent.then(
        () => call.peer.received.at(-1),
        (error: { readonly code: string }) => error.code,
      );
      await call.handle.disconnect();
      return outcome;
    };
    expect(await update('gemini-3.8-live')).toMatchObject({
      contextUpdate: { systemInstruction: { parts: [{ text: 'Be long.' }] } },
    });
    expect(await update('gemini-2.5-flash-native-audio-preview-12-2025')).toMatchObject({
      clientContent: { turns: [{ parts: [{ text: 'Be long.' }] }] },
    });
    expect(await update('gemini-3.1-flash-live-preview')).toBe('unsupportedByModel');
  });

  test('answers of calls by hand', async (context) => {
    verifies(context, 'seed:liveHandle:sendToolResponse');
    const call = await new OrderedCall().open({ tools: [{ functionDeclarations: [{ name: 'look' }] }] });
    const id = await call.peer.calls('look', { where: 'outside' });
    expect(call.handle.phase).toBe('toolCallPending');
    await call.handle.sendToolResponse([{ id, name: 'look', response: { sky: 'blue' } }]);
    expect(await call.peer.answerTo(id)).toMatchObject({ name: 'look', response: { sky: 'blue' } });
    expect(call.handle.phase).toBe('active');
    await call.handle.sendToolResponse([{ id, name: 'look', response: { sky: 'grey' } }]);
    expect(call.peer.answersTo(id)).toHaveLength(1);
    expect(call.of('error')).toMatchObject([{ error: { code: 'invalidArgument' } }]);
    await call.handle.disconnect();
  });

  test('the writer sends as the handle does', async (context) => {
    verifies(context, 'seed:liveHandle:writer');
    const call = await withContext();
    const writer = call.handle.writer();
    await writer.sendText('On Friday.');
    expect(frames(call)).toEqual(['clientContent', 'clientContent']);
    await writer.sendAudio(chunk);
    await writer.sendVideo(chunk);
    await writer.updateInstruction('Be long.');
    await writer.signalActivityStart();
    await writer.signalActivityEnd();
    await writer.sendToolResponse([]);
    expect(frames(call).slice(2)).toEqual(['realtimeInput.audio', 'realtimeInput.video', 'contextUpdate']);
    await writer.disconnect();
    expect(call.of('disconnected')).toHaveLength(1);
  });

  test('the deferred context and the armed prompt, when the floor is free', async (context) => {
    verifies(context, 'seed:liveHandle:flushDeferredPrompt');
    const call = await withContext('pay');
    expect(call.handle.voiceState().promptPending).toBe(true);
    await call.handle.playbackDrained();
    await call.handle.flushDeferredPrompt();
    expect(frames(call)).toEqual(['clientContent', 'clientContent']);
    expect(call.peer.received[2]).toMatchObject({ clientContent: { turnComplete: false } });
    expect(call.peer.received[3]).toMatchObject({ clientContent: { turnComplete: true } });
    expect(call.handle.voiceState().promptPending).toBe(false);
    await call.handle.flushDeferredPrompt();
    expect(frames(call)).toHaveLength(2);
    await call.handle.disconnect();
  });

  test('the deferred context without a prompt, at any time', async (context) => {
    verifies(context, 'seed:liveHandle:flushDeferredPrompt');
    const call = await withContext('book');
    await call.handle.flushDeferredPrompt();
    expect(frames(call)).toEqual(['clientContent']);
    await call.handle.disconnect();
  });
});

describe('LiveHandle and the voice', () => {
  test('playbackDrained lets the prompt go; while the user speaks it stays armed', async (context) => {
    verifies(context, 'seed:liveHandle:playbackDrained');
    const call = await new OrderedCall().open(DEFERRED);
    await call.peer.says('Which day?', { audioMs: 60_000, thenCompletes: true });
    await call.handle.userSpeechStarted();
    call.handle.goToPhase('pay');
    await call.handle.playbackDrained();
    expect(call.handle.voiceState()).toMatchObject({ promptPending: true, playbackActive: false });
    await call.handle.userSpeechEnded();
    expect(call.handle.voiceState().promptPending).toBe(false);
    expect(call.peer.received.at(-1)).toMatchObject({ clientContent: { turnComplete: true } });
    await call.handle.disconnect();
  });

  test('userSpeechStarted is the barge-in edge: the prompt is cancelled, its context stays for the user', async (context) => {
    verifies(context, 'seed:liveHandle:userSpeechStarted');
    const call = await withContext('pay');
    await call.handle.sendAudio(chunk);
    await call.handle.userSpeechStarted();
    expect(call.handle.voiceState()).toMatchObject({ promptPending: false, userSpeaking: true });
    expect(call.handle.voiceState().lastBargeInAtMs).toBeDefined();
    const sent = frames(call).filter((frame) => frame === 'clientContent');
    expect(sent).toEqual(['clientContent']);
    expect(JSON.stringify(call.peer.received)).toContain('Ask for the card.');
    await call.handle.userSpeechEnded();
    await call.handle.playbackDrained();
    expect(JSON.stringify(call.peer.received.slice(2))).not.toContain('"turnComplete":true');
    await call.handle.disconnect();
  });

  test('userSpeechEnded ends it, once', async (context) => {
    verifies(context, 'seed:liveHandle:userSpeechEnded');
    const call = await new OrderedCall().open();
    await call.handle.userSpeechEnded();
    await call.handle.userSpeechStarted();
    await call.handle.userSpeechEnded();
    await call.handle.userSpeechEnded();
    expect(call.events.map(({ type }) => type).filter((type) => type.startsWith('vad'))).toEqual([
      'vadStart',
      'vadEnd',
    ]);
    expect(call.handle.voiceState().userSpeaking).toBe(false);
    await call.handle.disconnect();
  });

  test('voiceState is a snapshot: it does not change with the call', async (context) => {
    verifies(context, 'seed:liveHandle:voiceState');
    const call = await new OrderedCall().open();
    const before = call.handle.voiceState();
    await call.handle.userSpeechStarted();
    expect([before.userSpeaking, call.handle.voiceState().userSpeaking]).toEqual([false, true]);
    await call.handle.disconnect();
  });

  test('inputVadState shows the local detector, or that there is none', async (context) => {
    verifies(context, 'seed:liveHandle:inputVadState');
    const without = await new OrderedCall().open();
    expect(without.handle.inputVadState()).toMatchObject({ backend: 'off' });
    await without.handle.disconnect();
    const call = await new OrderedCall().open({ inputVad: true });
    await call.handle.sendAudio(new Int16Array(1_600));
    const { backend, framesProcessed, speaking } = call.handle.inputVadState();
    expect([backend === 'off', speaking, framesProcessed > 0]).toEqual([false, false, true]);
    await call.handle.disconnect();
  });
});
