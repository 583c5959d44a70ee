/** Turns of a whole live session on real sockets, on every generation and platform. */
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { tool } from '../../../src/live/index.ts';
import { type Brain, calls } from '../../../src/simulator/index.ts';
import { verifies } from '../../requirements.ts';
import { voice } from '../../support/uplink-rig.ts';
import { EVERY_PLACE, PLACES, RealCall, speak, startSimulator } from './real-call.ts';

// They wait for real sounds, and hardly compute.
vi.setConfig({ maxConcurrency: 25 });

const silence = (ms: number): Int16Array => new Int16Array(ms * 16);

test.concurrent.for(EVERY_PLACE)(
  '%s: a text is answered, and its record is complete',
  async (place, context) => {
    verifies(context, 'real:turns');
    const simulator = await startSimulator(context, { brain: ({ text }) => `Yes to ${text}` });
    const call = await RealCall.open(context, simulator, PLACES[place]);
    await call.handle.sendText('tea');
    const { record } = await call.until('turnRecord');
    expect(record).toMatchObject({
      number: 1,
      heard: 'tea',
      said: 'Yes to tea',
      interrupted: false,
      tools: [],
    });
    expect(record.tokens.prompt).toBeGreaterThan(0);
    expect(record.tokens.total).toBeGreaterThanOrEqual(record.tokens.prompt + record.tokens.response);
    const { latency } = record;
    expect(latency.responseMs).toBeGreaterThanOrEqual(15);
    expect(latency.responseMs).toBeLessThan(2000);
    expect(latency.firstAudioMs).toBeGreaterThanOrEqual(latency.firstOutputMs ?? Number.NaN);
    expect(latency.generationCompleteMs).toBeGreaterThanOrEqual(latency.firstAudioMs ?? Number.NaN);
    expect(latency.endMs).toBeGreaterThanOrEqual(latency.generationCompleteMs ?? Number.NaN);
    const audioBytes = call.of('audio').reduce((sum, { data }) => sum + data.length, 0);
    expect(audioBytes).toBe(call.peer.audioSentBytes);
    expect(call.handle.telemetry().snapshot()).toMatchObject({
      turnCount: 1,
      responseCount: 1,
      interruptions: 0,
    });
    expect(call.errors).toEqual([]);
  },
);

test.concurrent.for(EVERY_PLACE)('%s: speech is answered, with edges and latency', async (place, context) => {
  verifies(context, 'real:turns', 'real:edges');
  const brain: Brain = Object.assign((): string => 'I hear you', { hears: () => 'good morning to you' });
  const simulator = await startSimulator(context, { brain });
  const call = await RealCall.open(context, simulator, { ...PLACES[place], inputVad: true });
  await speak(call.handle, Int16Array.from([...silence(300), ...voice(700), ...silence(1300)]));
  const { record } = await call.until('turnRecord');
  expect(record).toMatchObject({ heard: 'good morning to you', said: 'I hear you' });
  expect(record.latency.speechEndMs).toBeGreaterThan(0);
  expect(record.latency.responseMs).toBeGreaterThan(0);
  expect(call.of('vadStart')).toHaveLength(1);
  expect(call.of('vadEnd')).toHaveLength(1);
  expect(call.peer.heardMs).toBe(2300);
  expect(call.errors).toEqual([]);
});

test.concurrent.for(EVERY_PLACE)(
  '%s: a tool runs between a question and its answer',
  async (place, context) => {
    verifies(context, 'real:tools');
    const simulator = await startSimulator(context, { brain: weatherBrain });
    const call = await RealCall.open(context, simulator, { ...PLACES[place], tools: [weather()] });
    await call.handle.sendText('weather');
    const told = await call.until('toolExecution');
    expect(told).toMatchObject({ name: 'weather', args: { city: 'Oslo' }, result: { celsius: 12 } });
    const spoken = await call.until('turnRecord', ({ record }) => record.said !== '');
    expect(spoken.record.said).toBe('It is 12 degrees');
    const tools = call.handle.turns.flatMap((record) => record.tools);
    expect(tools).toMatchObject([{ name: 'weather', args: { city: 'Oslo' }, outcome: 'succeeded' }]);
    expect(answersOf(call)).toMatchObject([{ name: 'weather', response: { celsius: 12 } }]);
    expect(call.errors).toEqual([]);
  },
);

test.concurrent.for(EVERY_PLACE)(
  '%s: a background tool lets the talk go on, and is told of later',
  async (place, context) => {
    verifies(context, 'real:tools');
    const simulator = await startSimulator(context, { brain: reportBrain });
    let finish: (() => void) | undefined;
    const report = tool({
      name: 'report',
      description: 'Writes a report.',
      policy: { background: true },
      run: () => new Promise((resolve) => (finish = () => resolve({ pages: 7 }))),
    });
    const call = await RealCall.open(context, simulator, { ...PLACES[place], tools: [report] });
    await call.handle.sendText('report');
    // 3.1 has synchronous tools only: there the model waits.
    await call.untilTrue(() => finish !== undefined);
    if (place !== '3.1 on Google AI') {
      await call.until('turnComplete');
      await call.handle.sendText('small talk');
      await call.until('turnRecord', ({ record }) => record.said === 'Lovely weather');
    }
    finish?.();
    await call.until('turnRecord', ({ record }) => /7 pages/.test(record.said));
    expect(call.errors).toEqual([]);
  },
);

test.concurrent.for(EVERY_PLACE)(
  '%s: who cuts in is answered, and what was heard stays',
  async (place, context) => {
    verifies(context, 'real:bargeIn');
    const brain: Brain = Object.assign(
      ({ sequence }: { sequence: number }) => (sequence === 1 ? LONG : 'Of course'),
      {
        hears: () => 'stop it please',
      },
    );
    const simulator = await startSimulator(context, { brain });
    const call = await RealCall.open(context, simulator, { ...PLACES[place], inputVad: true });
    await call.handle.sendText('tell me everything');
    await call.until('audio');
    await speak(call.handle, Int16Array.from([...silence(600), ...voice(600), ...silence(1100)]));
    await call.until('interrupted');
    const cut = await call.until('turnRecord');
    expect(cut.record).toMatchObject({ number: 1, heard: 'tell me everything', interrupted: true });
    expect(LONG.startsWith(cut.record.said)).toBe(true);
    // About a second was heard: the silence, and what it takes to hear that somebody speaks.
    expect(cut.record.said.length).toBeGreaterThan(3);
    expect(cut.record.said.length).toBeLessThan(LONG.length / 3);
    const next = await call.until('turnRecord');
    expect(next.record).toMatchObject({ heard: 'stop it please', said: 'Of course', interrupted: false });
    expect(call.of('outputTranscript').filter(({ isFinal }) => isFinal)[0]?.text).toBe(cut.record.said);
    expect(call.handle.telemetry().snapshot()).toMatchObject({ interruptions: 1, turnCount: 2 });
    expect(call.errors).toEqual([]);
  },
);

const LONG =
  'There is so much to tell that I hardly know where to begin, so let me begin with the weather, which was fine, and go on from there to everything else that has ever happened here.';

const weatherBrain: Brain = ({ input }) => {
  if (input.type !== 'toolResults') return calls('weather', { city: 'Oslo' });
  return `It is ${input.results[0]?.response.celsius} degrees`;
};

const reportBrain: Brain = ({ input, text }) => {
  if (input.type !== 'toolResults') return text === 'report' ? calls('report') : 'Lovely weather';
  const pages = JSON.stringify(input.results).match(/"pages":(\d+)/)?.[1];
  return pages === undefined ? undefined : `It has ${pages} pages`;
};

function weather(): ReturnType<typeof tool> {
  return tool({
    name: 'weather',
    description: 'Tells the weather.',
    input: z.object({ city: z.string() }),
    run: async ({ city }) => ({ celsius: city.length * 3 }),
  });
}

function answersOf(call: RealCall): readonly unknown[] {
  return call.peer.received.flatMap((message) =>
    'toolResponse' in message ? message.toolResponse.functionResponses : [],
  );
}
