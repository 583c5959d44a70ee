/**
 * The turn commit: from edges of speech to the turns that the server is told of (spec: voice §10). A pure machine on
 * audio time, so that the same audio gives the same marks however fast it comes and however it is cut.
 */

/** How patient the commit is. */
export interface TurnCommitPolicy {
  /** How long the user must be silent before the turn ends: a pause to think is no end. */
  readonly holdMs: number;
  /** How long the user must speak into the model's speech before it is an interruption: "mhm" is none. */
  readonly sustainMs: number;
}

/**
 * - `immediate`: every edge is a mark. For push-to-talk.
 * - `responsive`: the default.
 * - `conversational`: for people who think aloud and listen actively.
 */
export type TurnCommitPreset = 'immediate' | 'responsive' | 'conversational';

/** What each preset stands for. */
export const TURN_COMMIT_PRESETS: Readonly<Record<TurnCommitPreset, TurnCommitPolicy>> = {
  immediate: { holdMs: 0, sustainMs: 0 },
  responsive: { holdMs: 400, sustainMs: 600 },
  conversational: { holdMs: 800, sustainMs: 1400 },
};

/** Where the user's turn stands. Between its start mark and its end mark the turn is open. */
export type TurnCommitState =
  | { readonly kind: 'idle' }
  /** The user speaks into the model's speech, since then; the server does not know. */
  | { readonly kind: 'interrupting'; readonly sinceMs: number }
  | { readonly kind: 'speaking' }
  /** The user is silent since then; the turn is still open. */
  | { readonly kind: 'ending'; readonly sinceMs: number };

export type TurnCommitEvent =
  /** `modelAudible`: the user hears the model at this moment. */
  | { readonly type: 'speechStarted'; readonly atMs: number; readonly modelAudible: boolean }
  | { readonly type: 'speechEnded'; readonly atMs: number }
  /** The model fell silent: what was becoming an interruption is now simply the user's turn. */
  | { readonly type: 'floorFreed' }
  /** Audio time has come to `atMs`. */
  | { readonly type: 'timePassed'; readonly atMs: number };

/** `interruptionStart` is an activity start that cuts the model off. */
export type TurnMark = 'activityStart' | 'interruptionStart' | 'activityEnd';

export interface TurnCommitStep {
  readonly state: TurnCommitState;
  readonly mark: TurnMark | undefined;
}

/** Nobody has spoken. */
export const TURN_IDLE: TurnCommitState = { kind: 'idle' };
const SPEAKING: TurnCommitState = { kind: 'speaking' };

const OPENED: TurnCommitStep = { state: SPEAKING, mark: 'activityStart' };
const INTERRUPTED: TurnCommitStep = { state: SPEAKING, mark: 'interruptionStart' };
const ENDED: TurnCommitStep = { state: TURN_IDLE, mark: 'activityEnd' };
const RESUMED: TurnCommitStep = { state: SPEAKING, mark: undefined };
const DISCARDED: TurnCommitStep = { state: TURN_IDLE, mark: undefined };

/**
 * One step. Pass what is due before an edge first, as `timePassed` at {@link turnDeadlineMs}: then a step never has
 * more than one mark.
 */
export function commitTurn(
  state: TurnCommitState,
  event: TurnCommitEvent,
  policy: TurnCommitPolicy,
): TurnCommitStep {
  switch (event.type) {
    case 'speechStarted':
      return speechStarted(state, event, policy);
    case 'speechEnded':
      return speechEnded(state, event.atMs, policy);
    case 'floorFreed':
      return state.kind === 'interrupting' ? OPENED : { state, mark: undefined };
    case 'timePassed':
      return event.atMs >= turnDeadlineMs(state, policy) ? due(state) : { state, mark: undefined };
  }
}

/** When the state changes by itself, in audio time; `Infinity` when it does not. */
export function turnDeadlineMs(state: TurnCommitState, policy: TurnCommitPolicy): number {
  if (state.kind === 'interrupting') return state.sinceMs + policy.sustainMs;
  if (state.kind === 'ending') return state.sinceMs + policy.holdMs;
  return Number.POSITIVE_INFINITY;
}

/** Whether the server has been told of a start and not yet of its end. */
export function isTurnOpen(state: TurnCommitState): boolean {
  return state.kind === 'speaking' || state.kind === 'ending';
}

function speechStarted(
  state: TurnCommitState,
  { atMs, modelAudible }: Extract<TurnCommitEvent, { readonly type: 'speechStarted' }>,
  { sustainMs }: TurnCommitPolicy,
): TurnCommitStep {
  if (state.kind === 'ending') return RESUMED;
  if (state.kind !== 'idle') return { state, mark: undefined };
  if (!modelAudible) return OPENED;
  return sustainMs === 0 ? INTERRUPTED : { state: { kind: 'interrupting', sinceMs: atMs }, mark: undefined };
}

function speechEnded(state: TurnCommitState, atMs: number, { holdMs }: TurnCommitPolicy): TurnCommitStep {
  if (state.kind === 'interrupting') return DISCARDED;
  if (state.kind !== 'speaking') return { state, mark: undefined };
  return holdMs === 0 ? ENDED : { state: { kind: 'ending', sinceMs: atMs }, mark: undefined };
}

function due(state: TurnCommitState): TurnCommitStep {
  return state.kind === 'interrupting' ? INTERRUPTED : ENDED;
}
