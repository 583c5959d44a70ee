import { expect, it } from 'vitest';
import type { ToolSpec } from '../conversation/conversation-document.ts';
import { mockEffects } from './mock-effects.ts';

const tool = (rest: Partial<ToolSpec>): ToolSpec => ({ name: 'look', description: 'Looks.', ...rest });
const args = { id: 7, who: { name: 'Ann' } };

it('writes what a mock sets, with arguments in texts, and a whole argument as it is', () => {
  const set = { a: '{id}', b: 'no {id} of {who}', c: ['{id}', { d: '{nobody} {id}' }], e: true };
  expect(mockEffects(tool({ mock: { set } }), args)).toEqual([
    { type: 'set', key: 'a', value: 7 },
    { type: 'set', key: 'b', value: 'no 7 of {"name":"Ann"}' },
    { type: 'set', key: 'c', value: [7, { d: '{nobody} 7' }] },
    { type: 'set', key: 'e', value: true },
  ]);
});

it('saves parts of the answer of a mock, and leaves out what is not there', () => {
  const response = { account: { balance: 12, items: ['x'] }, 'a.b': 1 };
  const saves = {
    balance: 'account.balance',
    item: 'account.items.0',
    dotted: 'a.b',
    none: 'account.x.y',
    odd: 'toString',
  };
  expect(mockEffects(tool({ mock: { response }, saves }), args)).toEqual([
    { type: 'set', key: 'balance', value: 12 },
    { type: 'set', key: 'item', value: 'x' },
    { type: 'set', key: 'dotted', value: 1 },
  ]);
});

it('does not ask the mock where an answer is given', () => {
  const spec = tool({ mock: { set: { a: 1 }, response: { b: 2 } }, saves: { b: 'b', all: '' } });
  expect(mockEffects(spec, args, { b: 3 })).toEqual([
    { type: 'set', key: 'b', value: 3 },
    { type: 'set', key: 'all', value: { b: 3 } },
  ]);
});
