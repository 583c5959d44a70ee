/** What is owed to the listener: the states behind the dead-air watchdog. Pure. */
import type { DeadAirCause } from '../../live-event.ts';

export type DeadAirState =
  /** Nothing is owed: the user has the floor, or nobody needs it. */
  | { readonly type: 'quiet' }
  /** The user, or a prompt, asked; an answer is due. */
  | { readonly type: 'awaitingReply'; readonly sinceMs: number }
  /** The model speaks or writes; a `turnComplete` is due behind it. */
  | { readonly type: 'modelTurn' }
  /** Tools run: their deadlines watch them. */
  | { readonly type: 'working' }
  /** The model was cut off, and nobody has been heard to do it. */
  | { readonly type: 'cutOff'; readonly sinceMs: number };

export type DeadAirInput =
  | { readonly type: 'userSpeechStarted' }
  /** Their speech ended; over the model's it is answered only if it interrupts. */
  | { readonly type: 'userSpeechEnded'; readonly atMs: number }
  /** Words of the user were written down. */
  | { readonly type: 'userTranscript'; readonly atMs: number }
  /** A text of the user or a prompt: always answered. */
  | { readonly type: 'asked'; readonly atMs: number }
  | { readonly type: 'modelOutput' }
  | { readonly type: 'turnComplete' }
  /** The model says that it has nothing to say. */
  | { readonly type: 'waitingForInput' }
  | {
      readonly type: 'interrupted';
      readonly atMs: number;
      /** Whether something was cut off: the model was in its turn, or was still being heard. */
      readonly fellSilent: boolean;
      readonly user: 'speaking' | 'heard' | 'unheard';
    }
  | { readonly type: 'toolCall' }
  | { readonly type: 'toolsAnswered'; readonly atMs: number; readonly replyDue: boolean }
  /** The watchdog acted: a nudge asks anew, anything else leaves only an owed answer owed. */
  | { readonly type: 'acted'; readonly atMs: number; readonly nudged: boolean }
  /** The connection is a new one: what was asked is asked again, and nothing else is owed. */
  | { readonly type: 'reconnected'; readonly atMs: number }
  /** The watchdog gave up: what was owed is forgotten. */
  | { readonly type: 'reset' };

const QUIET: DeadAirState = { type: 'quiet' };
const MODEL_TURN: DeadAirState = { type: 'modelTurn' };
const WORKING: DeadAirState = { type: 'working' };

/** The state of a session that begins. */
export const NOTHING_OWED: DeadAirState = QUIET;

/** What waiting in this state means when it lasts too long; undefined when nothing is waited for. */
export function causeOf(state: DeadAirState): DeadAirCause | undefined {
  switch (state.type) {
    case 'awaitingReply':
      return 'noReply';
    case 'modelTurn':
      return 'missingTurnComplete';
    case 'cutOff':
      return 'phantomInterruption';
    case 'quiet':
    case 'working':
      return undefined;
  }
}

export function transitionDeadAir(state: DeadAirState, input: DeadAirInput): DeadAirState {
  switch (input.type) {
    case 'userSpeechStarted':
      return state.type === 'modelTurn' || state.type === 'working' ? state : QUIET;
    case 'userSpeechEnded':
      return state.type === 'modelTurn' || state.type === 'working' ? state : awaiting(input.atMs);
    case 'userTranscript':
      return state.type === 'cutOff' ? awaiting(input.atMs) : state;
    case 'asked':
      return state.type === 'working' ? state : awaiting(input.atMs);
    case 'modelOutput':
      return state.type === 'working' ? state : MODEL_TURN;
    case 'turnComplete':
      return state.type === 'modelTurn' ? QUIET : state;
    case 'waitingForInput':
      return state.type === 'working' ? state : QUIET;
    case 'interrupted':
      return interrupted(state, input);
    case 'toolCall':
      return WORKING;
    case 'toolsAnswered':
      if (state.type !== 'working') return state;
      return input.replyDue ? awaiting(input.atMs) : QUIET;
    case 'acted':
      return input.nudged || state.type === 'awaitingReply' ? awaiting(input.atMs) : QUIET;
    case 'reconnected':
      return state.type === 'awaitingReply' ? awaiting(input.atMs) : QUIET;
    case 'reset':
      return QUIET;
  }
}

function interrupted(
  state: DeadAirState,
  { atMs, fellSilent, user }: Extract<DeadAirInput, { readonly type: 'interrupted' }>,
): DeadAirState {
  if (state.type === 'awaitingReply' || state.type === 'cutOff' || !fellSilent) return state;
  if (user === 'speaking') return QUIET;
  return user === 'heard' ? awaiting(atMs) : { type: 'cutOff', sinceMs: atMs };
}

function awaiting(sinceMs: number): DeadAirState {
  return { type: 'awaitingReply', sinceMs };
}
