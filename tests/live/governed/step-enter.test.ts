import { describe, expect, test } from 'vitest';
import { verifies } from '../../requirements.ts';
import { answerOf, type Flow, governed, Ran, turn } from './governed-call.ts';

const CHECK: Flow = {
  steps: [
    { id: 'ask', done: { isSet: 'name' } },
    { id: 'check', after: ['ask'], done: { isSet: 'check:result' } },
    { id: 'pay', after: ['check'], done: { calledOk: 'pay' } },
    { id: 'end', after: ['pay'], terminal: true },
  ],
  constraints: [
    { neverUntil: { tool: 'pay', until: { isSet: 'check:result' } } },
    {
      reset: { steps: ['ask', 'check', 'pay'], when: { isTrue: 'again' }, clears: ['name', 'check:result'] },
    },
  ],
};

/** Work whose runs a test ends. */
class Work {
  readonly runs: {
    readonly signal: AbortSignal;
    readonly end: (value: unknown) => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  readonly run = (_context: unknown, signal: AbortSignal): Promise<unknown> =>
    new Promise((end, fail) => {
      this.runs.push({ signal, end, fail });
    });
}

describe('The work of a step', () => {
  test('begins when the step becomes active, and its result moves the conversation on', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const work = new Work();
    const call = await governed(CHECK, {
      tools: [new Ran().tool('pay')],
      flow: { onStepEnter: { check: work.run } },
    });
    await turn(call);
    expect(work.runs).toHaveLength(0);
    call.handle.state().set('name', 'Ann');
    await turn(call);
    expect(work.runs).toHaveLength(1);
    await turn(call);
    expect(work.runs, 'once for an activation').toHaveLength(1);
    work.runs[0]?.end({ score: 7 });
    await call.peer.clock.advanceAsync(0);
    expect(call.state('check:result')).toEqual({ score: 7 });
    expect(call.of('phaseTransition').at(-1)).toMatchObject({ from: 'check', to: 'pay' });
    await call.handle.disconnect();
  });

  test('that is waited for lets a tool wait that needs its result, bounded', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const work = new Work();
    const ran = new Ran();
    const call = await governed(CHECK, {
      tools: [ran.tool('pay')],
      flow: { onStepEnter: { check: { run: work.run, mode: 'call' } } },
    });
    call.handle.state().set('name', 'Ann');
    await turn(call);
    const id = await call.peer.calls('pay');
    await call.peer.clock.advanceAsync(1_000);
    expect(call.peer.answersTo(id)).toEqual([]);
    work.runs[0]?.end(true);
    await call.peer.clock.advanceAsync(0);
    expect((await call.peer.answerTo(id)).response).toEqual({ ok: true });
    expect(ran.names).toEqual(['pay']);
    await call.handle.disconnect();
  });

  test('in the background makes nobody wait', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const work = new Work();
    const ran = new Ran();
    const call = await governed(CHECK, {
      tools: [ran.tool('pay')],
      flow: { onStepEnter: { check: work.run } },
    });
    call.handle.state().set('name', 'Ann');
    await turn(call);
    expect(await answerOf(call, 'pay')).toContain('not permitted yet');
    expect(ran.names).toEqual([]);
    await call.handle.disconnect();
  });

  test('runs again after a reset, in place of the run before, whose result does not count', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const work = new Work();
    const call = await governed(CHECK, {
      tools: [new Ran().tool('pay')],
      flow: { onStepEnter: { check: work.run } },
    });
    const state = call.handle.state();
    state.set('name', 'Ann');
    await turn(call);
    state.set('again', true);
    await turn(call);
    state.set('name', 'Bob');
    await turn(call);
    expect(work.runs).toHaveLength(2);
    expect(work.runs[0]?.signal.aborted).toBe(true);
    work.runs[0]?.end('of Ann');
    await call.peer.clock.advanceAsync(0);
    expect(call.state('check:result')).toBeUndefined();
    work.runs[1]?.end('of Bob');
    await call.peer.clock.advanceAsync(0);
    expect(call.state('check:result')).toBe('of Bob');
    await call.handle.disconnect();
  });

  test('that fails, takes too long, or gives what is no JSON is reported, and leaves its error in state', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    const failing: readonly [string, () => unknown][] = [
      [
        'throws',
        () => {
          throw new Error('no line');
        },
      ],
      ['rejects', () => Promise.reject(new Error('no line'))],
      ['never', () => new Promise(() => {})],
      ['circle', () => circle],
    ];
    for (const [name, run] of failing) {
      const call = await governed(CHECK, {
        tools: [new Ran().tool('pay')],
        flow: { onStepEnter: { check: { run, timeoutMs: 2_000, mode: 'call' } } },
      });
      call.handle.state().set('name', 'Ann');
      await turn(call);
      expect(
        call.of('error').map(({ error }) => error.code),
        name,
      ).toEqual(['hookFailed']);
      expect(call.state('check:error'), name).toEqual(expect.any(String));
      expect(call.state('check:result'), name).toBeUndefined();
      expect(await answerOf(call, 'pay'), name).toContain('not permitted yet');
      await call.handle.disconnect();
      expect(call.peer.clock.pending, name).toBe(0);
    }
  });

  test('is told when the session ends, and writes nothing any more', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const work = new Work();
    const call = await governed(CHECK, {
      tools: [new Ran().tool('pay')],
      flow: { onStepEnter: { check: work.run } },
    });
    call.handle.state().set('name', 'Ann');
    await turn(call);
    await call.handle.disconnect();
    expect(work.runs[0]?.signal.aborted).toBe(true);
    work.runs[0]?.end('late');
    await call.peer.clock.advanceAsync(1_000);
    expect(call.state('check:result')).toBeUndefined();
    expect(call.of('error')).toEqual([]);
  });

  test('of first steps begins when the session is up', async (context) => {
    verifies(context, 'govern:live:stepEnter');
    const work = new Work();
    const call = await governed(CHECK, {
      tools: [new Ran().tool('pay')],
      flow: { onStepEnter: { ask: work.run } },
    });
    expect(work.runs).toHaveLength(1);
    await call.handle.disconnect();
  });
});
