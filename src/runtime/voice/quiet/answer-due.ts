/** Whether the model is about to answer words that were sent as text: context that goes out then would cut that off. Pure. */
import { assertNever } from '../../../wire/assert-never.ts';

export type AnswerDue =
  | 'no'
  /** The model is in an earlier turn, which the words may cut off. */
  | 'afterThisTurn'
  /** That turn is cut off; its end may be told, or not. */
  | 'afterTheCut'
  | 'next';

export type AnswerNews =
  | { readonly type: 'asked'; readonly modelInTurn: boolean }
  /** It speaks, or calls a tool. */
  | { readonly type: 'modelBegan' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'turnComplete' }
  | { readonly type: 'waitingForInput' }
  /** The connection is a new one: what was asked is asked again. */
  | { readonly type: 'reconnected' };

export function transitionAnswerDue(due: AnswerDue, news: AnswerNews): AnswerDue {
  switch (news.type) {
    case 'asked':
      return news.modelInTurn ? 'afterThisTurn' : 'next';
    case 'modelBegan':
      return due === 'afterThisTurn' ? due : 'no';
    case 'interrupted':
      return due === 'afterThisTurn' ? 'afterTheCut' : due;
    case 'turnComplete':
      return due === 'afterThisTurn' || due === 'afterTheCut' ? 'next' : 'no';
    case 'waitingForInput':
      return 'no';
    case 'reconnected':
      return due === 'no' ? 'no' : 'next';
    default:
      return assertNever(news);
  }
}
