/** Twenty live sessions at once, on real sockets, against one scripted server that answers after 20 ms. */
import { expect, test } from 'vitest';
import { pattern, ruleExtractor, tool } from '../../../src/live/index.ts';
import { calls } from '../../../src/simulator/index.ts';
import { verifies } from '../../requirements.ts';
import { EVERY_PLACE, PLACES, RealCall, startSimulator } from './real-call.ts';

const SESSIONS = 20;
const ROUNDS = 3;

test('twenty sessions at once keep their order, their words, their tools and their state to themselves', async (context) => {
  verifies(context, 'real:crowd');
  const simulator = await startSimulator(context, {
    latencyMs: 20,
    brain: ({ input, text }) => {
      if (input.type === 'toolResults') return `Kept ${input.results[0]?.response.kept}`;
      const [, mark = '', round] = /mark (s\d+)x(\d)/.exec(text) ?? [];
      return round === '1' ? calls('keep', { mark }) : `Ok ${mark} ${round}`;
    },
  });
  const ran: string[][] = Array.from({ length: SESSIONS }, () => []);
  const opened = await Promise.all(
    ran.map((own, n) =>
      RealCall.open(context, simulator, {
        ...PLACES[EVERY_PLACE[n % EVERY_PLACE.length] ?? '3.8 on Google AI'],
        tools: [
          tool({
            name: 'keep',
            description: 'Keeps a mark.',
            parameters: { type: 'object', properties: { mark: { type: 'string' } } },
            run: async ({ mark }, { state }) => {
              await new Promise((resolve) => setTimeout(resolve, 5 + (n % 7)));
              own.push(String(mark));
              state.set('app:kept', mark ?? null);
              return { kept: mark ?? null };
            },
          }),
        ],
        extractors: [
          ruleExtractor({
            name: 'marks',
            fields: { mark: pattern(/mark (s\d+x\d)/) },
            promote: [{ field: 'mark', stateKey: 'app:mark', merge: 'overwrite' }],
          }),
        ],
      }),
    ),
  );
  await Promise.all(
    opened.map(async (call, n) => {
      for (let round = 0; round < ROUNDS; round++) {
        await call.handle.sendText(`mark s${n}x${round}`);
        const answer = round === 1 ? `Kept s${n}` : `Ok s${n} ${round}`;
        await call.until('turnRecord', ({ record }) => record.said === answer);
      }
    }),
  );
  expect(simulator.sessions.filter(({ phase }) => phase === 'active')).toHaveLength(SESSIONS);
  for (const [n, call] of opened.entries()) {
    const { handle, events } = call;
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1));
    // A record may come while the next turn goes on; what is heard and said may not.
    for (const type of ['audio', 'outputTranscript', 'turnComplete'] as const) {
      const turns = call.of(type).map(({ turn }) => turn);
      expect(turns).toEqual([...turns].sort((a, b) => a - b));
    }
    const records = call.of('turnRecord').map(({ record }) => record);
    expect(records.map(({ number }) => number)).toEqual(records.map((_, at) => at + 1));
    expect(records.map(({ heard }) => heard).filter((text) => text !== '')).toEqual(
      Array.from({ length: ROUNDS }, (_, round) => `mark s${n}x${round}`),
    );
    expect(records.map(({ said }) => said).filter((text) => text !== '')).toEqual([
      `Ok s${n} 0`,
      `Kept s${n}`,
      `Ok s${n} 2`,
    ]);
    expect(ran[n]).toEqual([`s${n}`]);
    expect(handle.state().get('app:kept')).toBe(`s${n}`);
    expect(handle.state().get('app:mark')).toBe(`s${n}x2`);
    expect(call.errors).toEqual([]);
  }
  expect(new Set(opened.map(({ handle }) => handle.sessionId)).size).toBe(SESSIONS);
  expect(new Set(opened.map(({ handle }) => handle.state())).size).toBe(SESSIONS);
  await Promise.all(opened.map(({ handle }) => handle.disconnect()));
  expect(simulator.sessions.every(({ phase }) => phase === 'closed')).toBe(true);
});
