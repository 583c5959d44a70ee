import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { activeRig, audioMessage, openRig, settle } from '../../../tests/support/wire-peer.ts';
import type { SessionEvent, SessionEventOf, SessionEventType } from './session-event.ts';

function only<T extends SessionEventType>(events: readonly SessionEvent[], type: T): SessionEventOf<T>[] {
  return events.filter((event): event is SessionEventOf<T> => event.type === type);
}

describe('session events', () => {
  test('connecting passes through every phase up to active, then says connected', async (context) => {
    verifies(
      context,
      'seed:phase:disconnected',
      'seed:phase:connecting',
      'seed:phase:setupSent',
      'seed:phase:active',
      'seed:event:connected',
      'seed:event:phaseChanged',
    );
    const rig = openRig({}, (connection) => {
      connection.answersSetup = false;
    });
    expect(rig.session.phase).toBe('connecting');
    expect(rig.events[0]).toMatchObject({ type: 'phaseChanged', from: 'disconnected', phase: 'connecting' });
    await settle();
    expect(rig.session.phase).toBe('setupSent');
    rig.server.say({ setupComplete: { sessionId: 'server-side' } });
    await settle();
    expect(rig.names()).toEqual([
      'phase:connecting',
      'connectionChanged',
      'phase:setupSent',
      'phase:active',
      'connectionChanged',
      'connected',
    ]);
    expect(rig.events.at(-1)).toMatchObject({ resumed: false, serverSessionId: 'server-side' });
    expect(rig.session.connection).toEqual({ state: 'open' });
  });

  test('a text turn gives deltas, usage, the complete text and the end of the turn, in that order', async (context) => {
    verifies(
      context,
      'seed:event:textDelta',
      'seed:event:textComplete',
      'seed:event:turnComplete',
      'seed:event:generationComplete',
      'seed:event:usage',
      'seed:event:thought',
      'seed:phase:modelSpeaking',
    );
    const rig = await activeRig();
    rig.events.length = 0;
    rig.server.say({ serverContent: { modelTurn: { parts: [{ text: 'Hm.', thought: true }] } } });
    rig.server.say({ serverContent: { modelTurn: { parts: [{ text: 'Good ' }, { text: 'day' }] } } });
    rig.server.say({ serverContent: { generationComplete: true } });
    rig.server.say({
      serverContent: { turnComplete: true, turnCompleteReason: 'NEED_MORE_INPUT' },
      usageMetadata: { promptTokenCount: 5, responseTokenCount: 2, totalTokenCount: 7 },
    });
    await settle();
    expect(rig.names()).toEqual([
      'phase:modelSpeaking',
      'thought',
      'textDelta',
      'textDelta',
      'generationComplete',
      'usage',
      'textComplete',
      'turnComplete',
      'phase:active',
    ]);
    expect(only(rig.events, 'textComplete')[0]?.text).toBe('Good day');
    expect(only(rig.events, 'turnComplete')[0]?.reason).toBe('NEED_MORE_INPUT');
    expect(only(rig.events, 'usage')[0]?.usage).toEqual({
      promptTokenCount: 5,
      responseTokenCount: 2,
      totalTokenCount: 7,
    });
  });

  test('a second turn starts with an empty text', async () => {
    const rig = await activeRig();
    for (const text of ['one', 'two']) {
      rig.server.say({ serverContent: { modelTurn: { parts: [{ text }] } } });
      rig.server.say({ serverContent: { turnComplete: true } });
    }
    await settle();
    expect(only(rig.events, 'textComplete').map(({ text }) => text)).toEqual(['one', 'two']);
  });

  test('audio arrives decoded, and every subscriber gets the same bytes', async (context) => {
    verifies(context, 'seed:event:audioData');
    const rig = await activeRig();
    const heard: Uint8Array[] = [];
    rig.session.on('audioData', ({ data }) => heard.push(data));
    rig.session.on('audioData', ({ data }) => heard.push(data));
    const pcm = Uint8Array.from({ length: 960 }, (_, index) => (index * 7) & 255);
    for (let frame = 0; frame < 3; frame++) rig.server.say(audioMessage(pcm));
    await settle();
    expect(heard).toHaveLength(6);
    for (const data of heard) expect(Buffer.from(data).equals(pcm)).toBe(true);
    expect(heard[0]).toBe(heard[1]);
    expect(only(rig.events, 'audioData')[0]).toMatchObject({
      rateHz: 24_000,
      mimeType: 'audio/pcm;rate=24000',
    });
  });

  test('transcripts, tools, cancellations, handles, goAway and voice activity are events', async (context) => {
    verifies(
      context,
      'seed:event:inputTranscription',
      'seed:event:outputTranscription',
      'seed:event:toolCall',
      'seed:event:toolCallCancelled',
      'seed:event:goAway',
      'seed:event:sessionResumeUpdate',
      'seed:event:voiceActivityStart',
      'seed:event:voiceActivityEnd',
    );
    const rig = await activeRig();
    rig.events.length = 0;
    rig.server.say({ voiceActivity: { type: 'ACTIVITY_START', audioOffset: '0.200s' }, serverContent: {} });
    rig.server.say({ serverContent: { inputTranscription: { text: 'Hello ' } } });
    rig.server.say({ voiceActivity: { type: 'ACTIVITY_END', audioOffset: '1.5s' } });
    rig.server.say({ serverContent: { outputTranscription: { text: 'Hi.' } } });
    rig.server.say({ toolCall: { functionCalls: [{ id: 'c1', name: 'book', args: { day: 'Fri' } }] } });
    rig.server.say({ toolCallCancellation: { ids: ['c1'] } });
    rig.server.say({
      sessionResumptionUpdate: { newHandle: 'h1', resumable: true, lastConsumedClientMessageIndex: '4' },
    });
    rig.server.say({ sessionResumptionUpdate: {} });
    rig.server.say({ goAway: { timeLeft: '50s' } });
    await settle();
    const bodies = rig.events
      .filter(({ type }) => type !== 'phaseChanged')
      .map(({ seq: _seq, turn: _turn, generation: _generation, ...body }) => body);
    expect(bodies).toEqual([
      { type: 'voiceActivityStart', audioOffsetMs: 200 },
      { type: 'inputTranscription', interim: false, text: 'Hello ' },
      { type: 'voiceActivityEnd', audioOffsetMs: 1500 },
      { type: 'outputTranscription', text: 'Hi.' },
      { type: 'toolCall', calls: [{ id: 'c1', name: 'book', args: { day: 'Fri' } }] },
      { type: 'toolCallCancelled', ids: ['c1'] },
      { type: 'sessionResumeUpdate', resumable: true, handle: 'h1', lastConsumedIndex: 4 },
      { type: 'sessionResumeUpdate', resumable: false },
      { type: 'goAway', timeLeftMs: 50_000 },
    ]);
    expect(rig.session.resumeHandle).toBe('h1');
  });

  test('a frame that bundles everything loses nothing: content first, the session last', async (context) => {
    verifies(context, 'wire:frame:order');
    const rig = await activeRig();
    rig.events.length = 0;
    rig.server.say({
      goAway: { timeLeft: '9s' },
      sessionResumptionUpdate: { newHandle: 'h', resumable: true },
      toolCall: { functionCalls: [{ id: 'c', name: 'f' }] },
      somethingNew: { a: 1 },
      usageMetadata: { totalTokenCount: 1 },
      serverContent: {
        turnComplete: true,
        generationComplete: true,
        interrupted: true,
        outputTranscription: { text: 'o' },
        inputTranscription: { text: 'i' },
        modelTurn: { parts: [{ text: 't' }] },
      },
    });
    await settle();
    expect(rig.names()).toEqual([
      'phase:modelSpeaking',
      'textDelta',
      'inputTranscription',
      'outputTranscription',
      'usage',
      'phase:interrupted',
      'interrupted',
      'phase:active',
      'generationComplete',
      'textComplete',
      'turnComplete',
      'phase:toolCallPending',
      'toolCall',
      'sessionResumeUpdate',
      'goAway',
      'unknown',
    ]);
  });

  test('every event is stamped: seq without gaps, the turn, and a generation raised by interruption', async (context) => {
    verifies(context, 'wire:event:stamp', 'seed:event:interrupted', 'seed:phase:interrupted');
    const rig = await activeRig();
    rig.server.say(audioMessage());
    rig.server.say({ serverContent: { interrupted: true } });
    rig.server.say({ serverContent: { turnComplete: true } });
    rig.server.say(audioMessage());
    await settle();
    expect(rig.events.map(({ seq }) => seq)).toEqual(rig.events.map((_, index) => index + 1));
    const [before, after] = only(rig.events, 'audioData');
    expect([before?.turn, before?.generation, after?.turn, after?.generation]).toEqual([1, 0, 2, 1]);
    expect(only(rig.events, 'interrupted')[0]).toMatchObject({ generation: 1, turn: 1 });
    expect(only(rig.events, 'turnComplete')[0]).toMatchObject({ turn: 1 });
  });

  test('an interruption with nothing playing is told, and changes no phase', async () => {
    const rig = await activeRig();
    rig.events.length = 0;
    rig.server.say({ serverContent: { interrupted: true } });
    await settle();
    expect(rig.names()).toEqual(['interrupted']);
    expect(rig.session.state.generation).toBe(1);
  });

  test('a malformed frame is an error event, and the next frame is read', async (context) => {
    verifies(context, 'seed:event:error');
    const rig = await activeRig();
    rig.events.length = 0;
    rig.server.peer.send('{"serverContent":');
    rig.server.say({ serverContent: { outputTranscription: { text: 'still here' } } });
    await settle();
    expect(rig.names()).toEqual(['error', 'outputTranscription']);
    expect(only(rig.events, 'error')[0]?.error).toMatchObject({ code: 'malformedFrame', retryable: false });
  });

  test('content before setupComplete becomes unknown events, and the session still comes up', async (context) => {
    verifies(context, 'wire:setup:early-frames');
    const rig = openRig({}, (connection) => {
      connection.answersSetup = false;
    });
    await settle();
    rig.server.say(audioMessage());
    rig.server.say({ serverContent: { turnComplete: true } });
    rig.server.say({ setupComplete: {} });
    await settle();
    expect(only(rig.events, 'unknown').map(({ key }) => key)).toEqual(['audio', 'turnComplete']);
    expect(rig.session.phase).toBe('active');
  });

  test('a second setupComplete is shown and changes nothing', async () => {
    const rig = await activeRig();
    rig.server.say({ setupComplete: {} });
    await settle();
    expect(only(rig.events, 'connected')).toHaveLength(1);
    expect(only(rig.events, 'unknown')[0]?.key).toBe('setupComplete');
  });

  test('code, its result and a consent signature keep all they came with', async () => {
    const rig = openRig({}, (connection) => {
      connection.answersSetup = false;
    });
    await settle();
    rig.server.say({ setupComplete: { voiceConsentSignature: { signature: 'signed' } } });
    const code = { language: 'PYTHON', code: 'print(1)', id: 'e1' };
    const result = { outcome: 'OUTCOME_OK', output: '1', id: 'e1' };
    rig.server.say({
      serverContent: { modelTurn: { parts: [{ executableCode: code }, { codeExecutionResult: result }] } },
    });
    await settle();
    expect(only(rig.events, 'connected')).toMatchObject([{ voiceConsentSignature: 'signed' }]);
    expect(only(rig.events, 'executableCode')).toMatchObject([code]);
    expect(only(rig.events, 'codeExecutionResult')).toMatchObject([result]);
  });

  test('activity marked while connecting left the phase active once the mark was sent', async () => {
    const manual = { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } };
    const rig = openRig(manual);
    await rig.session.signalActivityStart();
    await rig.session.waitForPhase('active');
    await settle();
    expect(rig.session.phase).toBe('userSpeaking');
    expect(rig.server.received.at(-1)).toEqual({ realtimeInput: { activityStart: {} } });
    await rig.session.signalActivityEnd();
    expect(rig.session.phase).toBe('active');
  });
});
