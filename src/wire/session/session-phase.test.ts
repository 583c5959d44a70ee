import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { canTransitionTo, phasePath, SESSION_PHASES, SessionPhase } from './session-phase.ts';

/** The table of voice §1.1, row by row: to which phases may each go. */
const table: Record<SessionPhase, SessionPhase[]> = {
  disconnected: ['disconnected', 'connecting'],
  connecting: ['disconnected', 'setupSent'],
  setupSent: ['disconnected', 'active'],
  active: ['disconnected', 'userSpeaking', 'modelSpeaking', 'toolCallPending', 'disconnecting'],
  userSpeaking: ['disconnected', 'active', 'modelSpeaking', 'disconnecting'],
  modelSpeaking: ['disconnected', 'active', 'interrupted', 'toolCallPending', 'disconnecting'],
  interrupted: ['disconnected', 'active', 'userSpeaking', 'disconnecting'],
  toolCallPending: ['disconnected', 'toolCallExecuting', 'disconnecting'],
  toolCallExecuting: ['disconnected', 'active', 'modelSpeaking', 'disconnecting'],
  disconnecting: ['disconnected'],
};
const talking: SessionPhase[] = [
  'active',
  'userSpeaking',
  'modelSpeaking',
  'interrupted',
  'toolCallPending',
  'toolCallExecuting',
];

describe('SessionPhase', () => {
  test('allows exactly the 32 transitions of the table, of a hundred pairs', (context) => {
    verifies(context, 'seed:phase:canTransitionTo');
    let allowed = 0;
    for (const from of SESSION_PHASES) {
      for (const to of SESSION_PHASES) {
        expect(canTransitionTo(from, to), `${from} -> ${to}`).toBe(table[from].includes(to));
        if (canTransitionTo(from, to)) allowed += 1;
      }
    }
    expect([SESSION_PHASES.length, allowed]).toEqual([10, 32]);
  });

  test('is its own name', (context) => {
    verifies(context, 'seed:phase:display');
    for (const phase of SESSION_PHASES) expect(`${SessionPhase[phase]}`).toBe(phase);
  });

  test('finds a legal way between any two phases of a conversation, and never through the start or the end', () => {
    for (const from of talking) {
      for (const to of talking) {
        let at = from;
        for (const next of phasePath(from, to)) {
          expect(canTransitionTo(at, next), `${from} -> ${to} at ${at} -> ${next}`).toBe(true);
          expect(talking).toContain(next);
          at = next;
        }
        expect(at).toBe(to);
      }
    }
  });
});
