/** A live session whose server misbehaves: real sockets, simulated time. It goes on, or ends with a typed reason; nothing is left. */
import { afterEach, expect, test } from 'vitest';
import { tool } from '../../src/live/index.ts';
import { type Brain, calls, type Fault } from '../../src/simulator/index.ts';
import { PLACES } from '../live/real/real-call.ts';
import { TimedCall } from '../live/real/simulated-time.ts';
import { verifies } from '../requirements.ts';

const LONG = 'This is an answer of some length, so that there is time for something to go wrong in it.';
const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return 'Done';
  if (text === 'tool') return calls('act');
  return text === 'long' ? LONG : `Yes to ${text}`;
};

interface Faulty {
  readonly timed: TimedCall;
  /** How often the tool ran. */
  readonly runs: () => number;
}

let open: TimedCall[] = [];

async function callWith(context: Parameters<typeof TimedCall.open>[0], ...faults: Fault[]): Promise<Faulty> {
  let runs = 0;
  const act = tool({ name: 'act', description: 'Acts.', run: () => ({ run: ++runs }) });
  const timed = await TimedCall.open(
    context,
    { latencyMs: 100, faults, brain },
    { ...PLACES['2.5 on Google AI'], quiet: { deadAir: true }, tools: [act] },
  );
  open.push(timed);
  return { timed, runs: () => runs };
}

/** After every test: nothing is scheduled any more, on either side, and no socket is open. */
afterEach(async () => {
  for (const timed of open) {
    await timed.hangUp();
    await timed.run(100);
    expect(timed.clock.pending).toBe(0);
    expect(timed.call.simulator.sessions.every(({ phase }) => phase === 'closed')).toBe(true);
    expect(timed.call.of('disconnected')).toHaveLength(1);
    expect(timed.call.events.at(-1)?.type).toBe('disconnected');
  }
  open = [];
});

test('a call without a fault has a tool, a long answer and an interruption', async (context) => {
  verifies(context, 'real:faults');
  const { timed, runs } = await callWith(context);
  await converse(timed);
  expect(summary(timed)).toEqual(CONVERSED);
  expect(runs()).toBe(1);
  expect(timed.call.errors).toEqual([]);
});

const HARMLESS: Readonly<Record<string, Fault>> = {
  'a duplicate interrupted': { type: 'duplicateInterrupted' },
  'bundled frames': { type: 'bundledFrames', frames: 5 },
  'empty contents': { type: 'emptyServerContent' },
  'a missing generationComplete': { type: 'missingGenerationComplete' },
  'duplicate tool calls': { type: 'duplicateToolCalls' },
  'a malformed frame': { type: 'malformedFrame', at: { on: 'audio', nth: 2 } },
  'a connection that expires between turns': { type: 'connectionLimit', afterMs: 4000, connection: 1 },
  'goAway, and the close it threatens': {
    type: 'goAway',
    at: { on: 'turnComplete' },
    timeLeftMs: 2000,
    connection: 1,
  },
  'goAway, and nothing': { type: 'goAway', at: { on: 'audio' }, timeLeftMs: 20_000, followedBy: 'stay' },
};

test.for(Object.entries(HARMLESS))(
  '%s changes nothing in what was said, heard and done',
  async ([, fault], context) => {
    verifies(context, 'real:faults');
    const { timed, runs } = await callWith(context, fault);
    await converse(timed);
    expect(summary(timed)).toEqual(CONVERSED);
    expect(runs()).toBe(1);
    expect(timed.call.of('deadAir')).toEqual([]);
  },
);

test('a server that falls silent: the watchdog nudges the model, twice and no more until the user is heard', async (context) => {
  verifies(context, 'real:faults');
  const { timed } = await callWith(context, { type: 'silence', at: { on: 'clientContent' } });
  await timed.call.handle.sendText('hello');
  await timed.run(60_000);
  expect(timed.call.of('deadAir')).toMatchObject([
    { cause: 'noReply', action: 'nudge', silentMs: 5000 },
    { cause: 'noReply', action: 'nudge', silentMs: 15_000 },
  ]);
  const nudges = timed.call.peer.received.filter((message) =>
    JSON.stringify(message).includes('waits for an answer'),
  );
  expect(nudges).toHaveLength(2);
});

test('a server that falls silent in the middle of an answer: the floor is free again, and the user can go on', async (context) => {
  verifies(context, 'real:faults');
  const { timed } = await callWith(context, { type: 'silence', at: { on: 'audio', nth: 4 } });
  await timed.call.handle.sendText('long');
  await timed.run(20_000);
  expect(timed.call.of('deadAir')).toMatchObject([{ cause: 'missingTurnComplete', action: 'none' }]);
  expect(timed.call.handle.voiceState().playbackActive).toBe(false);
});

const LOST: Readonly<Record<string, readonly [Fault, string]>> = {
  'a reset': [{ type: 'reset', at: { on: 'audio', nth: 4 }, connection: 1 }, 'connectionLost'],
  'a close with 1011': [
    {
      type: 'close',
      at: { on: 'audio', nth: 4 },
      code: 1011,
      reason: 'Internal error encountered.',
      connection: 1,
    },
    'serverError',
  ],
  'a close with 1000': [
    {
      type: 'close',
      at: { on: 'audio', nth: 4 },
      code: 1000,
      reason: 'The operation was cancelled.',
      connection: 1,
    },
    'connectionExpired',
  ],
  'a close with 1008': [
    {
      type: 'close',
      at: { on: 'audio', nth: 4 },
      code: 1008,
      reason: 'The operation was aborted.',
      connection: 1,
    },
    'idleTimeout',
  ],
};

test.for(Object.entries(LOST))(
  '%s in mid-answer: told with its reason, and the call goes on',
  async ([, [fault, code]], context) => {
    verifies(context, 'real:faults');
    const { timed } = await callWith(context, fault);
    const { call } = timed;
    await call.handle.sendText('long');
    await timed.runUntil(() => call.of('connected').length === 2, 5000);
    await timed.run(2000);
    await call.handle.sendText('us');
    await timed.run(10_000);
    expect(call.of('error').map(({ error }) => error.code)).toEqual([code]);
    expect(call.simulator.sessions).toHaveLength(2);
    // The turn that was cut off is asked again, in the session that knows nothing of it.
    expect(call.handle.turns.at(-1)).toMatchObject({ heard: 'us', said: 'Yes to us' });
    const asked = call.peer.history.filter(({ role }) => role === 'user');
    expect(asked.map(({ parts }) => parts[0]?.text)).toEqual(['long', 'us']);
    expect(call.peer.history.map(({ role }) => role).slice(-2)).toEqual(['user', 'model']);
    expect(call.handle.phase).toBe('active');
  },
);

test('an interruption by nobody in mid-answer, and one by the user later: the record holds what was heard', async (context) => {
  verifies(context, 'real:faults');
  const { timed } = await callWith(context, { type: 'phantomInterrupted', at: { on: 'audio', nth: 6 } });
  await converse(timed);
  expect(timed.call.of('interrupted')).toHaveLength(2);
  const cut = timed.call.handle.turns[1];
  expect(cut).toMatchObject({ heard: 'long', interrupted: true });
  expect(cut?.said).not.toContain('go wrong in it');
  expect(timed.call.handle.turns.at(-1)).toMatchObject({ heard: 'us', said: 'Yes to us' });
});

test('a close that no retry can help ends the session, typed, for every waiter', async (context) => {
  verifies(context, 'real:faults');
  const reason = 'Your API key was reported as leaked. Please use another API key.';
  const { timed } = await callWith(context, {
    type: 'close',
    at: { on: 'audio', nth: 3 },
    code: 1008,
    reason,
  });
  const { call } = timed;
  const waiters = Promise.all([call.handle.done(), call.handle.done()]);
  await call.handle.sendText('long');
  await timed.runUntil(() => call.of('disconnected').length > 0, 5000);
  await waiters;
  expect(call.of('disconnected')[0]?.reason).toMatch(/leaked/);
  expect(call.handle.turns).toMatchObject([{ heard: 'long' }]);
  await expect(call.handle.sendText('anybody?')).rejects.toMatchObject({ code: 'sessionEnded' });
  expect(call.simulator.sessions).toHaveLength(1);
});

/** A tool turn, a long answer that is cut off after a second and a half, and a short one. */
async function converse(timed: TimedCall): Promise<void> {
  const { handle } = timed.call;
  await handle.sendText('tool');
  await timed.run(6000);
  await handle.sendText('long');
  await timed.run(1500);
  await handle.sendText('us');
  await timed.run(6000);
}

const CONVERSED = [
  ['tool', 'Done', false, ['act']],
  ['long', 'This is an answer of', true, []],
  ['us', 'Yes to us', false, []],
];

function summary({ call: { handle } }: TimedCall): unknown {
  return handle.turns.map(({ heard, said, interrupted, tools }) => [
    heard,
    said,
    interrupted,
    tools.map(({ name }) => name),
  ]);
}
