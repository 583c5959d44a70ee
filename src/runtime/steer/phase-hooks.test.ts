import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import type { Content } from '../../wire/index.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { type PhaseHookSet, PhaseHooks, type PreparationResult, type PreparationRun } from './phase-hooks.ts';

type Hooks = Readonly<Record<string, PhaseHookSet<string>>>;

function create(hooks: Hooks): {
  readonly phases: PhaseHooks<string>;
  readonly clock: ManualClock;
  readonly errors: RuntimeError[];
  readonly prepared: string[];
} {
  const clock = new ManualClock();
  const errors: RuntimeError[] = [];
  const prepared: string[] = [];
  const done = (phase: string, name: string, result: PreparationResult): void => {
    prepared.push(
      `${phase}.${name} ${result.type === 'prepared' ? JSON.stringify(result.values) : 'failed'}`,
    );
  };
  const host = { clock, report: (error: RuntimeError) => void errors.push(error), prepared: done };
  return { phases: new PhaseHooks(new Map(Object.entries(hooks)), host), clock, errors, prepared };
}

const fail = (text: string) => (): never => {
  throw new Error(text);
};
const prepare = (run: PreparationRun<string>['run'], ...produces: string[]): Hooks => ({
  account: { preparations: new Map([['load', { produces, run }]]) },
});
const BLOCKED = { to: 'account', preparations: ['load'] };

describe('Hooks', () => {
  test('run in order: exit, effects, enter; what they leave running is followed', async (context) => {
    verifies(context, 'steer:hooks');
    const steps: string[] = [];
    let release = (): void => undefined;
    const { phases, errors } = create({
      a: {
        onExit: async (given) => {
          steps.push(`exit ${given}`);
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          steps.push('exit is over');
        },
      },
      b: { onEnter: (given) => void steps.push(`enter ${given}`) },
    });
    phases.run({ from: 'a', to: 'b' }, 'context', () => void steps.push('write'));
    expect(steps).toEqual(['exit context', 'write', 'enter context']);
    const settled = phases.settled().then(() => steps.push('settled'));
    release();
    await settled;
    expect(steps.slice(3)).toEqual(['exit is over', 'settled']);
    expect(errors).toEqual([]);
  });

  test('that throw or reject are reported, and the move goes on', async () => {
    const steps: string[] = [];
    const { phases, errors } = create({
      a: { onExit: fail('one') },
      b: { onEnter: () => Promise.reject(new Error('two')), enterContext: fail('three') },
    });
    phases.run({ from: 'a', to: 'b' }, '', () => void steps.push('write'));
    expect(phases.enterContext('b', '')).toEqual([]);
    await phases.settled();
    expect(steps).toEqual(['write']);
    expect(errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'hookFailed: The onExit of phase "a" failed: one',
      'hookFailed: The enterContext of phase "b" failed: three',
      'hookFailed: The onEnter of phase "b" failed: two',
    ]);
  });

  test('tell the model a text, a turn or several; not a promise', async () => {
    const turn: Content = { role: 'user', parts: [{ text: 'x' }] };
    const late = async (): Promise<string> => Promise.reject(new Error('late'));
    const { phases, errors } = create({
      text: { enterContext: (given) => given },
      turn: { enterContext: () => turn },
      list: { enterContext: () => ['a', turn] },
      none: { enterContext: () => undefined },
      late: { enterContext: late as unknown as () => string },
    });
    const told = ['text', 'turn', 'list', 'none', 'late', 'elsewhere'].map((phase) => {
      return phases.enterContext(phase, 'given');
    });
    expect(told).toEqual([['given'], [turn], ['a', turn], [], [], []]);
    expect(errors).toMatchObject([{ code: 'hookFailed' }]);
    await Promise.resolve();
  });
});

describe('Preparations', () => {
  test('run beside the lane, once at a time and once in a phase, and come back by a callback', async (context) => {
    verifies(context, 'steer:preparations');
    let runs = 0;
    const { phases, prepared, clock } = create(
      prepare(async (given) => {
        runs++;
        await Promise.resolve();
        return { balance: given.length };
      }, 'balance'),
    );
    expect(phases.spent('account', 'load')).toBe(false);
    expect(phases.spent('account', 'unknown')).toBe(true);
    phases.prepare(BLOCKED, 'abc');
    phases.prepare(BLOCKED, 'abc');
    expect(prepared).toEqual([]);
    await phases.settled();
    expect(prepared).toEqual(['account.load {"balance":3}']);
    expect([phases.spent('account', 'load'), clock.pending]).toEqual([true, 0]);
    phases.prepare(BLOCKED, 'abc');
    await phases.settled();
    expect(runs).toBe(1);
    phases.run({ from: 'a', to: 'b' }, '', () => undefined);
    expect(phases.spent('account', 'load')).toBe(false);
  });

  test('that fail are reported and tried again, three times in a phase', async () => {
    const { phases, prepared, errors } = create(prepare(fail('no bank'), 'balance'));
    for (let i = 0; i < 5; i++) {
      expect(phases.spent('account', 'load')).toBe(i >= 3);
      phases.prepare(BLOCKED, '');
      await phases.settled();
    }
    expect(prepared).toEqual(Array.from({ length: 3 }, () => 'account.load failed'));
    expect(errors[0]?.message).toBe('The preparation "load" of phase "account" failed: no bank');
  });

  test('that take too long are aborted; a late result is dropped', async () => {
    let signal: AbortSignal | undefined;
    let finish: (values: { readonly balance: number }) => void = () => undefined;
    const { phases, prepared, errors, clock } = create(
      prepare((_, given) => {
        signal = given;
        return new Promise((resolve) => {
          finish = resolve;
        });
      }, 'balance'),
    );
    phases.prepare(BLOCKED, '');
    await clock.advanceAsync(9_999);
    expect([signal?.aborted, prepared]).toEqual([false, []]);
    await clock.advanceAsync(1);
    expect([signal?.aborted, prepared]).toEqual([true, ['account.load failed']]);
    expect(errors[0]?.message).toContain('It took longer than 10000 ms.');
    finish({ balance: 1 });
    await clock.advanceAsync(0);
    expect(prepared).toHaveLength(1);
  });

  test('may only produce what they declare', async () => {
    const { phases, prepared, errors } = create(prepare(() => ({ balance: 1, role: 'admin' }), 'balance'));
    phases.prepare(BLOCKED, '');
    await phases.settled();
    expect(prepared).toEqual(['account.load {"balance":1}']);
    expect(errors[0]?.message).toContain('It returned role, which it does not declare to produce.');
  });

  test('end with the session: aborted, unheard and not started again', async () => {
    let signal: AbortSignal | undefined;
    const { phases, prepared, errors, clock } = create(
      prepare((_, given) => {
        signal = given;
        return new Promise(() => undefined);
      }, 'balance'),
    );
    phases.prepare(BLOCKED, '');
    await clock.advanceAsync(0);
    phases.close();
    await phases.settled();
    phases.prepare(BLOCKED, '');
    expect([signal?.aborted, prepared, errors, clock.pending]).toEqual([true, [], [], 0]);
  });
});
