import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, type RawCaller } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { type Brain, calls, createSimulator, everyStrike, type FaultPlan } from '../index.ts';
import { checkPlan, type PlannedStrike, strikesOf } from './fault-plan.ts';
import { seededRandom } from './seeded-random.ts';
import { makeStrike, type StrikeName } from './strikes.ts';

const HOUR_MS = 3_600_000;
const names = Object.keys(everyStrike) as StrikeName[];

const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return 'Done.';
  return text.startsWith('tool') ? calls('f') : 'Yes, of course, with pleasure.';
};

function first(count: number, plan: FaultPlan, conversation = 'a'): readonly PlannedStrike[] {
  const strikes = strikesOf(plan, conversation);
  return Array.from({ length: count }, () => strikes.next().value as PlannedStrike);
}

test('equal seeds draw equal strikes, one in each span; other seeds and conversations draw others', (context) => {
  verifies(context, 'sim:faults:plan');
  const plan = { seed: 7, everyMs: 60_000 };
  const strikes = first(200, plan);
  expect(first(200, plan)).toEqual(strikes);
  expect(first(200, plan, 'b')).not.toEqual(strikes);
  expect(first(200, { ...plan, seed: 8 })).not.toEqual(strikes);
  expect(strikes.map(({ afterMs }) => Math.floor(afterMs / 60_000))).toEqual(strikes.map((_, i) => i));
  const drawn = new Set(strikes.flatMap(({ faults }) => faults.map(({ type }) => type)));
  for (const type of ['reset', 'close', 'goAway', 'deadAir', 'staleHandles', 'lateFrames']) {
    expect(drawn).toContain(type);
  }
});

test('every strike is made of faults that the simulator takes', (context) => {
  verifies(context, 'sim:faults:plan');
  for (const name of names) {
    for (let seed = 0; seed < 50; seed++) {
      const strike = makeStrike(name, seededRandom(seed));
      expect(() => checkPlan({ plan: [{ afterMs: 0, ...strike }] }), name).not.toThrow();
      expect(strike.faults.length, name).toBeGreaterThan(0);
    }
  }
});

test('a mix draws what it names and nothing else, and planned strikes keep their times', (context) => {
  verifies(context, 'sim:faults:plan');
  const mixed = first(50, { everyMs: 1000, mix: { mute: 1, reset: 0 } });
  expect(mixed.every(({ faults }) => faults[0]?.type === 'muteAudio')).toBe(true);
  const at = (afterMs: number): PlannedStrike => ({ afterMs, faults: [{ type: 'duplicateInterrupted' }] });
  const plan = { everyMs: 1000, mix: { mute: 1 }, plan: [at(5500), at(2500)] };
  const times = first(10, plan).map(({ afterMs }) => afterMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times).toEqual(expect.arrayContaining([2500, 5500]));
  expect([...strikesOf({ plan: [at(2), at(1)] }, 'a')].map(({ afterMs }) => afterMs)).toEqual([1, 2]);
});

test.for([
  [{ everyMs: 0 }, /everyMs must be above 0/],
  [{ everyMs: 1, mix: { sunshine: 1 } }, /mix\.sunshine is no strike/],
  [{ everyMs: 1, mix: { reset: -1 } }, /mix\.reset must be a weight/],
  [{ plan: [{ afterMs: -1, faults: [] }] }, /plan\[0\]\.afterMs/],
  [{ plan: [{ afterMs: 1, faults: [{ type: 'reset' }] }] }, /plan\[0\]\.faults\[0\]\.at is missing/],
  [{ always: [{ type: 'rain' }] }, /always\[0\]\.type must be one of/],
  [{ always: [{ type: 'staleHandles', close: 'tired' }] }, /always\[0\]\.close must be one of/],
] as const)('a plan that cannot be followed says why: %j', async ([plan, why], context) => {
  verifies(context, 'sim:faults:plan');
  // Only JavaScript can write such plans.
  const faults = plan as unknown as FaultPlan;
  await expect(createSimulator({ faults, clock: new ManualClock() })).rejects.toThrow(why);
});

/** A client that comes back with its newest handle and goes on talking, as simply as can be. */
async function talk(seed: number, faults: FaultPlan): Promise<unknown> {
  const { simulator, clock } = await manualSimulator({
    faults,
    brain,
    conversationOf: () => 'call',
    limits: { connectionMs: Number.POSITIVE_INFINITY },
    random: seededRandom(seed),
    startedAt: new Date(0),
  });
  const tools = [{ functionDeclarations: [{ name: 'f' }] }];
  let handle: string | undefined;
  let call: RawCaller | undefined;
  const seen: unknown[] = [];
  for (let turn = 0; clock.nowMs() < HOUR_MS; turn++) {
    if (call === undefined || call.closed !== undefined || call.kinds.includes('goAway')) {
      call?.hangUp();
      await clock.advanceAsync(500);
      call = await dial(simulator, clock, {
        tools,
        sessionResumption: handle === undefined ? {} : { handle },
      });
      await clock.advanceAsync(3000);
      seen.push([clock.nowMs(), call.closed ?? call.kinds.slice(0, 2)]);
      if (!call.kinds.includes('setupComplete')) {
        // Unanswered, or refused: that handle is no good.
        if (call.closed !== undefined) handle = undefined;
        call.hangUp();
        continue;
      }
    }
    call.say(turn % 3 === 0 ? `tool ${turn}` : `turn ${turn}`);
    const answered = await call.until(({ serverContent, toolCall }) => {
      return serverContent?.turnComplete === true || toolCall !== undefined;
    }, 10_000);
    const id = call.messages.at(-1)?.toolCall?.functionCalls?.[0]?.id;
    if (id !== undefined)
      call.send({ toolResponse: { functionResponses: [{ id, name: 'f', response: {} }] } });
    await clock.advanceAsync(10_000);
    if (!answered) call.hangUp();
    handle = call.handles.at(-1) ?? handle;
  }
  const ledger = simulator.ledger('call');
  call?.hangUp();
  await clock.advanceAsync(0);
  expect(clock.pending).toBe(0);
  return {
    seen,
    struck: ledger?.faults,
    sessions: ledger?.sessions,
    context: ledger?.context.map(({ type, hash, atMs }) => [type, hash, atMs]),
  };
}

test('an hour of call under a plan is the same hour for the same seed, and nothing is left when it ends', async (context) => {
  verifies(context, 'sim:faults:plan', 'sim:clock');
  const plan: FaultPlan = { seed: 3, everyMs: 90_000 };
  const one = await talk(1, plan);
  expect(await talk(1, plan)).toEqual(one);
  expect(await talk(1, { ...plan, seed: 4 })).not.toEqual(one);
  const { struck, sessions } = one as { struck: unknown[]; sessions: unknown[] };
  expect(struck.length).toBeGreaterThan(25);
  expect(sessions.length).toBeGreaterThan(10);
});

test('what is meant for the next connection strikes there, before its setup is answered', async (context) => {
  verifies(context, 'sim:faults:plan');
  const { simulator, clock } = await manualSimulator({
    conversationOf: () => 'call',
    faults: {
      plan: [
        {
          afterMs: 1000,
          faults: [{ type: 'reset', at: { afterMs: 0 } }],
          next: [{ type: 'missingSetupComplete' }],
        },
      ],
    },
  });
  const one = await dial(simulator, clock);
  expect(await one.untilClosed(2000)).toMatchObject({ code: 1006 });
  const two = await dial(simulator, clock);
  await clock.advanceAsync(10_000);
  expect(two.rawFrames).toEqual([]);
  two.hangUp();
  const three = await dial(simulator, clock);
  expect(three.kinds).toEqual(['setupComplete']);
  expect(simulator.ledger('call')?.faults.map(({ connection, fault }) => [connection, fault.type])).toEqual([
    [1, 'reset'],
    [2, 'missingSetupComplete'],
  ]);
});
