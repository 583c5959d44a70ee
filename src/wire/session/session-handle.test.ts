import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { activeRig, audioMessage, openRig, settle } from '../../../tests/support/wire-peer.ts';
import { sessionEventHub } from './event-hub.ts';
import { PhaseWatch } from './phase-watch.ts';
import type { SessionCommand } from './session-command.ts';
import { SessionHandle } from './session-handle.ts';
import type { SessionState } from './session-parts.ts';

const PCM = Uint8Array.from([1, 0, 2, 0]);

describe('SessionHandle', () => {
  test('sends each kind of message as the wire wants it', async (context) => {
    verifies(
      context,
      'seed:handle:sendAudio',
      'seed:handle:sendText',
      'seed:handle:sendToolResponse',
      'seed:handle:sendVideo',
      'seed:handle:sendClientContent',
      'seed:handle:updateInstruction',
      'seed:handle:writer',
    );
    const { session, server } = await activeRig();
    await session.sendAudio(PCM);
    await session.sendAudio(new Int16Array([1, 2]));
    await session.sendText('hello');
    await session.sendRealtimeText('beside');
    await session.sendToolResponse([{ id: 'c', name: 'f', response: { output: 1 }, scheduling: 'SILENT' }]);
    await session.sendVideo(PCM);
    await session.sendClientContent([{ role: 'model', parts: [{ text: 'earlier' }] }], false);
    await session.updateInstruction('be brief');
    await session.updateContext({ tools: [] });
    await session.audioStreamEnd();
    await settle();
    const audio = { data: 'AQACAA==', mimeType: 'audio/pcm;rate=16000' };
    expect(server.received.slice(1)).toEqual([
      { realtimeInput: { audio } },
      { realtimeInput: { audio } },
      { clientContent: { turns: [{ role: 'user', parts: [{ text: 'hello' }] }], turnComplete: true } },
      { realtimeInput: { text: 'beside' } },
      {
        toolResponse: {
          functionResponses: [{ id: 'c', name: 'f', response: { output: 1 }, scheduling: 'SILENT' }],
        },
      },
      { realtimeInput: { video: { data: 'AQACAA==', mimeType: 'image/jpeg' } } },
      { clientContent: { turns: [{ role: 'model', parts: [{ text: 'earlier' }] }], turnComplete: false } },
      { contextUpdate: { systemInstruction: { role: 'user', parts: [{ text: 'be brief' }] } } },
      { contextUpdate: { tools: { tools: [] } } },
      { realtimeInput: { audioStreamEnd: true } },
    ]);
  });

  test('activity marks go out in manual mode only, and drive userSpeaking in both', async (context) => {
    verifies(
      context,
      'seed:handle:signalActivityStart',
      'seed:handle:signalActivityEnd',
      'seed:phase:userSpeaking',
    );
    for (const disabled of [true, false]) {
      const { session, server } = await activeRig({
        realtimeInputConfig: { automaticActivityDetection: { disabled } },
      });
      await session.signalActivityStart();
      expect(session.phase).toBe('userSpeaking');
      await session.signalActivityEnd();
      expect(session.phase).toBe('active');
      await settle();
      const marks = [{ realtimeInput: { activityStart: {} } }, { realtimeInput: { activityEnd: {} } }];
      expect(server.received.slice(1)).toEqual(disabled ? marks : []);
    }
  });

  test('server voice activity drives userSpeaking, and the model answers from there', async () => {
    const { session, server } = await activeRig();
    server.say({ voiceActivity: { type: 'ACTIVITY_START' } });
    await settle();
    expect(session.phase).toBe('userSpeaking');
    server.say(audioMessage());
    await settle();
    expect(session.phase).toBe('modelSpeaking');
    server.say({ serverContent: { turnComplete: true } });
    await settle();
    expect(session.phase).toBe('userSpeaking');
    server.say({ voiceActivity: { type: 'ACTIVITY_END' } });
    await settle();
    expect(session.phase).toBe('active');
  });

  test('tool phases are taken by the first answer and left when every call is answered', async (context) => {
    verifies(context, 'wire:turn:tools', 'seed:phase:toolCallPending', 'seed:phase:toolCallExecuting');
    const rig = await activeRig();
    const call = (...ids: string[]): void =>
      rig.server.say({ toolCall: { functionCalls: ids.map((id) => ({ id, name: 'f' })) } });
    call('a', 'b');
    await settle();
    expect(rig.session.phase).toBe('toolCallPending');
    await rig.session.sendToolResponse([{ id: 'a', name: 'f', response: {} }]);
    expect(rig.session.phase).toBe('toolCallExecuting');
    await rig.session.sendToolResponse([{ id: 'b', name: 'f', response: {}, willContinue: true }]);
    expect(rig.session.phase).toBe('toolCallExecuting');
    await rig.session.sendToolResponse([{ id: 'b', name: 'f', response: {} }]);
    expect(rig.session.phase).toBe('active');
    call('c');
    await settle();
    await rig.session.beginToolExecution();
    expect(rig.session.phase).toBe('toolCallExecuting');
    rig.server.say({ toolCallCancellation: { ids: ['c'] } });
    await settle();
    expect(rig.session.phase).toBe('active');
    call('d');
    rig.server.say(audioMessage());
    await settle();
    expect(rig.session.phase).toBe('modelSpeaking');
    expect(rig.session.state.openCalls).toEqual(['d']);
  });

  test('commandTx takes any command; state and every holder of the handle see the same session', async (context) => {
    verifies(
      context,
      'seed:handle:commandTx',
      'seed:handle:state',
      'seed:handle:clone',
      'seed:handle:sessionId',
    );
    const { session, server } = await activeRig();
    const other = session;
    await session.commandTx.submit({ type: 'text', text: 'by command' });
    await other.enqueue({ type: 'audio', data: PCM });
    await settle();
    expect(server.received).toHaveLength(3);
    expect(other.state).toBe(session.state);
    expect(session.sessionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(session.state.sessionId).toBe(session.sessionId);
  });

  test('can be assembled from parts of one’s own', async (context) => {
    verifies(context, 'seed:handle:new', 'seed:handle:reader', 'seed:handle:phase');
    const commands: SessionCommand[] = [];
    const phase = new PhaseWatch();
    const state = { sessionId: 'mine', turn: 3, generation: 1, ended: Promise.resolve({ reason: 'over' }) };
    const session = new SessionHandle({
      commands: {
        submit: (command) => {
          commands.push(command);
          return Promise.resolve();
        },
        sendAudio: () => Promise.resolve(),
      },
      events: sessionEventHub(),
      // A partial state is enough for what this test reads.
      state: state as unknown as SessionState,
      phase,
    });
    const reader = session.subscribe();
    await session.sendText('x');
    phase.set('active');
    session.eventSender.send({ type: 'thought', text: 'mine' });
    expect(commands).toEqual([{ type: 'text', text: 'x' }]);
    expect([session.phase, session.sessionId]).toEqual(['active', 'mine']);
    expect(await reader.recv()).toEqual({ type: 'thought', text: 'mine', seq: 1, turn: 3, generation: 1 });
    expect(await session.join()).toEqual({ reason: 'over' });
  });

  test('injected events are stamped and ordered like the session’s own', async (context) => {
    verifies(context, 'seed:handle:eventSender');
    const { session, events } = await activeRig();
    const before = events.length;
    session.eventSender.send({ type: 'unknown', key: 'mine', raw: 1 });
    expect(events.at(-1)).toEqual({
      type: 'unknown',
      key: 'mine',
      raw: 1,
      seq: before + 1,
      turn: 1,
      generation: 0,
    });
  });

  test('waitForPhase catches a phase that lasts an instant, and rejects when the session is over', async (context) => {
    verifies(context, 'seed:handle:waitForPhase');
    const { session, server } = await activeRig();
    const interrupted = session.waitForPhase('interrupted');
    const never = session.waitForPhase('userSpeaking');
    const aborted = session.waitForPhase('userSpeaking', { signal: AbortSignal.abort('enough') });
    await expect(aborted).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    server.say(audioMessage());
    server.say({ serverContent: { interrupted: true } });
    await interrupted;
    await session.disconnect();
    await expect(never).rejects.toMatchObject({ code: 'sessionEnded' });
    await expect(session.waitForPhase('active')).rejects.toMatchObject({ code: 'sessionEnded' });
    await session.waitForPhase('disconnected');
  });

  test('ends once for every waiter: join, iterators and listeners', async (context) => {
    verifies(
      context,
      'wire:end:once',
      'seed:handle:join',
      'seed:handle:disconnect',
      'seed:handle:subscribe',
      'seed:event:disconnected',
      'seed:phase:disconnecting',
    );
    const rig = await activeRig();
    const seen: string[] = [];
    const loop = (async () => {
      for await (const event of rig.session.subscribe()) seen.push(event.type);
    })();
    const joins = [rig.session.join(), rig.session.join()];
    await Promise.all([rig.session.disconnect('bye'), rig.session.disconnect(), loop]);
    expect(await Promise.all(joins)).toEqual([{ reason: 'bye' }, { reason: 'bye' }]);
    expect(await rig.session.join()).toEqual({ reason: 'bye' });
    expect(seen.filter((type) => type === 'disconnected')).toHaveLength(1);
    expect(rig.names().slice(-4)).toEqual([
      'phase:disconnecting',
      'phase:disconnected',
      'connectionChanged',
      'disconnected',
    ]);
    expect(rig.session.connection).toEqual({ state: 'closed', reason: 'bye' });
    expect(rig.clock.pending).toBe(0);
    expect(await rig.session.subscribe().recv()).toBeUndefined();
  });

  test('join waits for a stored task, and reports its failure', async (context) => {
    verifies(context, 'seed:handle:setTask');
    const { session } = await activeRig();
    session.setTask(Promise.reject(new Error('task broke')));
    await session.disconnect();
    await expect(session.join()).rejects.toThrow('task broke');
  });

  test('closes by `await using`', async () => {
    const rig = await activeRig();
    {
      await using _session = rig.session;
    }
    expect(rig.session.phase).toBe('disconnected');
  });

  test('a send after the end rejects with sessionEnded, awaited or not', async (context) => {
    verifies(context, 'wire:send:after-end');
    const rig = openRig();
    await rig.session.disconnect();
    const unhandled: unknown[] = [];
    const listener = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listener);
    void rig.session.sendAudio(PCM);
    void rig.session.sendText('x');
    await settle();
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
    await expect(rig.session.sendText('x')).rejects.toMatchObject({ code: 'sessionEnded' });
    await expect(rig.session.sendAudio(PCM)).rejects.toMatchObject({ code: 'sessionEnded' });
  });

  test('a command that cannot be written as JSON rejects, and the session goes on', async () => {
    const { session, server } = await activeRig();
    const bad = session.sendToolResponse([{ id: 'a', name: 'f', response: { big: 1n } }]);
    await expect(bad).rejects.toMatchObject({ code: 'invalidArgument' });
    await expect(session.sendAudio(new Uint8Array(3))).rejects.toMatchObject({ code: 'invalidArgument' });
    const floats = new Float32Array(320) as unknown as Int16Array; // what a browser's microphone gives
    await expect(session.sendAudio(floats)).rejects.toMatchObject({ code: 'invalidArgument' });
    await session.sendText('still fine');
    await settle();
    expect(server.received).toHaveLength(2);
  });
});
