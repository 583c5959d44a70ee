/** Sessions that are replaced, broken and refused, on the simulator and simulated time: the conversation goes on. */
import { expect, onTestFinished, test } from 'vitest';
import type { Brain, Fault, SimulatorOptions } from '../../src/simulator/index.ts';
import { type Content, openSession, type SessionConfig, type SessionEvent } from '../../src/wire/index.ts';
import { manualSimulator } from '../interop/manual-simulator.ts';
import { verifies } from '../requirements.ts';

const MINUTE_MS = 60_000;
const brain: Brain = ({ text }) => `Yes to ${text}`;

async function call(options: SimulatorOptions = {}, config: SessionConfig = {}) {
  const { simulator, clock } = await manualSimulator({ brain, latencyMs: 100, ...options });
  const events: SessionEvent[] = [];
  const session = openSession(
    { apiKey: 'k', model: 'gemini-3.8-live', ...config },
    {
      transport: simulator.transport,
      clock,
      random: () => 0.5,
      environment: {},
      onEvent: (event) => events.push(event),
    },
  );
  onTestFinished(() => session.disconnect());
  await clock.runUntil(() => session.phase === 'active', 1000);
  await clock.advanceAsync(200);
  const of = <T extends SessionEvent['type']>(type: T) =>
    events.filter((event): event is Extract<SessionEvent, { readonly type: T }> => event.type === type);
  const server = () => {
    const newest = simulator.sessions.at(-1);
    if (newest === undefined) throw new Error('no connection yet');
    return newest;
  };
  /** What the user said, as the model remembers it. */
  const asked = (): unknown[] =>
    server()
      .history.filter(({ role }) => role === 'user')
      .map(({ parts }) => parts[0]?.text);
  const turn = async (text: string): Promise<void> => {
    await session.sendText(text);
    const before = of('turnComplete').length;
    await clock.runUntil(() => of('turnComplete').length > before, 20_000);
    await clock.advanceAsync(10);
  };
  return { simulator, clock, session, events, of, server, asked, turn };
}

test('goAway: the connection is replaced at the next pause, with nothing to repeat', async (context) => {
  verifies(context, 'wire:rotate:goAway', 'wire:rotate:pause');
  const goAway: Fault = { type: 'goAway', at: { on: 'audio', nth: 2 }, timeLeftMs: 50_000, connection: 1 };
  const { session, simulator, of, asked, turn } = await call({ faults: [goAway] });
  await turn('one');
  expect(of('rotated')).toMatchObject([
    { cause: 'goAway', resumed: true, reseeded: false, replayed: { turns: 0, toolResponses: 0 } },
  ]);
  expect(of('turnCutOff')).toEqual([]);
  expect(of('error')).toEqual([]);
  await turn('two');
  expect(asked()).toEqual(['one', 'two']);
  expect(simulator.sessions).toHaveLength(2);
  expect(session.connection).toEqual({ state: 'open' });
  expect(of('connected').map(({ resumed }) => resumed)).toEqual([false, true]);
});

test('goAway in a long answer that its time does not outlast: cut off, told, and asked again', async (context) => {
  verifies(context, 'wire:rotate:cutOff', 'wire:rotate:goAway');
  const long: Brain = ({ text }) => `Yes to ${text}, ${'which takes a while '.repeat(12)}`;
  const goAway: Fault = {
    type: 'goAway',
    at: { on: 'audio', nth: 2 },
    timeLeftMs: 1000,
    followedBy: 'stay',
    connection: 1,
  };
  const { of, asked, turn, clock } = await call({ brain: long, faults: [goAway] });
  await turn('one');
  await clock.advanceAsync(20_000);
  expect(of('turnCutOff')).toMatchObject([{ turn: 1, openCalls: [] }]);
  expect(of('rotated')).toMatchObject([{ cause: 'goAway', replayed: { turns: 1 } }]);
  expect(of('turnComplete')).toMatchObject([{ turn: 2 }]);
  expect(asked()).toEqual(['one']);
});

test.for([
  ['gemini-3.8-live', 58],
  ['gemini-3.1-flash-live-preview', 30],
  ['gemini-2.5-flash-native-audio-preview-12-2025', 10],
] as const)(
  '%s is replaced before its limit of %i minutes, should no goAway come',
  async ([model, minutes], context) => {
    verifies(context, 'wire:rotate:limit');
    const { clock, of, turn } = await call({ limits: { connectionMs: Number.POSITIVE_INFINITY } }, { model });
    await turn('one');
    await clock.advanceAsync(minutes * MINUTE_MS - 115_000);
    expect(of('rotated')).toEqual([]);
    await clock.advanceAsync(30_000);
    expect(of('rotated')).toMatchObject([{ cause: 'connectionLimit', resumed: true }]);
    expect(of('error')).toEqual([]);
  },
);

test('goAway and then silence: the connection is replaced all the same', async (context) => {
  verifies(context, 'wire:rotate:goAway');
  const goAway: Fault = {
    type: 'goAway',
    at: { on: 'turnComplete' },
    timeLeftMs: 50_000,
    followedBy: 'silence',
    connection: 1,
  };
  const { of, asked, turn, clock } = await call({ faults: [goAway] });
  await turn('one');
  await clock.advanceAsync(50_000);
  expect(of('rotated')).toMatchObject([{ cause: 'goAway', resumed: true }]);
  await turn('two');
  expect(asked()).toEqual(['one', 'two']);
});

test('in manual mode handles are told, and nothing happens by itself; off asks for none', async (context) => {
  verifies(context, 'wire:resume:modes');
  for (const resume of ['manual', 'off'] as const) {
    const goAway: Fault = {
      type: 'goAway',
      at: { on: 'turnComplete' },
      timeLeftMs: 5000,
      followedBy: 'stay',
    };
    const { of, server, turn, clock, session } = await call({ faults: [goAway] }, { resume });
    expect('sessionResumption' in (server().setup ?? {})).toBe(resume === 'manual');
    await turn('one');
    await clock.advanceAsync(60 * MINUTE_MS);
    expect([of('goAway').length > 0, of('rotated').filter(({ cause }) => cause === 'goAway')]).toEqual([
      true,
      [],
    ]);
    expect(session.phase).toBe('active');
  }
});

test('the application rotates, at a pause or at once', async (context) => {
  verifies(context, 'wire:rotate:asked');
  const { session, of, asked, turn, clock } = await call();
  await turn('one');
  await session.rotate();
  void session.sendText('two');
  await clock.advanceAsync(300);
  await Promise.all([session.rotate({ atOnce: true, cause: 'deadAir' }), clock.advanceAsync(1000)]);
  await clock.advanceAsync(5000);
  expect(of('rotated').map(({ cause, replayed }) => [cause, replayed.turns])).toEqual([
    ['application', 0],
    ['deadAir', 1],
  ]);
  expect(asked()).toEqual(['one', 'two']);
});

test.for([
  ['gemini-3.8-live', 'plain'],
  ['gemini-2.5-flash-native-audio-preview-12-2025', 'plain'],
  ['gemini-3.1-flash-live-preview', 'announced'],
] as const)(
  '%s: a handle that leads nowhere twice is given up, and a fresh session is told the conversation',
  async ([model, how], context) => {
    verifies(context, 'wire:resume:poisoned', 'wire:resume:reseed');
    const history: Content[] = [
      { role: 'user', parts: [{ text: 'one' }] },
      { role: 'model', parts: [{ text: 'Yes to one' }] },
    ];
    const died = {
      type: 'close',
      at: { on: 'setup' },
      code: 1011,
      reason: 'Internal error encountered.',
    } as const;
    const faults: Fault[] = [2, 3].map((connection) => ({ ...died, connection }));
    const { simulator, clock, of, server, turn, asked } = await call(
      { faults },
      { model, history: () => history },
    );
    await turn('one');
    server().close(1011, died.reason);
    await clock.advanceAsync(5000);
    expect(simulator.sessions).toHaveLength(4);
    expect(of('rotated')).toMatchObject([{ cause: 'connectionLost', resumed: false, reseeded: true }]);
    expect(of('connected').at(-1)).toMatchObject({ resumed: false, reseeded: true });
    expect(server().setup?.historyConfig).toEqual(
      how === 'plain' ? undefined : { initialHistoryInClientContent: true },
    );
    const { clientContent } = server().received.find((message) => 'clientContent' in message) as {
      clientContent: { turns: Content[]; turnComplete: boolean };
    };
    expect(clientContent.turnComplete).toBe(how === 'announced');
    expect(clientContent.turns.at(-1)?.role).toBe(how === 'plain' ? 'user' : 'model');
    expect(of('turnComplete')).toHaveLength(1);
    await turn('two');
    expect(asked().filter((text) => text === 'one' || text === 'two')).toEqual(['one', 'two']);
  },
);

test('a stale handle is dropped at once, and the turn that waits is asked in the fresh session', async (context) => {
  verifies(context, 'wire:resume:stale', 'wire:resume:reseed');
  const { clock, of, server, asked, session, turn } = await call({ faults: [{ type: 'staleHandles' }] });
  await turn('one');
  await session.sendText('two');
  await clock.advanceAsync(50);
  server().reset();
  await clock.advanceAsync(5000);
  expect(of('rotated')).toMatchObject([{ resumed: false, reseeded: false, replayed: { turns: 1 } }]);
  expect(asked()).toEqual(['two']);
});

test('instruction and tools that were changed in mid-session are those of the next connection', async (context) => {
  verifies(context, 'wire:rotate:config');
  const { session, server } = await call({}, { systemInstruction: 'Be kind.' });
  await session.updateInstruction('Be brief.');
  await session.updateContext({ tools: [{ functionDeclarations: [{ name: 'f' }] }] });
  await session.rotate({ atOnce: true });
  expect(server().setup).toMatchObject({
    systemInstruction: { parts: [{ text: 'Be brief.' }] },
    tools: [{ functionDeclarations: [{ name: 'f' }] }],
  });
});

test('a window of activity that was open is opened again, and its audio in the gap comes after', async (context) => {
  verifies(context, 'wire:rotate:activity');
  const { session, server, clock } = await call(
    {},
    { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } },
  );
  await session.signalActivityStart();
  await session.sendAudio(new Uint8Array(640));
  const first = server();
  first.reset();
  for (let index = 0; index < 5; index++) await session.sendAudio(new Uint8Array(640));
  await session.signalActivityEnd();
  await clock.advanceAsync(1000);
  const marks = server().received.flatMap((message) =>
    'realtimeInput' in message ? Object.keys(message.realtimeInput) : [],
  );
  expect(marks).toEqual(['activityStart', 'activityEnd']);
  expect(server().mediaReceived).toBeGreaterThanOrEqual(5);
});

test('audio that is sent between a reset and its news, and in the gap, is heard whole', async (context) => {
  verifies(context, 'wire:rotate:audio');
  const { session, server, clock, simulator } = await call();
  server().reset();
  for (let index = 0; index < 50; index++) await session.sendAudio(new Uint8Array(640));
  await clock.advanceAsync(1000);
  expect([server().mediaReceived, session.state.droppedAudioChunks]).toEqual([50, 0]);
  expect(simulator.sessions).toHaveLength(2);
});

test('goAway in mid-utterance: what was said before and after it is one turn, heard once', async (context) => {
  verifies(context, 'live:resumption', 'acceptance:voice:goAwayHandover');
  const heard: number[] = [];
  const { session, server, clock, of, simulator } = await call({
    transcribe: (samples) => {
      heard.push(samples.length / 16);
      return 'all of it';
    },
  });
  const speak = async (ms: number, level: number): Promise<void> => {
    for (let at = 0; at < ms; at += 20) {
      const pcm = Int16Array.from({ length: 320 }, (_, index) => level * Math.sin(index / 3));
      await session.sendAudio(pcm);
      await clock.advanceAsync(20);
    }
  };
  await speak(400, 0);
  server().inject({ type: 'goAway', at: { afterMs: 500 }, timeLeftMs: 700, followedBy: 'stay' });
  await speak(1600, 9000);
  await speak(3000, 0);
  await clock.advanceAsync(5000);
  expect(of('rotated')).toMatchObject([{ cause: 'goAway', resumed: true }]);
  expect(simulator.sessions).toHaveLength(2);
  const turns = server().history.map(({ role, parts }) => [role, parts[0]?.text]);
  expect(turns).toEqual([
    ['user', 'all of it'],
    ['model', 'Yes to all of it'],
  ]);
  expect(heard).toHaveLength(1);
  expect(heard[0]).toBeGreaterThan(1500);
  expect(of('turnComplete')).toHaveLength(1);
});

test('a server that says goAway to every new connection has them replaced once a second, not more', async (context) => {
  verifies(context, 'wire:rotate:goAway');
  const goAway: Fault = { type: 'goAway', at: { on: 'setupComplete' }, timeLeftMs: 0, followedBy: 'stay' };
  const { of, clock, simulator } = await call({ faults: [goAway] });
  await clock.advanceAsync(10_000);
  expect(of('rotated').length).toBeGreaterThan(5);
  expect(simulator.sessions.length).toBeLessThanOrEqual(12);
});

test('a thousand rotations leave nothing behind', async (context) => {
  verifies(context, 'wire:rotate:flat');
  const { session, of, clock, turn, asked } = await call();
  await turn('one');
  for (let index = 0; index < 1000; index++) {
    await session.rotate();
    await clock.advanceAsync(150);
  }
  expect(of('rotated')).toHaveLength(1000);
  expect(of('error')).toEqual([]);
  expect(clock.pending).toBeLessThan(20);
  expect(asked()).toEqual(['one']);
}, 60_000);

test.for([
  [1500, true],
  [60_000, false],
] as const)(
  'a connection that lingers for %i ms on the service, after a reset',
  async ([forMs, resumed], context) => {
    verifies(context, 'wire:resume:lingering');
    const history: Content[] = [{ role: 'user', parts: [{ text: 'one' }] }];
    const { of, server, turn, clock, session } = await call(
      { faults: [{ type: 'lingeringConnection', forMs, connection: 1 }] },
      { history: () => history },
    );
    await turn('one');
    server().reset();
    await clock.advanceAsync(4000);
    expect(of('rotated')).toMatchObject([{ cause: 'connectionLost', resumed, reseeded: !resumed }]);
    expect(of('rotated')[0]?.gapMs).toBeGreaterThanOrEqual(resumed ? 1500 : 3000);
    expect(of('rotated')[0]?.gapMs).toBeLessThan(4000);
    await turn('two');
    expect(session.phase).toBe('active');
  },
);
