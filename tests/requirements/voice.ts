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
  'voice:context:immediate': {
    source: 'spec/control.md section 5, spec/voice.md section 7.2',
    promise: 'Immediate context is one frame, followed by an empty completing one when a prompt is due.',
  },
  'voice:context:flush': {
    source: 'spec/voice.md section 7.2, seed LiveHandle::send_text',
    promise: "Deferred context goes before the user's text, all in one frame, and leaves the prompt armed.",
  },
  'voice:context:noFlush': {
    source: 'spec/voice.md section 7.2',
    promise: 'Tool responses, instruction updates, explicit content and activity marks flush no context.',
  },
  'voice:context:coalesced': {
    source: 'spec/control.md section 17, spec/voice.md section 7.2',
    promise: 'An identical pending line waits once, and a tagged batch replaces the older undelivered one.',
  },
  'voice:context:bounded': {
    source: 'design section 2',
    promise: 'Deferred context is bounded: the oldest turns are dropped, and that is reported once.',
  },
  'voice:context:quietMoment': {
    source: 'spec/voice.md section 16.26, spec/wire.md section 2.2',
    promise:
      'With a streaming microphone and no speech edges, deferred context waits until the model is silent.',
  },
  'voice:context:userTurn': {
    source: 'spec/voice.md section 16.26',
    promise:
      "Where there are speech edges, deferred context goes at the start of the user's turn and never cuts off the model.",
  },
  'voice:context:promptReleased': {
    source: 'spec/voice.md section 16.26',
    promise: 'Without a playback reporter an armed prompt is released when the estimate of playback ends.',
  },
  'voice:context:promptCancelled': {
    source: 'spec/voice.md section 8, seed LiveHandle::user_speech_started',
    promise: 'The start of speech cancels an armed prompt with a reason and keeps the context.',
  },
  'voice:context:textOnly': {
    source: 'spec/wire.md sections 2.2 and 6',
    promise:
      'A model without clientContent in mid-session gets context as text where that is legal, and the rest is reported once.',
  },
  'voice:context:kept': {
    source: 'design section 1.1',
    promise: 'Context and prompts that a full queue refused are kept and sent later, in order.',
  },
  'voice:context:model': {
    source: 'spec/voice.md section 17',
    promise:
      'In any order of events no deferred word cuts off the model, no prompt talks over anybody, nothing is lost or doubled.',
  },
};
