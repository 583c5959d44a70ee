/**
 * The voice reactor: who speaks, and whether the model may be prompted (spec: voice §8). A pure rule table: state is
 * updated first, then every rule looks at it, in order.
 */
import type { Content } from '../../wire/index.ts';
import type { LiveEvent, LiveEventBody } from '../live-event.ts';
import type { PromptCancelReason } from './context/context-delivery.ts';

/** What the reactor knows. Times are on the session's clock. */
export interface VoiceRuntimeState {
  readonly userSpeaking: boolean;
  /** The user still hears the model, as the playback ledger says; not whether the model generates. */
  readonly playbackActive: boolean;
  /** A prompt is armed and waits for silence. */
  readonly promptPending: boolean;
  /** Grows when a prompt is armed and when the user begins to speak: an effect of an older epoch is stale. */
  readonly promptEpoch: number;
  /** When the user last began to speak into playback; undefined before. */
  readonly lastBargeInAtMs: number | undefined;
  readonly lastPlaybackDrainedAtMs: number | undefined;
}

/** What happens to the voice. `armed` says that a prompt waits which the reactor may not have been told of. */
export type VoiceEvent =
  | { readonly type: 'playbackStarted' }
  | { readonly type: 'playbackDrained'; readonly armed: boolean; readonly atMs: number }
  | { readonly type: 'userSpeechStarted'; readonly atMs: number }
  | { readonly type: 'userSpeechEnded'; readonly armed: boolean }
  /** Deferred context wants an answer of the model as soon as the floor is free. */
  | { readonly type: 'promptArmed' }
  | { readonly type: 'timerTick' }
  /** The user finished, and the model said nothing. */
  | { readonly type: 'softTurnComplete' }
  | { readonly type: 'stateChanged'; readonly key: string }
  | { readonly type: 'live'; readonly event: LiveEvent };

/** What should be done about it. */
export type VoiceEffect =
  /** Send the deferred context and ask the model to speak. */
  | { readonly type: 'promptModel'; readonly epoch: number }
  /** Disarm the prompt; its context stays for the user's next turn. */
  | { readonly type: 'cancelDeferredPrompt'; readonly reason: PromptCancelReason }
  | { readonly type: 'signalActivityStart' }
  | { readonly type: 'signalActivityEnd' }
  | { readonly type: 'sendContext'; readonly turns: readonly Content[] }
  | { readonly type: 'updateInstruction'; readonly instruction: string }
  | { readonly type: 'emit'; readonly body: LiveEventBody };

/** One event as a rule sees it: `state` is after the event, `before` was before it. */
export interface VoiceChange {
  readonly event: VoiceEvent;
  readonly before: VoiceRuntimeState;
  readonly state: VoiceRuntimeState;
}

/** A pure function from what happened to what should be done; undefined is nothing. */
export type VoiceRule = (change: VoiceChange) => VoiceEffect | undefined;

export interface VoiceReaction {
  readonly state: VoiceRuntimeState;
  /** In the order of the rules. */
  readonly effects: readonly VoiceEffect[];
}

/** The beginning of every session. */
export const QUIET_VOICE: VoiceRuntimeState = {
  userSpeaking: false,
  playbackActive: false,
  promptPending: false,
  promptEpoch: 0,
  lastBargeInAtMs: undefined,
  lastPlaybackDrainedAtMs: undefined,
};

/** A prompt that waits is disarmed when the user begins: the model will answer what they say. */
const cancelForTheUser: VoiceRule = ({ event, before }) =>
  event.type === 'userSpeechStarted' && before.promptPending
    ? { type: 'cancelDeferredPrompt', reason: 'userSpoke' }
    : undefined;

const cancelAtTheEnd: VoiceRule = ({ event, before }) =>
  isEnd(event) && before.promptPending ? { type: 'cancelDeferredPrompt', reason: 'sessionEnded' } : undefined;

const promptWhenFree: VoiceRule = ({ state }) =>
  state.promptPending && isFloorFree(state) ? { type: 'promptModel', epoch: state.promptEpoch } : undefined;

const markStart: VoiceRule = ({ before, state }) =>
  state.userSpeaking && !before.userSpeaking ? { type: 'signalActivityStart' } : undefined;

const markEnd: VoiceRule = ({ before, state }) =>
  before.userSpeaking && !state.userSpeaking ? { type: 'signalActivityEnd' } : undefined;

/** The rules of a session whose activity marks somebody else owns: the turn commit, or the server. */
export const VOICE_RULES: readonly VoiceRule[] = [cancelForTheUser, cancelAtTheEnd, promptWhenFree];

/** The rules for whoever runs the reactor alone: every edge of speech is a mark. */
export const MARKING_VOICE_RULES: readonly VoiceRule[] = [
  cancelForTheUser,
  cancelAtTheEnd,
  markStart,
  markEnd,
  promptWhenFree,
];

const NO_EFFECTS: readonly VoiceEffect[] = [];

/**
 * Takes one event. A prompt that a rule asks for while the user or the model is heard is left out, and at most one
 * goes out per event; one that goes out, or is cancelled, is pending no more.
 */
export function react(
  before: VoiceRuntimeState,
  event: VoiceEvent,
  rules: readonly VoiceRule[] = VOICE_RULES,
): VoiceReaction {
  const state = update(before, event);
  const change: VoiceChange = { event, before, state };
  let effects: VoiceEffect[] | undefined;
  let isSettled = false;
  for (const rule of rules) {
    const effect = rule(change);
    if (effect === undefined) continue;
    if (effect.type === 'promptModel' || effect.type === 'cancelDeferredPrompt') {
      if (effect.type === 'promptModel' && (isSettled || !isFloorFree(state))) continue;
      isSettled = true;
    }
    effects ??= [];
    effects.push(effect);
  }
  const isStill = isSettled && state.promptPending;
  return { state: isStill ? { ...state, promptPending: false } : state, effects: effects ?? NO_EFFECTS };
}

function update(state: VoiceRuntimeState, event: VoiceEvent): VoiceRuntimeState {
  switch (event.type) {
    case 'playbackStarted':
      return state.playbackActive ? state : { ...state, playbackActive: true };
    case 'playbackDrained':
      return arm({ ...state, playbackActive: false, lastPlaybackDrainedAtMs: event.atMs }, event.armed);
    case 'userSpeechStarted':
      return {
        ...state,
        userSpeaking: true,
        promptPending: false,
        promptEpoch: state.promptEpoch + 1,
        lastBargeInAtMs: state.playbackActive ? event.atMs : state.lastBargeInAtMs,
      };
    case 'userSpeechEnded':
      return arm({ ...state, userSpeaking: false }, event.armed);
    case 'promptArmed':
      return arm(state, true);
    case 'live':
      return isEnd(event) && state.promptPending ? { ...state, promptPending: false } : state;
    case 'timerTick':
    case 'softTurnComplete':
    case 'stateChanged':
      return state;
  }
}

/** A prompt that waits already speaks for all that is armed. */
function arm(state: VoiceRuntimeState, armed: boolean): VoiceRuntimeState {
  if (!armed || state.promptPending) return state;
  return { ...state, promptPending: true, promptEpoch: state.promptEpoch + 1 };
}

/** Whether the model may speak: the user is silent, and nothing is being played. */
export function isFloorFree(state: VoiceRuntimeState): boolean {
  return !state.userSpeaking && !state.playbackActive;
}

function isEnd(event: VoiceEvent): boolean {
  return event.type === 'live' && event.event.type === 'disconnected';
}
