import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { custom } from '../../../src/flow/guard/guards.ts';
import { State, scriptedTextModel } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { expectNoUnhandledRejections } from '../hostile/unhandled-rejections.ts';
import { answerOf, type Flow, governed, Ran, turn } from './governed-call.ts';

expectNoUnhandledRejections();

const SIMPLE: Flow = {
  steps: [
    { id: 'ask', done: { isTrue: 'x' }, allow: ['look'] },
    { id: 'pay', after: ['ask'], done: { calledOk: 'pay' }, allow: ['pay'] },
  ],
  constraints: [{ once: 'pay' }],
};

describe('A governed session is not brought down', () => {
  test('by conditions that throw: they do not hold, and are told', async (context) => {
    verifies(context, 'govern:guards:custom', 'govern:live:steering');
    const ran = new Ran();
    const broken = custom(() => {
      throw new Error('broken');
    });
    const call = await governed(
      {
        steps: [{ id: 'ask', done: broken, allow: ['look', 'pay'] }],
        constraints: [{ neverUntil: { tool: 'pay', until: broken } }],
      },
      { tools: [ran.tool('look'), ran.tool('pay')] },
    );
    for (let at = 0; at < 3; at++) await turn(call);
    expect(await answerOf(call, 'pay')).toContain('not permitted yet');
    expect(await answerOf(call, 'look')).toBe('{"ok":true}');
    expect(call.handle.explain()).toMatchObject({ active: ['ask'] });
    expect(new Set(call.of('error').map(({ error }) => error.code))).toEqual(new Set(['guardFailed']));
    await call.handle.disconnect();
  });

  test('by a thousand calls in one frame: every one is answered, and what runs once runs once', async (context) => {
    verifies(context, 'govern:monitor:once', 'govern:live:insists');
    const ran = new Ran();
    const call = await governed(SIMPLE, { tools: [ran.tool('look'), ran.tool('pay')] });
    call.handle.state().set('x', true);
    const functionCalls = Array.from({ length: 1_000 }, (_, at) => ({
      id: `c${at}`,
      name: at % 2 ? 'pay' : 'look',
      args: {},
    }));
    const startedMs = performance.now();
    await call.peer.sends({ toolCall: { functionCalls } });
    await call.peer.clock.advanceAsync(60_000);
    for (const { id } of functionCalls) expect(call.peer.answersTo(id), id).toHaveLength(1);
    expect(ran.names).toEqual(['pay']);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    await turn(call);
    expect(call.handle.explain()).toMatchObject({ done: ['ask', 'pay'] });
    await call.handle.disconnect();
  });

  test('by names of prototypes', async (context) => {
    verifies(context, 'govern:live:byHand', 'govern:live:insists');
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const call = await governed(
      {
        steps: [
          { id: 'constructor', done: { calledOk: '__proto__' }, allow: ['__proto__'] },
          { id: '__proto__', after: ['constructor'], done: { isTrue: 'toString' }, allow: ['constructor'] },
        ],
        constraints: [{ once: '__proto__' }],
      },
      {
        tools: [
          { functionDeclarations: ['__proto__', 'constructor'].map((name) => ({ name, description: name })) },
        ],
      },
    );
    expect(await answerOf(call, 'constructor')).toContain('is not part');
    const id = await call.peer.calls('__proto__', JSON.parse('{"__proto__":{"x":1}}'), '__proto__');
    expect(call.peer.answersTo(id)).toEqual([]);
    await call.handle.sendToolResponse([{ id, name: '__proto__', response: { ok: true } }]);
    await call.peer.clock.advanceAsync(0);
    expect(call.handle.explain()).toMatchObject({ active: ['__proto__'], done: ['constructor'] });
    for (const name of names.slice(2)) expect(await answerOf(call, name)).toEqual(expect.any(String));
    await turn(call);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    expect(call.of('error')).toEqual([]);
    await call.handle.disconnect();
  });

  test('by a state whose schema refuses what the flow writes', async (context) => {
    verifies(context, 'govern:live:steering');
    const ran = new Ran();
    const isAgreement = z.looseObject({ agreed: z.literal('yes').optional() });
    const options = { tools: [ran.tool('look'), ran.tool('pay')], state: new State({ schema: isAgreement }) };
    const form = { outcome: 'yes', confidence: 1 };
    const model = scriptedTextModel(() => ({ json: { q1: form, q2: form } }));
    const call = await governed(
      {
        steps: [
          { id: 'ask', done: { decided: { agrees: true } } },
          { id: 'next', after: ['ask'], done: { isTrue: 'x' } },
        ],
        decisions: [
          { id: 'agrees', ask: 'Agrees?', type: 'boolean', writes: 'agreed' },
          { id: 'sure', ask: 'Is sure?', type: 'boolean', writes: 'certain' },
        ],
      },
      { ...options, flow: { decisions: { model } } },
    );
    await turn(call, 'Yes.');
    expect(call.of('error').map(({ error }) => error.code)).toEqual(['stateValueInvalid']);
    // What can be written is written, and the conversation goes on.
    expect(call.state('certain')).toBe(true);
    expect(call.state('decision:agrees')).toMatchObject({ outcome: 'yes' });
    expect(call.state('flow:active')).toEqual(['next']);
    expect(call.handle.explain()).toMatchObject({ active: ['next'] });
    await call.handle.disconnect();
  });

  test('by a flow of 500 steps', async (context) => {
    verifies(context, 'govern:live:steering');
    const ran = new Ran();
    const steps = Array.from({ length: 500 }, (_, at) => ({
      id: `s${at}`,
      ...(at > 0 && { after: [`s${at - 1}`] }),
      done: { atLeast: ['count', at + 1] as const },
      posture: `Do ${at}.`,
      allow: ['look'],
    }));
    const call = await governed({ steps }, { tools: [ran.tool('look')] });
    const startedMs = performance.now();
    for (const count of [1, 100, 499]) {
      call.handle.state().set('count', count);
      await turn(call);
      await answerOf(call, 'look');
      expect(call.handle.explain()).toMatchObject({ active: [`s${count}`] });
    }
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    await call.handle.disconnect();
  });
});
