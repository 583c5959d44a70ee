import { describe, expect, test } from 'vitest';
import { tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

describe('LiveEvent: what is said', () => {
  test('audio is PCM16, the same memory for everybody', async (context) => {
    verifies(context, 'seed:liveEvent:audio');
    const call = await new OrderedCall().open();
    const heard: Uint8Array[] = [];
    call.handle.on('audio', ({ data }) => heard.push(data));
    call.handle.on('audio', ({ data }) => heard.push(data));
    await call.peer.says('Hello', { audioMs: 100 });
    expect(heard).toHaveLength(2);
    expect(heard[0]).toBe(heard[1]);
    expect(call.of('audio')[0]).toMatchObject({ rateHz: 24_000, turn: 1, generation: 0 });
    expect(heard[0]?.length).toBe(4_800);
    await call.handle.disconnect();
  });

  test('text comes in deltas, then whole when the turn is over', async (context) => {
    verifies(context, 'seed:liveEvent:textDelta', 'seed:liveEvent:textComplete');
    const call = await new OrderedCall().open();
    await call.peer.writes('Good ');
    await call.peer.writes('evening.');
    expect(call.of('textDelta').map(({ text }) => text)).toEqual(['Good ', 'evening.']);
    expect(call.of('textComplete')).toEqual([]);
    await call.peer.completes();
    expect(call.of('textComplete')).toMatchObject([{ text: 'Good evening.', turn: 1 }]);
    await call.handle.disconnect();
  });

  test('what a scrubber held back is told before the whole text', async () => {
    const call = await new OrderedCall().open({ redaction: { cards: true } });
    await call.peer.writes('Call 4111');
    await call.peer.completes();
    const types = call.events.map(({ type }) => type);
    expect(
      call
        .of('textDelta')
        .map(({ text }) => text)
        .join(''),
    ).toBe('Call 4111');
    expect(types.lastIndexOf('textDelta')).toBeLessThan(types.indexOf('textComplete'));
    await call.handle.disconnect();
  });

  test('the words of both sides come in pieces, then once whole, each stamped with its turn', async (context) => {
    verifies(context, 'seed:liveEvent:inputTranscript', 'seed:liveEvent:outputTranscript');
    const call = await new OrderedCall().open();
    await call.peer.hears('On ');
    await call.peer.hears('Friday.');
    await call.peer.says('Very well.', { audioMs: 0, thenCompletes: true });
    const pieces = (type: 'inputTranscript' | 'outputTranscript'): unknown =>
      call.of(type).map(({ text, isFinal, turn }) => [text, isFinal, turn]);
    expect(pieces('inputTranscript')).toEqual([
      ['On ', false, 1],
      ['Friday.', false, 1],
      ['On Friday.', true, 1],
    ]);
    expect(pieces('outputTranscript')).toEqual([
      ['Very ', false, 1],
      ['well.', false, 1],
      ['Very well.', true, 1],
    ]);
    await call.handle.disconnect();
  });

  test('a guess at the words of the user is marked, and replaced by the next piece', async (context) => {
    verifies(context, 'seed:liveEvent:inputTranscript');
    const call = await new OrderedCall().open();
    await call.peer.sends({ serverContent: { interimInputTranscription: { text: 'On fry' } } } as never);
    await call.peer.hears('On Friday.');
    await call.peer.says('Very well.', { audioMs: 0, thenCompletes: true });
    expect(call.of('inputTranscript').at(-1)).toMatchObject({ text: 'On Friday.', isFinal: true });
    await call.handle.disconnect();
  });

  test('words that the user begins while the model speaks are of the next turn, also to the scrubber', async () => {
    const call = await new OrderedCall().open({ redaction: { cards: true } });
    await call.handle.userSpeechStarted();
    await call.handle.userSpeechEnded();
    await call.peer.says('Your card?');
    await call.handle.userSpeechStarted();
    await call.peer.hears('It is 4111 1111 ');
    await call.peer.completes();
    await call.peer.hears('1111 1111.');
    await call.handle.userSpeechEnded();
    await call.peer.says('Thank you.', { thenCompletes: true });
    const said = call.of('inputTranscript');
    expect(said.filter(({ isFinal }) => isFinal).map(({ turn }) => turn)).toEqual([2]);
    expect(said.every(({ turn }) => turn === 2)).toBe(true);
    expect(JSON.stringify(call.events)).not.toContain('1111 1111');
    await call.handle.disconnect();
  });

  test('thoughts are told apart from what is said', async (context) => {
    verifies(context, 'seed:liveEvent:thought');
    const call = await new OrderedCall().open();
    await call.peer.sends({
      serverContent: { modelTurn: { role: 'model', parts: [{ text: 'They want a table.', thought: true }] } },
    });
    expect(call.of('thought')).toMatchObject([{ text: 'They want a table.' }]);
    expect(call.of('textDelta')).toEqual([]);
    await call.handle.disconnect();
  });

  test('the user begins and stops to speak, whoever hears it', async (context) => {
    verifies(context, 'seed:liveEvent:vadStart', 'seed:liveEvent:vadEnd');
    const call = await new OrderedCall().open();
    const edges = (): readonly string[] => call.take().filter((line) => line.startsWith('vad'));
    await call.peer.sends({ voiceActivity: { voiceActivityType: 'ACTIVITY_START' } } as never);
    await call.peer.sends({ voiceActivity: { voiceActivityType: 'ACTIVITY_END' } } as never);
    expect(edges()).toEqual(['vadStart', 'vadEnd']);
    await call.peer.clock.advanceAsync(2_000);
    await call.handle.userSpeechStarted();
    await call.handle.userSpeechEnded();
    expect(edges()).toEqual(['vadStart', 'vadEnd']);
    await call.handle.disconnect();
  });
});

describe('LiveEvent: what is known', () => {
  const facts = (run: () => { readonly value: object } | Promise<{ readonly value: object }>) => ({
    extractors: [{ name: 'order', promote: [{ field: 'day', stateKey: 'day' }], extract: run }],
  });

  test('an extraction is told whole, then each promoted field, then what became of it', async (context) => {
    verifies(context, 'seed:liveEvent:extraction', 'seed:liveEvent:statePromotion');
    const call = await new OrderedCall().open(facts(() => ({ value: { day: 'friday', mood: 'good' } })));
    await call.peer.says('Which day?', { thenCompletes: true });
    expect(call.of('extraction').map(({ name, value }) => [name, value])).toEqual([
      ['order', { day: 'friday', mood: 'good' }],
      ['order.day', 'friday'],
    ]);
    expect(call.of('statePromotion')).toMatchObject([
      { extractor: 'order', field: 'day', stateKey: 'day', accepted: true, value: 'friday' },
    ]);
    expect(call.of('statePromotion')[0]?.reason).not.toBe('');
    await call.handle.disconnect();
  });

  test('an extraction that fails is told, and the call goes on', async (context) => {
    verifies(context, 'seed:liveEvent:extractionError');
    const call = await new OrderedCall().open(facts(() => Promise.reject(new Error('no model'))));
    await call.peer.says('Which day?', { thenCompletes: true });
    await call.peer.clock.advanceAsync(0);
    expect(call.of('extractionError')).toMatchObject([{ name: 'order' }]);
    expect(call.of('turnRecord')).toHaveLength(1);
    await call.handle.disconnect();
  });

  test('a move between phases names the guard that held', async (context) => {
    verifies(context, 'seed:liveEvent:phaseTransition');
    const call = await new OrderedCall().open({
      phases: {
        initial: 'ask',
        phases: [
          {
            name: 'ask',
            transitions: [{ to: 'book', when: (state) => state.has('day'), description: 'a day is known' }],
          },
          { name: 'book', terminal: true },
        ],
      },
    });
    call.handle.state().set('day', 'friday');
    await call.peer.says('Very well.', { thenCompletes: true });
    expect(call.of('phaseTransition').at(-1)).toMatchObject({
      from: 'ask',
      to: 'book',
      reason: expect.stringMatching(/a day is known.*turn 1/),
    });
    await call.handle.disconnect();
  });

  test('a tool call is told with its arguments and its result, refusals too', async (context) => {
    verifies(context, 'seed:liveEvent:toolExecution');
    const book = tool({ name: 'book', description: 'Books.', run: () => ({ table: 4 }) });
    const call = await new OrderedCall().open({ tools: [book] });
    const id = await call.peer.calls('book');
    await call.peer.calls('cancel');
    expect(call.of('toolExecution')).toMatchObject([
      { callId: id, name: 'book', args: {}, result: { table: 4 } },
      { name: 'cancel', result: { error: expect.stringContaining('no tool named cancel') } },
    ]);
    await call.handle.disconnect();
  });
});

describe('LiveEvent: how the call goes', () => {
  test('the end of a turn, an interruption, and the metrics of each turn', async (context) => {
    verifies(
      context,
      'seed:liveEvent:turnComplete',
      'seed:liveEvent:interrupted',
      'seed:liveEvent:turnMetrics',
    );
    const call = await new OrderedCall().open();
    await call.handle.sendText('Hello.');
    await call.peer.clock.advanceAsync(250);
    await call.peer.says('Good evening, and', { audioMs: 4_000 });
    await call.peer.interrupts();
    await call.peer.says('Yes?', { thenCompletes: true });
    expect(call.of('interrupted')).toMatchObject([{ turn: 1, generation: 1 }]);
    expect(call.of('turnComplete').map(({ turn }) => turn)).toEqual([1, 2]);
    expect(call.of('turnMetrics')).toMatchObject([
      { ofTurn: 1, latencyMs: 250 },
      { ofTurn: 2, latencyMs: undefined, promptTokens: 100, responseTokens: 20 },
    ]);
    await call.handle.disconnect();
  });

  test('setup is complete, for the first time and again, and the end comes once', async (context) => {
    verifies(context, 'seed:liveEvent:connected', 'seed:liveEvent:disconnected');
    const call = await new OrderedCall().open();
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.runUntil(() => call.of('connected').length === 2, 60_000);
    await call.peer.disconnects(1008, 'API key expired. Please renew the API key.');
    await call.peer.clock.runUntil(() => call.of('disconnected').length === 1, 600_000);
    expect(call.of('connected')).toMatchObject([{ resumed: false }, { resumed: false }]);
    expect(call.events.at(-1)).toMatchObject({
      type: 'disconnected',
      reason: expect.stringContaining('API key'),
    });
    await call.handle.done();
    expect(call.of('disconnected')).toHaveLength(1);
  });

  test('an end that was asked for has no reason', async (context) => {
    verifies(context, 'seed:liveEvent:disconnected');
    const call = await new OrderedCall().open();
    await call.handle.disconnect('bye');
    expect(call.events.at(-1)).toEqual({
      type: 'disconnected',
      seq: call.events.length,
      turn: 1,
      generation: 0,
    });
  });

  test('what fails is told with a typed code, and the session goes on', async (context) => {
    verifies(context, 'seed:liveEvent:error');
    const call = await new OrderedCall().open();
    call.handle.on('textDelta', () => {
      throw new Error('a bug');
    });
    await call.peer.writes('Hello.');
    await call.peer.completes();
    expect(call.of('error')).toMatchObject([
      { error: { code: 'listenerFailed', cause: { message: 'a bug' } } },
    ]);
    expect(call.of('turnComplete')).toHaveLength(1);
    await call.handle.disconnect();
  });

  test('the server will close: how long is left, a minute when it does not say', async (context) => {
    verifies(context, 'seed:liveEvent:goAway');
    const call = await new OrderedCall().open();
    await call.peer.goesAway(5_000);
    await call.peer.sends({ goAway: {} });
    expect(call.of('goAway').map(({ timeLeftMs }) => timeLeftMs)).toEqual([5_000, 60_000]);
    await call.handle.disconnect();
  });

  test('metrics are published as often as asked, until the end', async (context) => {
    verifies(context, 'seed:liveEvent:telemetry');
    const call = await new OrderedCall().open({ telemetryIntervalMs: 500 });
    await call.peer.says('Hello.', { thenCompletes: true });
    await call.peer.clock.advanceAsync(1_600);
    expect(call.of('telemetry').map(({ snapshot }) => snapshot.turnCount)).toEqual([1, 1, 1]);
    await call.handle.disconnect();
    await call.peer.clock.advanceAsync(5_000);
    expect(call.of('telemetry')).toHaveLength(3);
  });
});
