/** The model of a soak: does what the marked turn wishes, from the history alone, so that it is the same after a resumption. */
import { type Brain, type BrainTurn, type CallAction, calls, callsTogether } from '../src/simulator/index.ts';
import { lastTurnIn } from './marks.ts';
import type { Wish } from './wishes.ts';

const LONG =
  'There is a lot to be said about that, and I will say all of it, from the beginning to the end. ' +
  'First of all it is a question of time, and then it is a question of money, as it always is.';

/** @param wishOf what the user wants in a turn, by its number. */
export function soakBrain(wishOf: (turn: number) => Wish | undefined): Brain {
  return (turn) => {
    if (turn.input.type === 'toolResults') return 'That is done.';
    // A turn that is asked again comes without words: they are in the history.
    const number = lastTurnIn(turn.text) ?? (turn.text === '' ? lastTurnIn(wordsBefore(turn)) : undefined);
    return answerTo(number === undefined ? undefined : wishOf(number), number ?? 0);
  };
}

function answerTo(wish: Wish | undefined, turn: number): ReturnType<Brain> {
  const call = (name: string): CallAction => calls(name, { turn });
  switch (wish) {
    case undefined:
    case 'short':
      return 'Yes, gladly.';
    case 'long':
      return LONG;
    case 'inline':
      return call('look');
    case 'commit':
      return call('book');
    case 'parallel':
      return callsTogether(call('look'), call('book'), call('look'));
    case 'background':
      return ['I am at it.', call('search')];
    case 'byHand':
      return call('ask_person');
    case 'mixed':
      return callsTogether(call('look'), call('search'), call('ask_person'));
  }
}

function wordsBefore({ history }: BrainTurn): string {
  const last = history.findLast(({ role }) => role === 'user');
  return (last?.parts ?? []).map(({ text }) => text ?? '').join(' ');
}
