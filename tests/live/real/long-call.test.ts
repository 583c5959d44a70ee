/** Ten minutes of call in a second or two: sixty turns with tools, extraction and interruptions, on the simulator's in-memory line. */
import { expect, test } from 'vitest';
import { connectLive, type LiveEvent, pattern, ruleExtractor, tool } from '../../../src/live/index.ts';
import { type BrainTurn, calls } from '../../../src/simulator/index.ts';
import { manualSimulator } from '../../interop/manual-simulator.ts';
import { verifies } from '../../requirements.ts';
import { PLACES } from './real-call.ts';

const TURNS = 60;
const EVERY_MS = 10_000;
const LONG =
  'Let me tell you all that there is to tell about it, from the beginning to the end, which is far away, and then once more from the end to the beginning.';

/** Turns that cut the one before off: it is long. */
const cutsIn = (n: number): boolean => n % 10 === 5;
const isLong = (n: number): boolean => cutsIn(n + 1);
const callsTool = (n: number): boolean => n % 6 === 2 && !isLong(n);

test('sixty turns: records, counts and telemetry agree with what the server did', async (context) => {
  verifies(context, 'real:longCall');
  const turns: BrainTurn[] = [];
  const { simulator, clock } = await manualSimulator({
    latencyMs: 120,
    brain: (turn) => {
      turns.push(turn);
      if (turn.input.type === 'toolResults') return `Found ${turn.input.results[0]?.response.found}`;
      const n = Number(/order (\d+)/.exec(turn.text)?.[1]);
      if (callsTool(n)) return calls('find', { n });
      return isLong(n) ? LONG : `Noted ${n}`;
    },
  });
  const events: LiveEvent[] = [];
  const ran: number[] = [];
  const handle = await connectLive(
    {
      ...PLACES['3.8 on Google AI'],
      tools: [
        tool({
          name: 'find',
          description: 'Finds an order.',
          parameters: { type: 'object', properties: { n: { type: 'number' } } },
          run: ({ n }, { state }) => {
            ran.push(Number(n));
            state.set('app:found', n ?? null);
            return { found: n ?? null };
          },
        }),
      ],
      extractors: [
        ruleExtractor({
          name: 'orders',
          fields: { last: pattern(/order (\d+)/) },
          promote: [{ field: 'last', stateKey: 'app:last', merge: 'overwrite' }],
        }),
      ],
      telemetryIntervalMs: 1000,
    },
    { transport: simulator.transport, clock, environment: {}, onEvent: (event) => void events.push(event) },
  );
  for (let n = 1; n <= TURNS; n++) {
    // Who cuts in speaks two seconds into the answer before; the others wait for their time.
    const dueMs = n * EVERY_MS - (cutsIn(n) ? 8_000 : 0);
    await clock.advanceAsync(dueMs - clock.nowMs());
    await handle.sendText(`it is about order ${n}`);
  }
  await clock.advanceAsync(20_000);

  const of = <T extends LiveEvent['type']>(type: T) =>
    events.filter((event): event is Extract<LiveEvent, { readonly type: T }> => event.type === type);
  const server = simulator.sessions[0];
  const sent = server?.sent ?? [];
  const completed = sent.filter(({ serverContent }) => serverContent?.turnComplete === true);
  const interrupted = sent.filter(({ serverContent }) => serverContent?.interrupted === true);
  const toolTurns = Array.from({ length: TURNS }, (_, n) => n + 1).filter(callsTool);
  const records = of('turnRecord').map(({ record }) => record);

  // Counts.
  expect(clock.nowMs()).toBeGreaterThan(600_000);
  expect(of('turnComplete')).toHaveLength(completed.length);
  expect(records).toHaveLength(completed.length);
  expect(of('turnMetrics')).toHaveLength(completed.length);
  expect(records.map(({ number }) => number)).toEqual(completed.map((_, at) => at + 1));
  expect(handle.turns).toEqual(records.slice(-50));
  expect(of('interrupted')).toHaveLength(interrupted.length);
  expect(interrupted).toHaveLength(6);
  expect(ran).toEqual(toolTurns);

  // Words: every text of the user is in one record, in order, with its own answer.
  const heard = records.map((record) => record.heard).filter((text) => text !== '');
  expect(heard).toEqual(Array.from({ length: TURNS }, (_, n) => `it is about order ${n + 1}`));
  for (const record of records) {
    const n = Number(/order (\d+)/.exec(record.heard)?.[1] ?? Number.NaN);
    expect(record.interrupted).toBe(isLong(n));
    if (isLong(n)) {
      expect(LONG.startsWith(record.said)).toBe(true);
      expect(record.said.length).toBeLessThan(LONG.length / 2);
    } else if (Number.isFinite(n) && !callsTool(n)) expect(record.said).toBe(`Noted ${n}`);
  }
  const found = records.filter(({ said }) => said.startsWith('Found'));
  expect(found.map(({ said }) => said)).toEqual(toolTurns.map((n) => `Found ${n}`));
  const tools = records.flatMap((record) => record.tools);
  expect(tools).toMatchObject(toolTurns.map((n) => ({ name: 'find', args: { n }, result: { found: n } })));
  expect(new Set(tools.map(({ callId }) => callId)).size).toBe(toolTurns.length);

  // State: each record shows what its turn changed.
  const promoted = records.flatMap(({ stateDiff }) => stateDiff['app:last'] ?? []);
  expect(promoted.map(({ after }) => Number(after))).toEqual(Array.from({ length: TURNS }, (_, n) => n + 1));
  expect(of('statePromotion').filter(({ accepted }) => accepted)).toHaveLength(TURNS);

  // Tokens and audio, against what the server says that it sent.
  const usage = completed.flatMap(({ usageMetadata }) =>
    usageMetadata === undefined ? [] : [usageMetadata],
  );
  const total = usage.reduce((sum, { totalTokenCount = 0 }) => sum + totalTokenCount, 0);
  const snapshot = handle.telemetry().snapshot();
  expect(snapshot).toMatchObject({
    turnCount: completed.length,
    interruptions: interrupted.length,
    totalTokenCount: total,
    audioKbytesOut: Math.round(((server?.audioSentBytes ?? 0) / 1024) * 10) / 10,
  });
  expect(records.reduce((sum, { tokens }) => sum + tokens.total, 0)).toBe(total);
  expect(snapshot.responseCount).toBe(TURNS);
  expect(snapshot.minResponseLatencyMs).toBeGreaterThanOrEqual(120);
  expect(snapshot.maxResponseLatencyMs).toBeLessThanOrEqual(140);
  const published = of('telemetry');
  expect(published.length).toBeGreaterThan(100);
  expect(published.length).toBeLessThanOrEqual(Math.ceil(clock.nowMs() / 1000));

  // Nothing went wrong, nothing is doubled, and nothing is left.
  expect(of('error')).toEqual([]);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
  expect(turns.filter(({ input }) => input.type === 'text')).toHaveLength(TURNS);
  const ended = handle.disconnect();
  await clock.advanceAsync(3000);
  await ended;
  expect(clock.pending).toBe(0);
});
