/** The model's side of the conversation as a pure machine (spec: wire §4). */
import { assertNever } from '../../wire/assert-never.ts';

/** Where the model is in its turn. */
export type TurnState =
  | { readonly phase: 'idle' }
  /** The brain thinks or output flows. */
  | { readonly phase: 'generating' }
  /** Blocking calls are out; generation pauses until every one is answered. */
  | { readonly phase: 'waitingForTools' }
  /** All output is sent; the client is assumed to be playing it. */
  | { readonly phase: 'playing' };

/** What happens to a turn. */
export type TurnEvent =
  | 'begun'
  | 'calledTools'
  | 'toolsAnswered'
  /** The reply ended with output. */
  | 'generated'
  /** The reply ended without any output. */
  | 'stayedSilent'
  /** The brain had nothing to say about a result that came later: no frame tells of this turn. */
  | 'lapsed'
  | 'playedOut'
  | 'interrupted';

/** What must be done about it, in order. */
export type TurnEffect =
  | 'sendGenerationComplete'
  | 'sendWaitingForInput'
  | 'sendInterrupted'
  | 'cancelCalls'
  | 'sendTurnComplete'
  | 'startPlayout'
  | 'startNextTurn';

/** The next state and its effects. */
export interface TurnStep {
  readonly state: TurnState;
  readonly effects: readonly TurnEffect[];
}

/** Before the first turn and between turns. */
export const IDLE: TurnState = { phase: 'idle' };

/** The machine. An event that has no meaning in a state changes nothing. */
export function transitionTurn(state: TurnState, event: TurnEvent): TurnStep {
  switch (event) {
    case 'begun':
      return state.phase === 'idle' ? step({ phase: 'generating' }) : step(state);
    case 'calledTools':
      return state.phase === 'generating' ? step({ phase: 'waitingForTools' }) : step(state);
    case 'toolsAnswered':
      return state.phase === 'waitingForTools' ? step({ phase: 'generating' }) : step(state);
    case 'generated':
      if (state.phase !== 'generating') return step(state);
      return step({ phase: 'playing' }, 'sendGenerationComplete', 'startPlayout');
    case 'stayedSilent':
      if (state.phase !== 'generating') return step(state);
      return step({ phase: 'playing' }, 'sendWaitingForInput', 'startPlayout');
    case 'lapsed':
      return state.phase === 'generating' ? step(IDLE, 'startNextTurn') : step(state);
    case 'playedOut':
      return state.phase === 'playing' ? step(IDLE, 'sendTurnComplete', 'startNextTurn') : step(state);
    case 'interrupted':
      if (state.phase === 'idle') return step(state);
      return step(IDLE, 'sendInterrupted', 'cancelCalls', 'sendTurnComplete');
    default:
      return assertNever(event);
  }
}

function step(state: TurnState, ...effects: TurnEffect[]): TurnStep {
  return { state, effects };
}
