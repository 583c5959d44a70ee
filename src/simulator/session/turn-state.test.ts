import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { IDLE, type TurnEvent, type TurnState, transitionTurn } from './turn-state.ts';

const events: readonly TurnEvent[] = [
  'begun',
  'calledTools',
  'toolsAnswered',
  'generated',
  'stayedSilent',
  'lapsed',
  'playedOut',
  'interrupted',
];

test('every turn ends with one turnComplete, after generationComplete or interrupted, never both', (context) => {
  verifies(context, 'sim:turn:sequence', 'sim:turn:barge-in');
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...events), { maxLength: 60, size: 'max' }), (happened) => {
      let state: TurnState = IDLE;
      let sinceTurn: string[] = [];
      for (const event of happened) {
        const before: TurnState = state;
        const step = transitionTurn(state, event);
        state = step.state;
        sinceTurn.push(...step.effects);
        if (step.effects.includes('sendTurnComplete')) {
          const ends = sinceTurn.filter((effect) => /Generation|Waiting|Interrupted/.test(effect));
          expect(ends.length).toBeGreaterThan(0);
          expect(ends.at(-1)).toMatch(
            before.phase === 'playing' && event === 'playedOut' ? /Generation|Waiting/ : /Interrupted/,
          );
          expect(state).toEqual(IDLE);
          sinceTurn = [];
        }
        if (event === 'begun' && before.phase === 'idle') sinceTurn = [];
      }
      // From anywhere an interruption leads back to idle.
      expect(transitionTurn(state, 'interrupted').state).toEqual(IDLE);
    }),
    { numRuns: 2000 },
  );
});
