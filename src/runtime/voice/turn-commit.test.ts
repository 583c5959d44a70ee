import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import {
  commitTurn,
  isTurnOpen,
  TURN_COMMIT_PRESETS,
  TURN_IDLE,
  type TurnCommitEvent,
  type TurnCommitPolicy,
  type TurnCommitState,
  turnDeadlineMs,
} from './turn-commit.ts';

/** Runs edges through the machine, each after what was due before it, and lets `restMs` pass; marks with their times. */
function marksOf(
  events: readonly TurnCommitEvent[],
  policy: TurnCommitPolicy,
  untilMs = 100_000,
): { marks: string[]; state: TurnCommitState } {
  const marks: string[] = [];
  let state: TurnCommitState = TURN_IDLE;
  const step = (event: TurnCommitEvent, atMs: number): void => {
    const next = commitTurn(state, event, policy);
    state = next.state;
    if (next.mark !== undefined) marks.push(`${next.mark} ${atMs}`);
  };
  const pass = (toMs: number): void => {
    const dueMs = turnDeadlineMs(state, policy);
    if (dueMs <= toMs) step({ type: 'timePassed', atMs: dueMs }, dueMs);
  };
  for (const event of events) {
    const atMs = 'atMs' in event ? event.atMs : 0;
    if ('atMs' in event) pass(atMs);
    step(event, atMs);
  }
  pass(untilMs);
  return { marks, state };
}

const start = (atMs: number, modelAudible = false): TurnCommitEvent => ({
  type: 'speechStarted',
  atMs,
  modelAudible,
});
const end = (atMs: number): TurnCommitEvent => ({ type: 'speechEnded', atMs });
const { immediate, responsive, conversational } = TURN_COMMIT_PRESETS;

describe('The turn commit', () => {
  test.for<[string, TurnCommitPolicy, TurnCommitEvent[], string[]]>([
    ['opens a turn on a free floor at once', conversational, [start(50)], ['activityStart 50']],
    [
      'ends it when the silence has held',
      responsive,
      [start(0), end(1000)],
      ['activityStart 0', 'activityEnd 1400'],
    ],
    [
      'holds longer when it converses',
      conversational,
      [start(0), end(1000)],
      ['activityStart 0', 'activityEnd 1800'],
    ],
    [
      'is one turn over a pause that is shorter',
      responsive,
      [start(0), end(1000), start(1399), end(2000)],
      ['activityStart 0', 'activityEnd 2400'],
    ],
    [
      'is two over one that is not',
      responsive,
      [start(0), end(1000), start(1400)],
      ['activityStart 0', 'activityEnd 1400', 'activityStart 1400'],
    ],
    [
      'marks every edge when it is immediate',
      immediate,
      [start(0, true), end(10), start(20)],
      ['interruptionStart 0', 'activityEnd 10', 'activityStart 20'],
    ],
    [
      'interrupts when speech into the model has lasted',
      responsive,
      [start(0, true)],
      ['interruptionStart 600'],
    ],
    [
      'and ends that turn like any other',
      responsive,
      [start(0, true), end(650)],
      ['interruptionStart 600', 'activityEnd 1050'],
    ],
    [
      'takes the turn when the model falls silent meanwhile',
      responsive,
      [start(0, true), { type: 'floorFreed' }],
      ['activityStart 0'],
    ],
    [
      'ignores a start within a turn',
      responsive,
      [start(0), start(10, true), end(20)],
      ['activityStart 0', 'activityEnd 420'],
    ],
    ['ignores an end without a start', responsive, [end(20)], []],
    ['ignores a freed floor otherwise', responsive, [{ type: 'floorFreed' }], []],
  ])('%s', ([, policy, events, marks], context) => {
    verifies(context, 'voice:turnCommit:rules');
    expect(marksOf(events, policy).marks).toEqual(marks);
  });

  test('takes 200 ms of speech into the model for a backchannel, and 700 ms for an interruption', (context) => {
    verifies(context, 'voice:turnCommit:backchannel');
    expect(marksOf([start(0, true), end(200)], responsive).marks).toEqual([]);
    expect(marksOf([start(0, true), end(700)], responsive).marks).toEqual([
      'interruptionStart 600',
      'activityEnd 1100',
    ]);
    expect(marksOf([start(0, true), end(700)], conversational).marks).toEqual([]);
  });

  test('gives every committed turn one start and one end, in order, for any speech', (context) => {
    verifies(context, 'voice:turnCommit:pairs');
    const speech = fc.array(
      fc.record({ gapMs: fc.nat(2000), lastsMs: fc.nat(3000), modelAudible: fc.boolean() }),
      {
        maxLength: 20,
      },
    );
    const policies = fc.record({ holdMs: fc.nat(1000), sustainMs: fc.nat(1500) });
    fc.assert(
      fc.property(speech, policies, (utterances, policy) => {
        let nowMs = 0;
        const events = utterances.flatMap(({ gapMs, lastsMs, modelAudible }) => {
          const fromMs = nowMs + gapMs;
          nowMs = fromMs + lastsMs;
          return [start(fromMs, modelAudible), end(nowMs)];
        });
        const { marks, state } = marksOf(events, policy);
        expect(isTurnOpen(state)).toBe(false);
        const starts = marks.map((mark) => mark.split(' ')[0] !== 'activityEnd');
        expect(starts).toEqual(marks.map((_, index) => index % 2 === 0));
        expect(marks.length % 2).toBe(0);
        const times = marks.map((mark) => Number(mark.split(' ')[1]));
        expect(times).toEqual([...times].sort((a, b) => a - b));
        // The oracle: what is spoken into the model briefly, and not within a turn, is no turn.
        const isBrief = utterances.every(
          ({ lastsMs, modelAudible }) => modelAudible && lastsMs < policy.sustainMs,
        );
        if (isBrief) expect(marks).toEqual([]);
        else expect(marks.length).toBeGreaterThan(0);
      }),
    );
  });
});
