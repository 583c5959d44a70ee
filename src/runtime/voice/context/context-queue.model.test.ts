import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import type { SessionWriter } from '../../../wire/index.ts';
import { ContextQueue } from './context-queue.ts';
import { FlushingWriter } from './flushing-writer.ts';

type Step =
  | { readonly type: 'deliver'; readonly turns: number; readonly prompt: boolean }
  | { readonly type: 'speechStart' | 'speechEnd' | 'output' | 'turnComplete' | 'drained' | 'text' }
  | { readonly type: 'audio'; readonly afterMs: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    type: fc.constant('deliver' as const),
    turns: fc.integer({ min: 0, max: 3 }),
    prompt: fc.boolean(),
  }),
  fc.record({
    type: fc.constantFrom('speechStart', 'speechEnd', 'output', 'turnComplete', 'drained', 'text'),
  }),
  fc.record({ type: fc.constant('audio' as const), afterMs: fc.constantFrom(20, 600) }),
);

test('no deferred word cuts off the model, no prompt talks over anybody, and nothing is lost or doubled', (context) => {
  verifies(context, 'voice:context:model');
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, speechEdges) => {
      const clock = new ManualClock();
      const floor = { userSpeaking: false, modelInTurn: false, playbackActive: false };
      const got: string[] = [];
      let sendingText = false;
      let prompts = 0;
      let armed = 0;
      let cancelled = 0;
      const done = (): Promise<void> => Promise.resolve();
      const writer = {
        sendAudio: done,
        sendText: done,
        sendClientContent: (turns, complete) => {
          if (complete) {
            prompts++;
            expect(floor).toEqual({ userSpeaking: false, modelInTurn: false, playbackActive: false });
          } else {
            expect(floor.modelInTurn && !sendingText).toBe(false);
            got.push(...turns.map((turn) => turn.parts[0]?.text ?? ''));
          }
          return done();
        },
      } as Partial<SessionWriter> as SessionWriter;
      const queue = new ContextQueue(
        {
          clock,
          floor,
          writer,
          profile: { clientContentMidSession: true },
          report: (error) => {
            throw error;
          },
          promptCancelled: () => cancelled++,
        },
        { speechEdges, maxPendingTurns: 1000 },
      );
      const user = new FlushingWriter(writer, queue);
      const wanted: string[] = [];
      const act = (now: Step): void => {
        switch (now.type) {
          case 'deliver': {
            const texts = Array.from({ length: now.turns }, (_, i) => `fact ${wanted.length + i}`);
            wanted.push(...texts);
            if (now.prompt && !queue.promptArmed) armed++;
            const turns = texts.map((text) => ({ parts: [{ text }] }));
            return queue.deliver({ turns, prompt: now.prompt }, 'deferred');
          }
          case 'speechStart':
            floor.userSpeaking = true;
            return queue.userTurnStarted();
          case 'speechEnd':
            floor.userSpeaking = false;
            queue.userTurnEnded();
            return queue.floorChanged();
          case 'output':
            floor.modelInTurn = true;
            floor.playbackActive = true;
            return;
          case 'turnComplete':
            floor.modelInTurn = false;
            return queue.floorChanged();
          case 'drained':
            floor.playbackActive = false;
            return queue.floorChanged();
          case 'text':
            sendingText = true;
            void user.sendText('hi');
            sendingText = false;
            return;
          case 'audio':
            clock.advance(now.afterMs);
            void user.sendAudio(new Uint8Array(2));
            return;
        }
      };
      for (const now of steps) {
        act(now);
        expect(queue.pending).toBe(got.length < wanted.length);
      }
      for (const type of ['speechEnd', 'turnComplete', 'drained'] as const) act({ type });
      expect(queue.promptArmed).toBe(false);
      expect(prompts + cancelled).toBe(armed);
      queue.close();
      expect(got).toEqual(wanted);
    }),
    { numRuns: 500 },
  );
});
