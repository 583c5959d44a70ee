/** What a live session comes to know on real sockets, and what it does not tell: extraction, greeting, redaction. */
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { geminiTextModel, modelExtractor, tool } from '../../../src/live/index.ts';
import { type Brain, type BrainTurn, calls } from '../../../src/simulator/index.ts';
import { verifies } from '../../requirements.ts';
import { voice } from '../../support/uplink-rig.ts';
import { PLACES, RealCall, speak, startSimulator } from './real-call.ts';

vi.setConfig({ maxConcurrency: 25 });

const CARD = '4242 4242 4242 4242';
const EXTRACTING = ['2.5 on Google AI', '2.5 on Vertex', '3.8 on Google AI'] as const;

test.concurrent.for(EXTRACTING)(
  '%s: the text model of the same service moves the phase on',
  async (place, context) => {
    verifies(context, 'real:knowledge');
    const asked: BrainTurn[] = [];
    const simulator = await startSimulator(context, {
      brain: (turn) => {
        if (turn.channel === 'live') return 'Very well';
        asked.push(turn);
        return '{"size":"large","toppings":["onions"]}';
      },
    });
    const { model: _, ...endpoint } = PLACES[place];
    const order = modelExtractor({
      name: 'order',
      schema: z.object({ size: z.enum(['small', 'large']), toppings: z.array(z.string()) }),
      model: geminiTextModel({ ...endpoint, model: 'gemini-2.5-flash', baseUrl: simulator.url, env: {} }),
      promote: [{ field: 'size', stateKey: 'app:size', merge: 'overwrite' }],
    });
    const call = await RealCall.open(context, simulator, {
      ...PLACES[place],
      extractors: [order],
      phases: {
        initial: 'order',
        phases: [
          { name: 'order', transitions: [{ to: 'pay', when: (state) => state.get('app:size') === 'large' }] },
          { name: 'pay', terminal: true },
        ],
      },
    });
    await call.handle.sendText('a large pizza with onions, please');
    const { record } = await call.until('turnRecord');
    // The boundary waited for the extractor: its record already shows what followed from it.
    expect(record).toMatchObject({ phase: 'pay', stateDiff: { 'app:size': { after: 'large' } } });
    expect(call.handle.extracted('order')).toEqual({ size: 'large', toppings: ['onions'] });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.wantsJson?.schema).toMatchObject({ type: expect.stringMatching(/object/i) });
    expect(asked[0]?.text).toContain('a large pizza with onions');
    expect(call.of('statePromotion')).toMatchObject([{ stateKey: 'app:size', accepted: true }]);
    expect(call.errors).toEqual([]);
  },
);

test.concurrent('a text model that fails is told of, and the call goes on', async (context) => {
  verifies(context, 'real:knowledge');
  const simulator = await startSimulator(context, {
    brain: ({ channel }) => (channel === 'live' ? 'Very well' : 'no JSON at all'),
  });
  const order = modelExtractor({
    name: 'order',
    schema: z.object({ size: z.string() }),
    model: geminiTextModel({ apiKey: 'k', model: 'gemini-2.5-flash', baseUrl: simulator.url, env: {} }),
  });
  const call = await RealCall.open(context, simulator, {
    ...PLACES['3.8 on Google AI'],
    extractors: [order],
  });
  for (const words of ['a large pizza with onions', 'and then another one please']) {
    await call.handle.sendText(words);
    await call.until('turnRecord');
  }
  expect(call.of('extractionError')).toHaveLength(2);
  expect(call.handle.extracted('order')).toBeUndefined();
  expect(call.handle.turns.map(({ said }) => said)).toEqual(['Very well', 'Very well']);
});

test.concurrent('the model speaks first, once: not again when the connection is lost', async (context) => {
  verifies(context, 'real:turns');
  const simulator = await startSimulator(context, { brain: ({ text }) => `On ${text}` });
  const call = await RealCall.open(context, simulator, {
    ...PLACES['2.5 on Google AI'],
    greeting: 'hello',
    retry: { baseDelayMs: 10 },
  });
  const { record } = await call.until('turnRecord');
  // The greeting is ours, not the user's.
  expect(record).toMatchObject({ heard: '', said: 'On hello' });
  await call.untilTrue(() => call.handle.resumeHandle() !== undefined);
  call.peer.reset();
  await call.until('connected', ({ resumed }) => resumed);
  await call.handle.sendText('we go on');
  await call.until('turnRecord', (event) => event.record.said === 'On we go on');
  expect(simulator.sessions).toHaveLength(2);
  const texts = simulator.sessions
    .flatMap(({ received }) => received)
    .filter((message) => 'clientContent' in message);
  expect(texts).toHaveLength(2);
  expect(call.peer.history.map(({ role }) => role)).toEqual(['user', 'model', 'user', 'model']);
});

test.concurrent('a card number is known to the model and the tool, and to nobody who listens', async (context) => {
  verifies(context, 'real:redaction');
  const brain: Brain = Object.assign(
    ({ input }: BrainTurn) => {
      if (input.type === 'toolResults') return `I have charged ${CARD} for you`;
      return calls('charge', { card: CARD });
    },
    { hears: () => `it is ${CARD} and nothing else` },
  );
  const simulator = await startSimulator(context, { brain });
  const charged: string[] = [];
  const charge = tool({
    name: 'charge',
    description: 'Charges a card.',
    input: z.object({ card: z.string() }),
    run: ({ card }, { state }) => {
      charged.push(card);
      state.set('app:card', card);
      return { charged: card };
    },
  });
  const call = await RealCall.open(context, simulator, {
    ...PLACES['2.5 on Google AI'],
    tools: [charge],
    redaction: { cards: true },
    telemetryIntervalMs: 100,
  });
  call.handle.state().redact('app:card');
  await speak(
    call.handle,
    Int16Array.from([...new Int16Array(4800), ...voice(600), ...new Int16Array(17_600)]),
  );
  const { record } = await call.until('turnRecord');
  expect(record.heard).toBe('it is [card ending 4242] and nothing else');
  expect(record.said).toBe('I have charged [card ending 4242] for you');
  expect(charged).toEqual([CARD]);
  expect(JSON.stringify(call.peer.received)).toContain(CARD);
  expect(JSON.stringify(call.peer.history)).toContain(CARD);
  const told = call.events.map((event) => (event.type === 'audio' ? event.type : event));
  const outside = JSON.stringify([told, call.handle.turns, call.handle.state().snapshot({ redacted: true })]);
  expect(outside).not.toMatch(/4242\W{0,3}4242/);
  expect(call.of('toolExecution')).toHaveLength(1);
  expect(call.errors).toEqual([]);
});
