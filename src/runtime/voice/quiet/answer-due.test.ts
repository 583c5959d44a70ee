import { expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { type AnswerDue, type AnswerNews, transitionAnswerDue } from './answer-due.ts';

const asked = (modelInTurn: boolean): AnswerNews => ({ type: 'asked', modelInTurn });
const after = (...news: (AnswerNews | Exclude<AnswerNews['type'], 'asked'>)[]): AnswerDue =>
  news.reduce<AnswerDue>(
    (due, next) => transitionAnswerDue(due, typeof next === 'string' ? { type: next } : next),
    'no',
  );

test.for<[string, AnswerDue, AnswerDue]>([
  ['a question, and an answer', after(asked(false), 'modelBegan'), 'no'],
  ['a question, and an empty turn', after(asked(false), 'turnComplete'), 'no'],
  ['a question into an answer', after(asked(true)), 'afterThisTurn'],
  ['one that the model does not hear at once', after(asked(true), 'modelBegan', 'turnComplete'), 'next'],
  ['one that cuts the answer off', after(asked(true), 'interrupted', 'turnComplete'), 'next'],
  ['the same, answered', after(asked(true), 'interrupted', 'turnComplete', 'modelBegan'), 'no'],
  ['the same without an end of the turn', after(asked(true), 'interrupted', 'modelBegan'), 'no'],
  ['a lost connection', after(asked(true), 'reconnected'), 'next'],
  ['a model that waits for more', after(asked(false), 'waitingForInput'), 'no'],
  ['no question', after('interrupted', 'turnComplete', 'reconnected'), 'no'],
])('%s', ([, due, wanted], context) => {
  verifies(context, 'steer:answerFirst');
  expect(due).toBe(wanted);
});
