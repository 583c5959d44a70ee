import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';

const shop: Omit<FlowDefinition, 'name'> = {
  steps: [
    {
      id: 'choose',
      posture: 'Help to choose.',
      allow: ['search'],
      deny: ['hangUp'],
      done: { isSet: 'item' },
    },
    {
      id: 'pay',
      posture: 'Take the payment.',
      after: ['choose'],
      allow: ['pay', 'search'],
      done: { calledOk: 'pay' },
    },
    { id: 'end', after: ['pay'], terminal: true },
  ],
  constraints: [{ commit: { tool: 'pay', until: { isTrue: 'agreed' }, binds: { amount: 'total' } } }],
  ambient: ['weather', 'hangUp'],
};

const atPay = (): GovernedTalk => new GovernedTalk(shop).set('item', 'tea').set('total', 5).turn();

describe('Refusals', () => {
  test('name the condition and the tools there are, say that nothing ran, and what is to be done', (context) => {
    verifies(context, 'acceptance:control:refusalText');
    const talk = atPay();
    const admission = talk.admit('pay');
    expect(admission).toMatchObject({ ok: false, needs: ['agreed'], asks: [] });
    expect(talk.refusal('pay')).toBe(
      '"pay" is not permitted yet; it needs: agreed is true. It did not run and must not be reported as done. ' +
        'Available now: search, weather. Take the payment.'.replace(
          'search, weather',
          'hangUp, search, weather',
        ),
    );
  });

  test('say that there is no tool when there is none', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'a', allow: ['x'], done: { isTrue: 'go' } },
        { id: 'b', after: ['a'], allow: ['y'], done: 'always' },
      ],
      constraints: [{ neverUntil: { tool: 'x', until: { isTrue: 'ok' } } }],
    });
    expect(talk.refusal('y')).toContain('No tool is available now.');
    expect(talk.admit('y')).toMatchObject({ needs: ['go'] });
    expect(talk.admit('unheardOf')).toMatchObject({ ok: false, needs: [] });
  });

  test('of a tool that is spent offer nothing instead', (context) => {
    verifies(context, 'acceptance:control:spentOnce');
    const talk = atPay().set('agreed', true);
    expect(talk.call('pay')).toBe(true);
    expect(talk.admit('pay')).toEqual({
      ok: false,
      reason:
        '"pay" has already run, and it runs only once. This call did not run and must not be reported as done again.',
      needs: [],
      asks: [],
    });
  });

  test('are bounded, however much a flow has to say', () => {
    const talk = new GovernedTalk({
      steps: [
        {
          id: 'a',
          posture: 'p'.repeat(10_000),
          allow: Array.from({ length: 200 }, (_, index) => `tool${index}`),
          done: { isTrue: 'x' },
        },
      ],
    });
    expect(talk.refusal('other').length).toBeLessThan(2_000);
  });
});

describe('The order of rules', () => {
  test('An ambient tool passes what allows, not what denies', (context) => {
    verifies(context, 'acceptance:control:ambient');
    const talk = new GovernedTalk(shop);
    expect(talk.admit('weather').ok).toBe(true);
    expect(talk.refusal('hangUp')).toContain('"hangUp" is not allowed during step "choose".');
    expect(talk.set('item', 'tea').turn().admit('hangUp').ok).toBe(true);
  });

  test('Where no active step lists tools, those that nothing speaks of may run', () => {
    const talk = new GovernedTalk({ steps: [{ id: 'a', deny: ['x'], done: { isTrue: 'k' } }] });
    expect(talk.admit('anything').ok).toBe(true);
    expect(talk.refusal('x')).not.toContain('No tool is available');
  });

  test('A commit waits for its condition before its step is asked for', () => {
    expect(new GovernedTalk(shop).refusal('pay')).toContain('agreed is true');
    expect(new GovernedTalk(shop).set('agreed', true).refusal('pay')).toContain(
      'is not part of what is to be done',
    );
  });

  test('An argument that is not what the user gave is refused; one that restates it is not', () => {
    const talk = atPay().set('agreed', true);
    expect(talk.admit('pay', { args: { amount: 6 } })).toMatchObject({ ok: false, needs: ['total'] });
    expect(talk.admit('pay', { args: {} }).ok).toBe(false);
    expect(talk.admit('pay', { args: { amount: 5 } }).ok).toBe(true);
    talk.set('total', 'Five Euro');
    expect(talk.admit('pay', { args: { amount: 'five euro.' } }).ok).toBe(true);
  });

  test('The rules of the main flow hold in a digression, too', () => {
    const talk = new GovernedTalk({
      ...shop,
      digressions: [
        {
          name: 'faq',
          trigger: { isTrue: 'asked' },
          flow: {
            steps: [
              { id: 'answer', allow: ['pay', 'lookup'], done: { isTrue: 'ok' } },
              { id: 'x', after: ['answer'], terminal: true },
            ],
          },
        },
      ],
    });
    talk.set('asked', true).turn();
    expect(talk.admit('lookup').ok).toBe(true);
    expect(talk.admit('search').ok).toBe(false);
    expect(talk.admit('weather').ok).toBe(true);
    expect(talk.refusal('pay')).toContain('agreed is true');
    expect(talk.set('agreed', true).call('pay')).toBe(true);
    expect(talk.call('pay')).toBe(false);
  });

  test('Names like those of object members are ordinary names', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const talk = new GovernedTalk({
      steps: names.map((name) => ({ id: name, allow: [name], done: { calledOk: name } })),
      constraints: names.map((once) => ({ once })),
    });
    for (const name of names) {
      expect(talk.call(name)).toBe(true);
      expect(talk.call(name)).toBe(false);
    }
    expect(talk.done).toEqual(names);
    expect(Object.keys(talk.explanation.blockedTools)).toEqual([...names].sort());
  });
});

describe('A tool that runs once', () => {
  test('is reserved when it is admitted, and given back when it fails or never ran', (context) => {
    verifies(context, 'govern:monitor:once');
    const talk = new GovernedTalk({
      steps: [{ id: 'a', done: { isTrue: 'x' } }],
      constraints: [{ once: 'send' }],
    });
    const first = talk.start('send');
    expect(talk.refusal('send')).toContain('"send" is running already');
    expect(talk.refusal('send')).toContain('did not run');
    talk.end(first, false);
    const second = talk.start('send');
    talk.end(second, undefined);
    const third = talk.start('send');
    talk.end(third, true).end(third, true);
    expect([first, second, third].includes(undefined)).toBe(false);
    expect(talk.start('send')).toBeUndefined();
    expect(talk.state.main.calls).toEqual({ send: 1 });
  });

  test('A completion that is told twice advances once', (context) => {
    verifies(context, 'acceptance:control:backgroundOnce');
    const talk = new GovernedTalk(shop).set('agreed', true).set('item', 'tea').turn();
    const callId = talk.start('pay');
    talk.turn().end(callId, true).end(callId, true).end(callId, false);
    expect(talk.state.main.calls).toEqual({ pay: 1 });
    expect(talk.events.filter((event) => event.type === 'stepDone' && event.step === 'pay')).toHaveLength(1);
  });
});
