/** A thousand turns with everything on, and what they leave behind. */
import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { type LiveHandle, live, tool } from '../../../src/live/index.ts';
import { ManualClock, settle } from '../../../src/testing/index.ts';
import { createMemoryTransport, type MemoryPeer, type Transport } from '../../../src/wire/index.ts';
import { verifies } from '../../requirements.ts';
import { withModel } from './call-under-test.ts';

/** Enough to fill every ring: 1,024 ids of calls and mutations, 50 turns and records, 100 phase visits. */
const WARM_TURNS = 700;
const TURNS = 1_000;
/** One object that is kept each turn would show as more than this. */
const ALLOWED_OBJECTS = TURNS / 2;

/** A service that remembers nothing. */
class ForgetfulPeer {
  readonly transport: Transport;
  answers = 0;
  #peer: MemoryPeer | undefined;

  constructor() {
    this.transport = createMemoryTransport((peer) => {
      this.#peer = peer;
      peer.onFrame = (text) => {
        if (text.includes('"setup"')) this.send({ setupComplete: {} });
        this.answers += text.split('"response":').length - 1;
      };
    });
  }

  send(message: unknown): void {
    this.#peer?.send(JSON.stringify(message));
  }

  async turn(number: number, clock: ManualClock): Promise<void> {
    const call = (at: number): object => ({ id: `call-${number}-${at}`, name: 'look', args: { number } });
    this.send({ toolCall: { functionCalls: [call(1), call(2)] } });
    await settle();
    this.send({ serverContent: { inputTranscription: { text: `Turn ${number}.` } } });
    this.send({ serverContent: { modelTurn: { parts: [{ text: 'Words.' }] } } });
    this.send({ serverContent: { outputTranscription: { text: `Words of turn ${number}.` } } });
    if (number % 3 === 0) this.send({ serverContent: { interrupted: true } });
    this.send({ serverContent: { generationComplete: true } });
    this.send({
      serverContent: { turnComplete: true },
      usageMetadata: { promptTokenCount: number, responseTokenCount: 1, totalTokenCount: number + 1 },
    });
    if (number % 10 === 0) {
      this.send({ sessionResumptionUpdate: { newHandle: `handle-${number}`, resumable: true } });
    }
    await settle();
    await clock.advanceAsync(2_500);
  }
}

/** How many objects can be reached in this process; a full collection comes first. */
function reachable(): number {
  return queryObjects(Object, { format: 'count' });
}

test('a thousand turns with tools, extraction, phases and watchers leave no object for each of them', async (context) => {
  verifies(context, 'hostile:memory');
  const clock = new ManualClock();
  const peer = new ForgetfulPeer();
  const look = tool({
    name: 'look',
    description: 'Looks.',
    policy: { kind: 'read', cache: { ttlMs: 60_000, maxEntries: 8 }, idempotencyKey: () => 'always' },
    run: (_args, { state }) => {
      state.modify('looks', 0, (looks) => looks + 1);
      return { ok: true };
    },
  });
  let heard = 0;
  const count = (): void => {
    heard += 1;
  };
  const handle: LiveHandle<object> = await live(
    withModel({
      tools: [look],
      extractors: [
        {
          name: 'seen',
          extract: ({ window }) => ({ value: { turn: window.turn, words: window.turns.at(-1)?.user ?? '' } }),
          promote: [{ field: 'turn', stateKey: 'user:turn', merge: 'overwrite' }],
        },
      ],
      watchers: [{ key: 'user:turn', predicate: { type: 'changed' }, action: () => Promise.resolve() }],
      computed: [
        { key: 'half', deps: ['user:turn'], compute: (state) => Number(state.get('user:turn')) / 2 },
      ],
      phases: {
        initial: 'odd',
        phases: [
          {
            name: 'odd',
            instruction: 'Odd.',
            transitions: [{ to: 'even', when: (s) => Number(s.get('user:turn')) % 2 === 0 }],
          },
          {
            name: 'even',
            instruction: 'Even.',
            transitions: [{ to: 'odd', when: (s) => Number(s.get('user:turn')) % 2 === 1 }],
          },
        ],
      },
      quiet: { deadAir: true, softTurnMs: 2_000 },
      redaction: { cards: true },
      telemetryIntervalMs: 500,
    }),
  ).connect({ transport: peer.transport, clock, environment: {}, onEvent: count });
  // A subscriber that does not read is part of the story: its queue is bounded.
  const idle = handle.events({ capacity: 64 });
  for (let number = 1; number <= WARM_TURNS; number++) await peer.turn(number, clock);
  const before = reachable();
  const pendingBefore = clock.pending;
  for (let number = 1; number <= TURNS; number++) await peer.turn(WARM_TURNS + number, clock);
  const grown = reachable() - before;
  expect(handle.state().get('session:turnCount')).toBe(WARM_TURNS + TURNS);
  expect(peer.answers).toBeGreaterThanOrEqual((WARM_TURNS + TURNS) * 2);
  expect(heard).toBeGreaterThan((WARM_TURNS + TURNS) * 5);
  expect(handle.turns).toHaveLength(50);
  expect(handle.phaseHistory.length).toBeLessThanOrEqual(100);
  expect(clock.pending).toBeLessThanOrEqual(pendingBefore + 2);
  expect(grown).toBeLessThan(ALLOWED_OBJECTS);
  idle.close();
  await handle.disconnect();
  expect(clock.pending).toBe(0);
}, 120_000);
