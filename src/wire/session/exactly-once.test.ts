import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ReferenceService } from '../../../tests/support/reference-service.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { SessionConfig } from '../config/session-config.ts';
import { openSession } from './connect.ts';
import type { SessionHandle } from './session-handle.ts';

type Act =
  | { readonly type: 'text' | 'tool' | 'context' | 'reset' | 'rotate' | 'rotateNow' }
  | { readonly type: 'goAway'; readonly timeLeftMs: number }
  | { readonly type: 'wait'; readonly ms: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<Act>({ type: 'text' }, { type: 'tool' }, { type: 'context' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Act>({ type: 'reset' }, { type: 'rotate' }, { type: 'rotateNow' }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('goAway' as const), timeLeftMs: fc.nat(5000) }) },
  { weight: 8, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(900) }) },
);

interface Run {
  readonly acts: readonly Act[];
  readonly delaysMs: readonly number[];
  readonly toolMs: readonly number[];
}

interface Played {
  readonly service: ReferenceService;
  readonly session: SessionHandle;
  /** In the order of sending. */
  readonly said: readonly string[];
  /** Calls, by id. */
  readonly answered: readonly string[];
  /** Contexts so close before a handle that nobody can tell whether it holds them. */
  readonly unclear: ReadonlySet<string>;
}

/** What the machine takes a round trip to be, where it measured less. */
const CROSS_MS = 50;

/** Plays the acts, then lets everything come to rest. */
async function play({ acts, delaysMs, toolMs }: Run, config: SessionConfig): Promise<Played> {
  const clock = new ManualClock();
  let drawn = 0;
  const draw = (values: readonly number[]): number => values[drawn++ % values.length] ?? 0;
  const service = new ReferenceService(clock, () => draw(delaysMs));
  const answered: string[] = [];
  const cancelled = new Set<string>();
  const session = openSession(
    { apiKey: 'k', model: 'gemini-3.8-live', retry: { maxReconnects: 1000 }, ...config },
    { transport: service.transport, clock, random: () => 0.5, environment: {} },
  );
  session.on('toolCallCancelled', ({ ids }) => {
    for (const id of ids) cancelled.add(id);
  });
  const sentMs = new Map<string, number>();
  const unclear = new Set<string>();
  session.on('sessionResumeUpdate', ({ resumable }) => {
    const nowMs = clock.nowMs();
    if (resumable) for (const [words, ms] of sentMs) if (nowMs - ms <= CROSS_MS) unclear.add(words);
  });
  session.on('toolCall', ({ calls }) => {
    for (const { id = '', name } of calls) {
      clock.schedule(draw(toolMs), () => {
        if (cancelled.has(id)) return;
        answered.push(id);
        void session.sendToolResponse([{ id, name, response: { of: id } }]);
      });
    }
  });
  const said: string[] = [];
  // Some say the next thing in the moment in which the model has ended, when its handle is on the way.
  session.on('turnComplete', () => {
    if (said.length % 3 !== 1 || said.length > 60) return;
    said.push(`text ${said.length}`);
    void session.sendText(said.at(-1) ?? '');
  });
  for (const step of acts) {
    const words = `${step.type} ${said.length}`;
    if (step.type === 'wait') await clock.advanceAsync(step.ms);
    else if (step.type === 'reset') service.reset();
    else if (step.type === 'goAway') service.goAway(step.timeLeftMs);
    else if (step.type === 'rotate') void session.rotate();
    else if (step.type === 'rotateNow') void session.rotate({ atOnce: true });
    else {
      said.push(words);
      if (step.type === 'context') sentMs.set(words, clock.nowMs());
      if (step.type === 'context')
        void session.sendClientContent([{ role: 'user', parts: [{ text: words }] }], false);
      else void session.sendText(words);
    }
  }
  await clock.advanceAsync(40_000);
  return { service, session, said, answered, unclear };
}

const run: fc.Arbitrary<Run> = fc.record({
  acts: fc.array(act, { minLength: 1, maxLength: 40 }),
  delaysMs: fc.array(fc.nat(20), { minLength: 1, maxLength: 10 }),
  toolMs: fc.array(fc.nat(1500), { minLength: 1, maxLength: 5 }),
});

/** The end of its grace was a fraction of a millisecond off, and the timer of the rotation was set for 0 ms without end. */
const SPUN: Run = {
  acts: [
    { type: 'wait', ms: 542 },
    { type: 'wait', ms: 312 },
    { type: 'wait', ms: 625 },
    { type: 'context' },
    { type: 'goAway', timeLeftMs: 926 },
    { type: 'wait', ms: 762 },
  ],
  delaysMs: [1, 1, 13, 18, 16, 2, 0, 8],
  toolMs: [1079, 451, 510],
};

describe('whatever happens to the connection', () => {
  test.for([
    ['with transparent resumption', { vertex: true, sessionResumption: { transparent: true } }],
    ['without', {}],
  ] as const)(
    'each turn, context turn and tool result reaches the model exactly once, in order: %s',
    { timeout: 60_000 },
    async ([how, config], context) => {
      verifies(context, 'wire:outbox:once', 'wire:rotate:close-first');
      await fc.assert(
        fc.asyncProperty(run, async (given) => {
          const { service, session, said, answered, unclear } = await play(given, config);
          expect(session.phase).toBe('active');
          const turns = service.history.filter((words) => !/^(result|call)/.test(words));
          // What may have crossed a handle on its way is said twice rather than never, and only the index can tell.
          const isTwice = (words: string, index: number): boolean =>
            how === 'without' && unclear.has(words) && turns.indexOf(words) !== index;
          expect(turns.filter((words, index) => !isTwice(words, index))).toEqual(said);
          const results = service.history.filter((words) => words.startsWith('result'));
          expect(results.toSorted()).toEqual(answered.map((id) => `result ${id}`).toSorted());
          expect([service.overlaps, service.unknownResults]).toEqual([0, 0]);
          expect(said.filter((words) => !/^context/.test(words) && !service.answered.has(words))).toEqual([]);
          void session.disconnect();
        }),
        { numRuns: 500, examples: [[SPUN]] },
      );
    },
  );
});
