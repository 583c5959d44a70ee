/**
 * Where the detector stands. `frames` counts speech-like frames in a row (`pendingSpeech`) or frames below the stop
 * threshold in a row (`hangover`), the present one included.
 */
export type VadState =
  | { readonly kind: 'silence' }
  | { readonly kind: 'pendingSpeech'; readonly frames: number }
  | { readonly kind: 'speech' }
  | { readonly kind: 'hangover'; readonly frames: number };

/** What one frame sounded like. */
export interface VadEvidence {
  /** Good enough to begin or continue a start of speech. */
  readonly speechLike: boolean;
  /** Good enough to keep speech going. */
  readonly aboveStop: boolean;
}

/** How many frames it takes to change one's mind. */
export interface VadPatience {
  /** Speech-like frames in a row that make a start, 1 or more. */
  readonly minSpeechFrames: number;
  /** Frames below the stop threshold in a row that make an end, 1 or more. */
  readonly hangoverFrames: number;
}

/** The state before any audio. */
export const VAD_SILENCE: VadState = { kind: 'silence' };

const SPEECH: VadState = { kind: 'speech' };

/** Whether a state counts as speaking: speech or its hangover. A change of this is an edge. */
export function isSpeaking(state: VadState): boolean {
  return state.kind === 'speech' || state.kind === 'hangover';
}

/** The whole decision of the detector: one frame's evidence takes it from one state to the next. Pure. */
export function transitionVad(state: VadState, evidence: VadEvidence, patience: VadPatience): VadState {
  switch (state.kind) {
    case 'silence':
      return evidence.speechLike ? pending(1, patience) : state;
    case 'pendingSpeech':
      return evidence.speechLike ? pending(state.frames + 1, patience) : VAD_SILENCE;
    case 'speech':
      return evidence.aboveStop ? state : hanging(1, patience);
    case 'hangover':
      return evidence.aboveStop ? SPEECH : hanging(state.frames + 1, patience);
  }
}

function pending(frames: number, patience: VadPatience): VadState {
  return frames >= patience.minSpeechFrames ? SPEECH : { kind: 'pendingSpeech', frames };
}

function hanging(frames: number, patience: VadPatience): VadState {
  return frames >= patience.hangoverFrames ? VAD_SILENCE : { kind: 'hangover', frames };
}
