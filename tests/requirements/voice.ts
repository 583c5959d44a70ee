import type { Requirement } from '../requirements.ts';

export const voiceRequirements: Readonly<Record<string, Requirement>> = {
  // The road up: reactor, turn commit, speech edges, microphone

  'voice:reactor:rules': {
    source: 'spec/voice.md section 8',
    promise:
      'Drains, speech edges and armed prompts have the effects of the rule table, and the state is told.',
  },
  'voice:reactor:model': {
    source: 'spec/voice.md sections 8, 16.25 and 17',
    promise:
      'No two activity starts without an end, no prompt while the user speaks or playback is active, and every armed prompt is sent or cancelled with a reason.',
  },
  'voice:call:model': {
    source: 'spec/voice.md section 17; design sections 3 and 4',
    promise:
      'In whole calls, whatever happens in whatever order, on every model and platform: marks, prompts, answers to tools, events, words and the end keep their rules.',
  },
  'voice:reactor:stale': {
    source: 'spec/voice.md section 16.25',
    promise: 'A prompt that the user has overtaken is recognised by its epoch and cancelled, not sent.',
  },
  'voice:reactor:custom': {
    source: 'spec/voice.md section 8',
    promise: 'Custom rules run after the built-in ones; one that throws is reported, and the others run.',
  },
  'voice:turnCommit:rules': {
    source: 'spec/voice.md section 10',
    promise: 'Holding and sustaining follow the presets, and a start on a free floor is never delayed.',
  },
  'voice:turnCommit:backchannel': {
    source: 'spec/voice.md section 17',
    promise: 'Under `responsive` 200 ms of speech into the model is no interruption, and 700 ms is one.',
  },
  'voice:turnCommit:pairs': {
    source: 'spec/voice.md sections 16.24 and 17',
    promise: 'Every committed turn has exactly one start mark and one end mark, however its audio is cut.',
  },
  'voice:edges:merged': {
    source: 'spec/voice.md section 16.27',
    promise: 'Overlapping edges of several sources are one start and one end; the best source leads.',
  },
  'voice:edges:fallback': {
    source: 'spec/voice.md section 16.27',
    promise: 'Without any marks, transcription and interruptions give edges, ended as of the last words.',
  },
  'voice:mic:order': {
    source: 'spec/voice.md section 7.1',
    promise: 'A chunk passes floor hold, processors, VAD, commit, context and wire in that order, once.',
  },
  'voice:mic:floorHold': {
    source: 'spec/voice.md sections 7.1 and 16.32',
    promise: 'While a stage holds the floor and playback is active the microphone is sent as silence.',
  },
  'voice:mic:processors': {
    source: 'spec/voice.md section 14',
    promise: 'A processor that throws is reported once and left out; the caller keeps its chunk as it was.',
  },
  'voice:mic:window': {
    source: 'spec/wire.md section 4, Manual activity',
    promise:
      'Under the authority of the client audio goes out between the marks only, with what was spoken before them.',
  },
  'voice:mic:authority': {
    source: 'spec/voice.md section 16.24',
    promise: 'Under the authority of the server all audio goes out and no mark does.',
  },
  'voice:mic:recordings': {
    source: 'issue 3, spec/voice.md section 10',
    promise: 'Recorded speech gives one pair of marks a phrase, each start before the audio of its phrase.',
  },
  'voice:mic:pause': {
    source: 'spec/wire.md section 4, Audio turn',
    promise:
      'A microphone that stops sending ends the speech: a pause is told to the server, a turn is closed.',
  },
  'voice:mic:reconnect': {
    source: 'spec/wire.md section 4, Manual activity',
    promise: 'A turn that is open when the connection is lost is opened again on the next one.',
  },
  'voice:mic:memory': {
    source: 'issue 3, Must reach',
    promise: 'Ten minutes of microphone through VAD, commit and context leave no memory behind.',
  },
  'voice:mic:idle': {
    source: 'issue 3, Must reach',
    promise: 'A session that never sends audio makes no VAD and sets no timer.',
  },
  'voice:mic:reentry': {
    source: 'design section 4',
    promise: 'Audio sent by a listener while a chunk is on its way follows that chunk.',
  },
  'voice:options:contradictions': {
    source: 'issue 3, spec/voice.md section 10',
    promise: 'Contradicting voice options are all named, and what the setup needs is said.',
  },

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
  'voice:silence': {
    source: 'spec/voice.md section 16.28',
    promise:
      'Silence is the time since the end of the last user speech, model output or playback, whichever is latest.',
  },
  'voice:reprompt:once': {
    source: 'spec/voice.md section 10',
    promise:
      'A stage reprompts once per silence, after the silence that it allows, and any activity arms it anew.',
  },
  'voice:reprompt:floor': {
    source: 'spec/voice.md section 10',
    promise:
      'No reprompt comes while the user speaks, the model is in its turn, a tool runs or something plays.',
  },
  'voice:reprompt:model': {
    source: 'design section 4',
    promise:
      'Whatever happens in a conversation, at most one reprompt falls into a silence, and none into speech or playback.',
  },
  'voice:softTurn': {
    source: 'spec/control.md section 3.6',
    promise:
      'Speech that gets no response in 2 s is a soft turn, once; an output or a turnComplete resets it.',
  },
  'voice:deadAir:noReply': {
    source: 'design section 4',
    promise:
      'No output within 5 s of a committed user turn is dead air; it is acted on at most twice per user turn.',
  },
  'voice:deadAir:missingTurnComplete': {
    source: 'design section 4, js-genai issue 707',
    promise: 'A turn whose turnComplete does not come long after the end of its playback is dead air.',
  },
  'voice:deadAir:phantomInterruption': {
    source: 'design section 4, python-genai issue 2333',
    promise: 'An interruption after which the user is not heard and the model says nothing is dead air.',
  },
  'voice:deadAir:healthy': {
    source: 'design section 4',
    promise: 'The watchdog says nothing in a healthy conversation.',
  },
  'voice:deadAir:bounded': {
    source: 'design section 4',
    promise:
      'The watchdog never loops: between two signs of the user it acts at most as often as its limit says.',
  },
};
