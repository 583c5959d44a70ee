import type { Requirement } from '../requirements.ts';

export const voiceRequirements: Readonly<Record<string, Requirement>> = {
  // Playback, deferred context and the quiet

  'voice:playback:active': {
    source: 'spec/voice.md sections 8 and 16.25',
    promise:
      'Playback is active from the first audio until the player, or else the estimate, says that it ended.',
  },
  'voice:playback:heard': {
    source: 'spec/wire.md section 3, spec/voice.md section 10',
    promise: 'Audio that came faster than real time was heard only as far as it could have played.',
  },
  'voice:playback:reported': {
    source: 'spec/voice.md section 10, design section 4',
    promise: 'The reports of a player override the estimate, and later ones of flushed audio change nothing.',
  },
  'voice:playback:oracle': {
    source: 'spec/voice.md section 10',
    promise:
      'The ledger agrees with a simulated player after any stalls, flushes and turns, and tells each edge once.',
  },
  'voice:playback:heardText': {
    source: 'spec/voice.md section 10',
    promise: 'A transcript is cut on barge-in behind the last whole word that was heard.',
  },
  'voice:playback:wordTimes': {
    source: 'spec/wire.md section 3',
    promise: 'Where the server gives the times of words, they decide what was heard.',
  },
};
