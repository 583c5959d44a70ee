import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { SocketClose } from '../transport/transport.ts';
import { type ConnectionState, initialState } from './connection-state.ts';
import { type StepContext, step } from './step.ts';

const clock = { ms: 0, nowMs: () => clock.ms };
const context: StepContext = {
  settings: {
    connectTimeoutMs: 10_000,
    setupTimeoutMs: 15_000,
    retry: { maxAttempts: 5, maxReconnects: 15, baseDelayMs: 500, maxDelayMs: 30_000 },
    resume: 'auto',
    rotateAfterMs: Number.POSITIVE_INFINITY,
    rotateBeforeMs: 0,
    profile: { overlap: false },
  },
  isBackground: () => false,
  random: () => 0.5,
  clock,
};

type What = 'setup' | 'turn' | 'cutTurn' | 'handle' | 'due' | 'wait' | SocketClose;

/** Plays a course of events on connections that always open. Returns what became of them. */
function play(...course: readonly What[]) {
  clock.ms = 0;
  let state: ConnectionState = initialState;
  const handles: (string | undefined)[] = [];
  const delays: number[] = [];
  let ended: string | undefined;
  const feed = (input: Parameters<typeof step>[1]): void => {
    const result = step(state, input, context);
    state = result.state;
    for (const output of result.outputs) {
      if (output.type === 'sendSetup') handles.push(output.handle);
      if (output.type === 'ended') ended = output.end.error?.code ?? 'asked';
      if (output.type !== 'emit' || output.body.type !== 'connectionChanged') continue;
      if (output.body.connection.state === 'retrying') delays.push(output.body.connection.delayMs);
    }
    if (state.link.stage === 'opening') feed({ type: 'opened' });
  };
  feed({ type: 'start' });
  for (const what of course) {
    if (what === 'setup') feed({ type: 'frame', items: [{ type: 'setupComplete' }] });
    else if (what === 'turn') {
      clock.ms += 1_000;
      feed({ type: 'frame', items: [{ type: 'text', text: 'a' }, { type: 'turnComplete' }] });
    } else if (what === 'cutTurn') feed({ type: 'frame', items: [{ type: 'turnComplete' }] });
    else if (what === 'handle')
      feed({ type: 'frame', items: [{ type: 'resumption', resumable: true, handle: 'h' }] });
    else if (what === 'due') feed({ type: 'timer' });
    else if (what === 'wait') clock.ms += 60_000;
    else feed({ type: 'closed', close: what, words: what.reason });
  }
  return { handles, delays, ended, state };
}

const reset = { code: 1006, reason: '' };
const expired = { code: 1011, reason: 'Deadline expired before operation could complete.' };
const internal = { code: 1011, reason: 'Internal error encountered.' };
const notImplemented = { code: 1008, reason: 'Operation is not implemented, or supported, or enabled.' };
const entity = { code: 1008, reason: 'Requested entity was not found.' };
const full = { code: 1011, reason: 'RESOURCE_EXHAUSTED: Maximum concurrent se' };

describe('after a loss', () => {
  test('the first retry is immediate, later ones back off, and a minute or a turn begins anew', (task) => {
    verifies(task, 'wire:retry:first', 'wire:retry:bounded');
    expect(play('setup', reset, reset, 'due', reset).delays).toEqual([0, 250, 500]);
    expect(play('setup', reset, 'setup', reset).delays).toEqual([0, 250]);
    expect(play('setup', reset, 'setup', 'wait', reset).delays).toEqual([0, 0]);
    expect(play('setup', reset, 'setup', 'turn', reset).delays).toEqual([0, 0]);
  });

  test('a service that ends each connection at once was asked again without a pause, because what was sent again ended a turn', (task) => {
    verifies(task, 'wire:retry:bounded');
    const again: What[] = ['setup', 'cutTurn', reset];
    expect(play(...again, ...again, 'due', ...again, 'due', ...again).delays).toEqual([0, 250, 500, 1000]);
  });

  test('a session that was active has more attempts than one that never was', () => {
    const losses = (count: number): What[] =>
      Array.from({ length: count }, () => [reset, 'due'] as const).flat();
    expect(play(...losses(4)).ended).toBeUndefined();
    expect(play(...losses(5)).ended).toBe('connectionFailed');
    expect(play('setup', ...losses(14)).ended).toBeUndefined();
    expect(play('setup', ...losses(15)).ended).toBe('connectionFailed');
  });

  test('a full service is not asked again soon', (task) => {
    verifies(task, 'wire:close:classify');
    expect(play('setup', full).delays).toEqual([3_750]);
  });

  test('a close that may be the fault of the request is tried with the handle once, then fresh', (task) => {
    verifies(task, 'wire:resume:poisoned');
    const course = play(
      'setup',
      'handle',
      'turn',
      notImplemented,
      'setup',
      notImplemented,
      'due',
      'setup',
      notImplemented,
      'due',
    );
    expect(course.handles).toEqual([undefined, 'h', 'h', undefined]);
  });

  test.for([
    ['the network', reset, [undefined, 'h', 'h', 'h']],
    ['the service', internal, [undefined, 'h', 'h', undefined]],
    ['a service that is full', full, [undefined, 'h', 'h', 'h']],
  ] as const)(
    '%s ends two setups with a handle: the handle is judged by what the service says of it alone',
    ([, close, handles]) => {
      expect(play('setup', 'handle', expired, close, 'due', close, 'due').handles).toEqual(handles);
    },
  );

  test('a connection that lingers on the service was taken for a failed handle', (task) => {
    verifies(task, 'wire:resume:lingering');
    const refusals: What[] = [internal, 'due', internal, 'due', internal, 'due'];
    const lingering = play('setup', 'handle', reset, ...refusals);
    expect(lingering.handles).toEqual([undefined, 'h', 'h', 'h', 'h']);
    expect(lingering.delays).toEqual([0, 250, 500, 1000]);
    // When it should be gone by now, the handle is given up at the next refusal.
    expect(
      play('setup', 'handle', reset, ...refusals, 'wait', internal, 'due').handles.at(-1),
    ).toBeUndefined();
    // And what the service says of the handle itself counts at once.
    const stale = { code: 1008, reason: 'BidiGenerateContent session not found' };
    expect(play('setup', 'handle', reset, stale, 'due').handles).toEqual([undefined, 'h', undefined]);
    const again = play('setup', 'handle', reset, internal, 'due', 'setup', 'turn', expired, internal, 'due');
    expect(again.handles).toEqual([undefined, 'h', 'h', 'h', 'h']);
  });

  test('something that is gone is tried fresh once; a fresh session that dies of it ends', (task) => {
    verifies(task, 'wire:close:fatal');
    const once = play('setup', 'handle', entity, 'setup');
    expect([once.handles, once.ended]).toEqual([[undefined, undefined], undefined]);
    expect(play('setup', 'handle', entity, 'setup', entity).ended).toBe('entityNotFound');
    expect(play('setup', 'handle', entity, 'setup', 'turn', entity).ended).toBeUndefined();
  });

  test('a refusal of a setup that was accepted before is no verdict on the setup', () => {
    const unknown = { code: 1008, reason: 'never seen before' };
    expect(play(unknown).ended).toBe('invalidRequest');
    expect(play('setup', reset, unknown).ended).toBeUndefined();
    expect(play('setup', reset, { code: 1000, reason: '' }).ended).toBeUndefined();
  });
});
