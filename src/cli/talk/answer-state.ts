/**
 * Which `turnComplete` is the answer to what was just said? Not one of an answer that began before the user had
 * finished, not the one that closes an interrupted turn, and none without anything in it.
 */
import type { SessionEvent } from '../../wire/index.ts';

/** What happens while an answer is awaited. */
export type AnswerInput =
  | { readonly type: 'event'; readonly event: SessionEvent }
  /** The last word has been sent; silence may follow. */
  | { readonly type: 'lastWordSent' }
  /** All there was to send is sent. */
  | { readonly type: 'inputSent' };

/** How much of the input is out. */
type Sent = 'speaking' | 'spoken' | 'everything';

export type AnswerState =
  /** Nothing is being answered. `earlier` says that an answer to something before the last word was completed. */
  | { readonly kind: 'waiting'; readonly sent: Sent; readonly earlier: boolean }
  /** The model answers: `final` when it began after the last word. */
  | { readonly kind: 'answering'; readonly sent: Sent; readonly earlier: boolean; readonly final: boolean }
  /** The answer is complete, and the rest of the input is still going out. */
  | { readonly kind: 'answered'; readonly sent: 'spoken' }
  | { readonly kind: 'done' };

/** Before the first word. */
export const ANSWER_START: AnswerState = { kind: 'waiting', sent: 'speaking', earlier: false };

/** The next state. */
export function transitionAnswer(state: AnswerState, input: AnswerInput): AnswerState {
  if (state.kind === 'done') return state;
  switch (input.type) {
    case 'lastWordSent':
      return state.kind !== 'answered' && state.sent === 'speaking' ? { ...state, sent: 'spoken' } : state;
    case 'inputSent':
      return state.kind === 'answered' ? { kind: 'done' } : { ...state, sent: 'everything' };
    case 'event':
      return onEvent(state, input.event);
  }
}

function onEvent(state: Exclude<AnswerState, { kind: 'done' }>, event: SessionEvent): AnswerState {
  if (state.kind === 'waiting') {
    if (!isOutput(event)) return state;
    return { ...state, kind: 'answering', final: state.sent !== 'speaking' };
  }
  // After an answer more may come while silence is still being sent: then that is to be awaited too.
  if (state.kind === 'answered') {
    if (!isOutput(event)) return state;
    return { kind: 'answering', sent: 'spoken', earlier: true, final: true };
  }
  const { sent, earlier } = state;
  if (event.type === 'interrupted') return { kind: 'waiting', sent, earlier };
  if (event.type !== 'turnComplete') return state;
  if (!state.final) return { kind: 'waiting', sent, earlier: true };
  return sent === 'everything' ? { kind: 'done' } : { kind: 'answered', sent: 'spoken' };
}

/** Whether an event is part of an answer. */
export function isOutput(event: SessionEvent): boolean {
  switch (event.type) {
    case 'audioData':
    case 'textDelta':
    case 'outputTranscription':
    case 'toolCall':
    case 'media':
      return true;
    default:
      return false;
  }
}
