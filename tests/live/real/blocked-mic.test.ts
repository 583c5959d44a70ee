/** A microphone that is open while a tool blocks the model (spec: wire §4, Tools), on real sockets. */
import { expect, test } from 'vitest';
import { tool } from '../../../src/live/index.ts';
import { type Brain, type BrainTurn, calls, type SimulatorOptions } from '../../../src/simulator/index.ts';
import { connect } from '../../../src/wire/index.ts';
import { verifies } from '../../requirements.ts';
import { voice } from '../../support/uplink-rig.ts';
import { PLACES, startSimulator } from './real-call.ts';
import { TimedCall } from './simulated-time.ts';

const TOUCHY = ['2.5 on Google AI', '2.5 on Vertex', '3.1 on Google AI'] as const;
const CLOSED = 'Operation is not implemented, or supported, or enabled.';
const silence = (ms: number): Int16Array => new Int16Array(ms * 16);

const brain: Brain = Object.assign(
  ({ input, text }: BrainTurn) => {
    if (input.type === 'toolResults') return 'It is done';
    return text === 'do it' ? calls('slow') : `Yes to ${text}`;
  },
  { hears: () => 'and hurry' },
);
const SIMULATED: SimulatorOptions = { brain, faults: [{ type: 'audioDuringCall' }] };

/** A tool that takes as long as it is told. */
const slow = (ms: number, schedule: (ms: number, task: () => void) => void): ReturnType<typeof tool> =>
  tool({
    name: 'slow',
    description: 'Takes its time.',
    run: () => new Promise((resolve) => schedule(ms, () => resolve({ ok: true }))),
  });

test.for(TOUCHY)(
  '%s: who speaks while a tool runs is heard after it, and the connection lives',
  async (place, context) => {
    verifies(context, 'real:blockedMic');
    let timed: TimedCall | undefined;
    const run = slow(1500, (ms, task) => void timed?.clock.schedule(ms, task));
    timed = await TimedCall.open(context, SIMULATED, { ...PLACES[place], tools: [run], inputVad: true });
    const { call } = timed;
    await timed.speak(silence(200));
    await call.handle.sendText('do it');
    await timed.speak(silence(300));
    const heardMs = call.peer.heardMs;
    expect(call.peer.turnPhase).toBe('waitingForTools');
    await timed.speak(Int16Array.from([...silence(300), ...voice(600), ...silence(200)]));
    expect(call.peer.heardMs).toBe(heardMs);
    await timed.speak(silence(3000));
    expect(call.simulator.sessions).toHaveLength(1);
    expect(call.peer.phase).toBe('active');
    // Nothing of what was said is lost, and it came behind the answer of the tool.
    expect(call.peer.heardMs).toBe(4600);
    const spoken = call.handle.turns.filter(({ heard }) => heard === 'and hurry');
    expect(spoken).toMatchObject([{ said: 'Yes to and hurry' }]);
    const tools = call.handle.turns.flatMap((turn) => turn.tools);
    expect(tools).toMatchObject([{ name: 'slow', outcome: 'succeeded' }]);
    expect(call.of('vadStart')).toHaveLength(1);
    expect(call.errors).toEqual([]);
  },
);

test('a tool that takes longer than audio is kept for: the newest two seconds are heard', async (context) => {
  verifies(context, 'real:blockedMic');
  let timed: TimedCall | undefined;
  const run = slow(5000, (ms, task) => void timed?.clock.schedule(ms, task));
  timed = await TimedCall.open(context, SIMULATED, { ...PLACES['2.5 on Google AI'], tools: [run] });
  const { call } = timed;
  await call.handle.sendText('do it');
  await timed.run(200);
  await timed.speak(Int16Array.from([...silence(3700), ...voice(600), ...silence(100)]));
  expect(call.peer.heardMs).toBe(0);
  await timed.speak(silence(2500));
  expect(call.peer.heardMs).toBeGreaterThan(3000);
  expect(call.peer.heardMs).toBeLessThan(4900);
  // Every millisecond was heard, or is told as dropped.
  const { droppedAudioMs } = call.handle.telemetry().snapshot();
  expect(call.peer.heardMs + droppedAudioMs).toBe(3700 + 600 + 100 + 2500);
  expect(call.handle.turns.some(({ heard }) => heard === 'and hurry')).toBe(true);
  expect(call.errors).toEqual([]);
});

test('3.8 listens while a tool runs, and lets its user cut in: nothing is withheld', async (context) => {
  verifies(context, 'real:blockedMic');
  let timed: TimedCall | undefined;
  const run = slow(1500, (ms, task) => void timed?.clock.schedule(ms, task));
  timed = await TimedCall.open(context, { brain }, { ...PLACES['3.8 on Google AI'], tools: [run] });
  const { call } = timed;
  await call.handle.sendText('do it');
  await timed.run(200);
  await timed.speak(Int16Array.from([...silence(100), ...voice(600), ...silence(100)]));
  await timed.run(40);
  expect(call.peer.heardMs).toBe(800);
  expect(call.of('interrupted')).toHaveLength(1);
  expect(call.of('toolExecution')).toHaveLength(0);
});

test('without that the service closes the connection: the fault that the others survive is real', async (context) => {
  const simulator = await startSimulator(context, SIMULATED);
  const session = await connect(
    {
      ...PLACES['2.5 on Google AI'],
      baseUrl: simulator.url,
      tools: [{ functionDeclarations: [{ name: 'slow' }] }],
      retry: { maxAttempts: 1 },
    },
    { environment: {} },
  );
  session.on('toolCall', () => void session.sendAudio(silence(20)));
  await session.sendText('do it');
  const { error } = await session.join();
  expect(error).toMatchObject({ closeCode: 1008, message: expect.stringContaining(CLOSED) });
});
