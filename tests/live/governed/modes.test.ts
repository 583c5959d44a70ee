import { describe, expect, test } from 'vitest';
import { compileFlow } from '../../../src/flow/compile/compile-flow.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';
import { captureMonitors, newestMonitor } from './captured-monitors.ts';
import { answerOf, type Flow, flowOf, governed, Ran, turn } from './governed-call.ts';

captureMonitors();

const ASK_THEN_PAY: Flow = {
  steps: [
    { id: 'ask', done: { isSet: 'name' }, posture: 'Ask for the name.', allow: ['look'] },
    { id: 'pay', after: ['ask'], done: { calledOk: 'pay' }, posture: 'Take the money.', allow: ['pay'] },
    { id: 'end', after: ['pay'], terminal: true },
  ],
  constraints: [{ once: 'pay' }],
};

describe('A flow that observes', () => {
  test('refuses nothing, and tells a violation when the tool has run', async (context) => {
    verifies(context, 'govern:live:observe');
    const ran = new Ran();
    let finish = (): void => {};
    const slow = ran.tool('pay', {}, () => new Promise((resolve) => (finish = () => resolve('paid'))));
    const call = await governed(ASK_THEN_PAY, { tools: [ran.tool('look'), slow], flow: { mode: 'observe' } });
    const id = await call.peer.calls('pay');
    expect(ran.names).toEqual(['pay']);
    expect(call.of('violation')).toEqual([]);
    finish();
    await call.peer.clock.advanceAsync(0);
    expect((await call.peer.answerTo(id)).response).toEqual({ output: 'paid' });
    expect(call.of('violation')).toMatchObject([
      { subject: 'pay', reason: expect.stringContaining('"pay"') },
    ]);
    // What is admissible is none.
    expect(await answerOf(call, 'look')).toBe('{"ok":true}');
    expect(call.of('violation')).toHaveLength(1);
    // It says what is the case all the same.
    expect(call.handle.explain()).toMatchObject({
      active: ['ask'],
      blockedTools: { pay: expect.any(String) },
    });
    await call.handle.disconnect();
  });

  test('tells no violation of a call that never ran', async (context) => {
    verifies(context, 'govern:live:observe');
    const ran = new Ran();
    const call = await governed(ASK_THEN_PAY, {
      tools: [ran.tool('look'), ran.tool('pay')],
      toolSettings: { middleware: [{ before: () => ({ veto: 'closed' }) }] },
      flow: { mode: 'observe' },
    });
    expect(await answerOf(call, 'pay')).toContain('closed');
    expect(ran.names).toEqual([]);
    expect(call.of('violation')).toEqual([]);
    await call.handle.disconnect();
  });
});

describe('Phases and a flow together', () => {
  test('both must admit a tool, the phase is asked first, and the model is offered what both offer', async (context) => {
    verifies(context, 'govern:live:steering');
    const ran = new Ran();
    const call = await governed(
      { ...ASK_THEN_PAY, steps: [{ id: 'ask', done: { isSet: 'name' }, allow: ['look', 'pay'] }] },
      {
        tools: ['look', 'pay', 'note'].map((name) => ran.tool(name)),
        phases: {
          initial: 'open',
          phases: [{ name: 'open', instruction: 'Be brief.', tools: ['look', 'note'] }],
        },
      },
    );
    expect(call.state('session:declaredTools')).toEqual(['look']);
    expect(await answerOf(call, 'pay')).toMatch(/"pay" .*open/);
    expect(await answerOf(call, 'note')).toContain('is not part of what is to be done now (ask)');
    expect(ran.names).toEqual([]);
    await answerOf(call, 'look');
    expect(ran.names).toEqual(['look']);
    expect(call.handle.explain()).toMatchObject({ type: 'flow', active: ['ask'], phases: { phase: 'open' } });
    await call.handle.disconnect();
  });
});

describe('Settings beside a flow', () => {
  test('ambient tools are shut out by no step that lists others', async (context) => {
    verifies(context, 'govern:live:steering');
    const ran = new Ran();
    const call = await governed(ASK_THEN_PAY, {
      tools: ['look', 'pay', 'note'].map((name) => ran.tool(name)),
      flow: { ambientTools: ['note'] },
    });
    await answerOf(call, 'note');
    expect(ran.names).toEqual(['note']);
    expect(call.state('session:declaredTools')).toEqual(['look', 'note']);
    await call.handle.disconnect();
  });

  test('names of steps and tools that there are not are problems with what was meant', async () => {
    const opening = governed(ASK_THEN_PAY, {
      tools: [new Ran().tool('look'), new Ran().tool('pai')],
      flow: { onStepEnter: { aks: () => 1 }, stageTiming: { apy: {} } },
    });
    await expect(opening).rejects.toMatchObject({ code: 'invalidOptions' });
    await expect(opening).rejects.toThrow(/flow.onStepEnter.aks: There is no step/);
    await expect(opening).rejects.toThrow(/flow.stageTiming.apy: There is no step/);
    await expect(opening).rejects.toThrow(/"pay".*"pai"|"pai".*"pay"/);
  });

  test('a flow that is compiled is not compiled again', async (context) => {
    verifies(context, 'govern:live:steering');
    const result = compileFlow(flowOf(ASK_THEN_PAY));
    if (!result.ok) throw new Error('it compiles');
    for (const mode of ['enforce', 'observe'] as const) {
      const ran = new Ran();
      const call = await new OrderedCall().open({
        tools: [ran.tool('look'), ran.tool('pay')],
        flow: { flow: result.flow, mode },
      });
      expect(newestMonitor().flow).toBe(result.flow);
      await answerOf(call, 'pay');
      expect(ran.names).toEqual(mode === 'enforce' ? [] : ['pay']);
      await call.handle.disconnect();
    }
  });
});

describe('explain and whyBlocked', () => {
  test('say the same: what is active, what is blocked and why, and which condition is not met', async (context) => {
    verifies(context, 'seed:liveHandle:explain', 'seed:liveHandle:whyBlocked');
    const ran = new Ran();
    const call = await governed(
      {
        steps: [
          { id: 'ask', done: { all: [{ isSet: 'name' }, { isTrue: 'agreed' }] }, allow: ['pay'] },
          { id: 'end', after: ['ask'], terminal: true },
        ],
        constraints: [{ neverUntil: { tool: 'pay', until: { isTrue: 'agreed' } } }, { require: ['ask'] }],
      },
      { tools: [ran.tool('pay')] },
    );
    call.handle.state().set('name', 'Ann');
    const explained = call.handle.explain();
    expect(explained).toEqual(call.handle.whyBlocked());
    expect(explained).toMatchObject({
      type: 'flow',
      active: ['ask'],
      missingRequirements: ['ask'],
      activeProgress: {
        ask: {
          holds: false,
          children: [{ holds: true }, { holds: false, description: expect.stringContaining('agreed') }],
        },
      },
    });
    const told = await answerOf(call, 'pay');
    expect(explained).toMatchObject({ blockedTools: { pay: told } });
    call.handle.state().set('agreed', true);
    await turn(call);
    expect(call.handle.explain()).toMatchObject({ complete: true, missingRequirements: [] });
    await call.handle.disconnect();
  });

  test('say nothing where nothing governs', async (context) => {
    verifies(context, 'seed:liveHandle:explain');
    const call = await new OrderedCall().open({});
    expect(call.handle.explain()).toBeUndefined();
    await call.handle.disconnect();
  });
});
