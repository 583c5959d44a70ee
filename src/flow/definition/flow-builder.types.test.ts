import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { flow } from './flow-builder.ts';

const order = flow('order', {
  tools: ['search', 'pay'],
  keys: ['item', 'total', 'consent'],
  decisions: [
    { id: 'agrees', ask: 'Does the user agree?', type: 'boolean' },
    { id: 'size', ask: 'Which size?', type: 'choice', options: ['small', 'large'] },
    { id: 'day', ask: 'Which day?', type: 'choice', optionsFrom: 'days' },
    { id: 'anger', ask: 'How angry?', type: 'score' },
  ],
});

test('Names of tools, steps, state keys and questions are checked by the compiler', () => {
  const built = order
    .step('ask', (s) =>
      s
        .posture('Ask.')
        .allow('search')
        .done((g) => g.all(g.captured('item', 'total'), g.not(g.isTrue('consent')))),
    )
    .step('pay', (s) =>
      s
        .after('ask')
        .afterWhen('ask', (g) => g.decided('agrees', true))
        .deny('search')
        .gate((g) =>
          g.any(g.decided('size', 'small'), g.decided('anger', { atMost: 3 }), g.decided('day', 'Monday')),
        )
        .repair({ escalateTo: 'ask' })
        .done((g) => g.any(g.calledOk('pay'), g.isTrue('repair:ask:escalate'))),
    )
    .step('end', (s) => s.after('pay').terminal())
    .before('ask', 'pay')
    .require('end')
    .commit('pay', { until: (g) => g.decided('agrees', true), binds: { amount: 'total' } })
    .neverUntil('search', (g) => g.isTrue('correction:item'))
    .reset(['ask'], (g) => g.isTrue({ name: 'typedKey' }))
    .correction('item', { clears: ['consent'], reopens: ['pay'] })
    .digression('faq', { trigger: (g) => g.done('ask') }, (f) =>
      f.step('tell', (s) => s.terminal()).require('tell'),
    )
    .build();
  expect(built.steps.map((step) => step.id)).toEqual(['ask', 'pay', 'end']);
});

test('A typo does not compile', (context) => {
  verifies(context, 'govern:flow:typed');
  const check = (): void => {
    const asked = order.step('ask', (s) => s.done((g) => g.isSet('item')));
    // @ts-expect-error there is no such tool
    order.step('x', (s) => s.allow('serch'));
    // @ts-expect-error there is no such tool
    order.step('x', (s) => s.deny('serch'));
    // @ts-expect-error there is no such tool
    order.step('x', (s) => s.done((g) => g.calledOk('payy')));
    // @ts-expect-error there is no such key
    order.step('x', (s) => s.done((g) => g.captured('item', 'totl')));
    // @ts-expect-error there is no such key
    order.step('x', (s) => s.gate((g) => g.eq('itm', 1)));
    // @ts-expect-error there is no such slot
    order.step('x', (s) => s.gate((g) => g.isTrue('correction:itm')));
    // @ts-expect-error there is no such question
    order.step('x', (s) => s.done((g) => g.decided('agree', true)));
    // @ts-expect-error it is answered yes or no
    order.step('x', (s) => s.done((g) => g.decided('agrees', 'yes')));
    // @ts-expect-error there is no such option
    order.step('x', (s) => s.done((g) => g.decided('size', 'medium')));
    // @ts-expect-error it is a score
    order.step('x', (s) => s.done((g) => g.decided('anger', 3)));
    // @ts-expect-error the step is not declared
    order.step('x', (s) => s.after('ask'));
    // @ts-expect-error the step is not declared
    asked.step('x', (s) => s.after('asked'));
    // @ts-expect-error the step is not declared
    asked.step('x', (s) => s.afterWhen('asked', 'always'));
    // @ts-expect-error the step is not declared
    asked.step('x', (s) => s.done((g) => g.done('asked')));
    // @ts-expect-error the step is not declared
    asked.step('x', (s) => s.repair({ escalateTo: 'asked' }));
    // @ts-expect-error the step is not declared
    asked.before('ask', 'pay');
    // @ts-expect-error the step is not declared
    asked.require('pay');
    // @ts-expect-error the step is not declared
    asked.reset(['pay'], 'always');
    // @ts-expect-error there is no such key
    asked.reset(['ask'], 'always', { clears: ['itm'] });
    // @ts-expect-error there is no such tool
    asked.commit('payy', { until: 'always' });
    // @ts-expect-error there is no such key
    asked.commit('pay', { until: 'always', binds: { amount: 'totl' } });
    // @ts-expect-error there is no such tool
    asked.once('payy');
    // @ts-expect-error there is no such tool
    asked.neverUntil('payy', 'always');
    // @ts-expect-error there is no such tool
    asked.ambient('payy');
    // @ts-expect-error there is no such tool
    asked.confirmTools('payy');
    // @ts-expect-error there is no such slot
    asked.correction('itm', {});
    // @ts-expect-error there is no such key
    asked.correction('item', { clears: ['itm'] });
    // @ts-expect-error the step is not declared
    asked.correction('item', { reopens: ['pay'] });
    // @ts-expect-error steps of the main flow are not the digression's
    asked.digression('faq', { trigger: 'always' }, (f) => f.step('tell', (s) => s.after('ask')));
    // @ts-expect-error there is no such tool
    asked.digression('faq', { trigger: 'always' }, (f) => f.step('tell', (s) => s.allow('payy')));
    // @ts-expect-error the step is not declared
    asked.digression('faq', { trigger: (g) => g.done('pay') }, (f) => f.step('tell'));
    // @ts-expect-error what a digression is made of has no digressions
    asked.digression('faq', { trigger: 'always' }, (f) => f.digression('x', { trigger: 'always' }, (i) => i));
  };
  expect(check).toBeTypeOf('function');
});

test('With the list of all steps, each can be named before it is declared', () => {
  const listed = flow('order', { steps: ['ask', 'person'] });
  const check = (): void => {
    listed.step('ask', (s) => s.repair({ escalateTo: 'person' }));
    // @ts-expect-error it is not in the list
    listed.step('asked');
    // @ts-expect-error it is not in the list
    listed.step('ask', (s) => s.after('asked'));
    order.digression('faq', { trigger: 'always', steps: ['a', 'b'] }, (f) =>
      f.step('a', (s) => s.repair({ escalateTo: 'b' })).step('b', (s) => s.terminal()),
    );
    // @ts-expect-error it is not in the list
    order.digression('faq', { trigger: 'always', steps: ['a', 'b'] }, (f) => f.step('c'));
  };
  expect(check).toBeTypeOf('function');
});

test('Without lists of tools and keys, any will do', () => {
  const free = flow('free').step('ask', (s) => s.allow('anything').done((g) => g.isSet('anyKey')));
  expect(free.build().steps).toEqual([{ id: 'ask', allow: ['anything'], done: { isSet: 'anyKey' } }]);
});
