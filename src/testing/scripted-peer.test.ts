import { describe, expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { connect, type SessionHandle } from '../wire/index.ts';
import { EventLog, expectState } from './event-log.ts';
import { ExpectationError } from './expectation-error.ts';
import { ScriptedPeer } from './scripted-peer.ts';

async function call(peer = new ScriptedPeer()): Promise<{ peer: ScriptedPeer; session: SessionHandle }> {
  const { transport, clock } = peer;
  const config = { apiKey: 'test', model: 'gemini-3.8-live', systemInstruction: 'Be brief.' };
  return { peer, session: await connect(config, { transport, clock, environment: {} }) };
}

describe('A scripted peer', () => {
  test('plays the service: it hears, speaks, calls tools, is interrupted and hangs up', async (context) => {
    verifies(context, 'testing:peer');
    const { peer, session } = await call();
    const log = new EventLog(session);
    await peer.expectSetup({ systemInstruction: { parts: [{ text: 'Be brief.' }] } });
    await peer.hears('What is new?');
    await peer.says('Not much');
    await peer.interrupts();
    const id = await peer.calls('look', { where: 'outside' });
    await session.sendToolResponse([{ id, name: 'look', response: { output: 'rain' } }]);
    expect(await peer.answerTo(id)).toMatchObject({ response: { output: 'rain' } });
    await peer.writes('Rain.');
    await peer.completes();
    await peer.disconnects(1008, 'The operation was aborted.');
    await log.expect('inputTranscription', { text: 'What is new?' });
    await log.expect('audioData', { rateHz: 24_000 });
    await log.expect('interrupted');
    await log.expect('toolCall', { calls: [{ name: 'look', args: { where: 'outside' } }] });
    await log.expect('textComplete', { text: 'Rain.' });
    await session.disconnect();
    expect(log.types('interrupted', 'turnComplete')).toEqual(['interrupted', 'turnComplete', 'turnComplete']);
  });

  test('takes frames one after another, and says what it got instead', async (context) => {
    verifies(context, 'testing:expect');
    const { peer, session } = await call();
    await session.sendText('one');
    await session.sendText('two');
    await session.sendAudio(new Uint8Array(640));
    const turn = (text: string): object => ({ clientContent: { turns: [{ parts: [{ text }] }] } });
    await peer.expect(turn('two'));
    await expect(peer.expect(turn('one'))).rejects.toThrow(
      /Expected one of the frames not yet expected.*"one"/,
    );
    await expect(peer.expect(turn('four'))).rejects.toThrow(/^(?!.*"setup").*"realtimeInput"/);
    expect(peer.heardBytes).toBe(640);
    await peer.expectNone(turn('three'));
    await expect(peer.expectNone({ realtimeInput: {} })).rejects.toThrow(ExpectationError);
    await expect(peer.expectSetup({ model: /flash/ })).rejects.toThrow(/Expected the setup to hold .*flash/);
    await expect(peer.answerTo('call-9')).rejects.toThrow('Expected one answer to call-9, but there are 0');
    await session.disconnect();
  });

  test('can leave a setup unanswered, and its clock ends the wait', async (context) => {
    verifies(context, 'testing:clock');
    const peer = new ScriptedPeer({ answersSetup: false });
    const failed = call(peer).catch((error: unknown) => error);
    await peer.expectSetup();
    await peer.clock.runUntil(() => peer.connections > 4, 600_000);
    await peer.clock.advanceAsync(60_000);
    expect(await failed).toMatchObject({ code: 'setupTimeout' });
  });

  test('refuses to speak before anybody has connected', async () => {
    await expect(new ScriptedPeer().says('hello')).rejects.toThrow('connect the session first');
  });
});

describe('An event log', () => {
  test('finds no event twice, and names what came instead', async (context) => {
    verifies(context, 'testing:expect');
    const { peer, session } = await call();
    const log = new EventLog(session);
    await peer.hears('one');
    await log.expect('inputTranscription', { text: (text: string) => text.startsWith('o') });
    await expect(log.expect('inputTranscription')).rejects.toThrow(
      'Expected an event inputTranscription from here on, but none came at all.',
    );
    await log.expectNone('interrupted');
    await peer.interrupts();
    await expect(log.expectNone('interrupted')).rejects.toThrow('Expected no interrupted');
    await expect(log.expect('toolCall')).rejects.toThrow(
      'Expected an event toolCall from here on, but there came only interrupted',
    );
    log.close();
    await peer.hears('two');
    expect(log.of('inputTranscription')).toHaveLength(1);
    await session.disconnect();
  });

  test('state is compared key by key', (context) => {
    verifies(context, 'testing:state');
    const state = new Map<string, unknown>([['order', { item: 'pizza', count: 2 }]]);
    expectState(state, { order: { count: 2 }, other: undefined });
    expect(() => expectState(state, { order: { count: 3 } })).toThrow(
      'Expected state order to hold {"count":3}',
    );
  });
});
