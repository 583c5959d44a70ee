/** Who speaks, who is heard, and who is cut off. */
import { interruptionEndsCalls } from '../../tools/background-delivery.ts';
import type { Steps } from './step.ts';

export const voiceSteps: Steps<
  | 'noteSpeechStart'
  | 'noteSpeechEnd'
  | 'noteModelBegan'
  | 'noteWaiting'
  | 'notePlaybackStart'
  | 'notePlaybackEnd'
  | 'freeFloor'
  | 'cutWhatWasHeard'
  | 'abortReads'
  | 'noteInterruption'
  | 'tellInterrupted'
  | 'runSoftTurnHook'
> = {
  noteSpeechStart(
    { recorder, session, signals, telemetry, tools, transcripts, voice, watch },
    { atMs, source },
  ) {
    voice.quiet.userSpeechStarted(source);
    transcripts.speechStarted();
    telemetry.speechStart(atMs);
    recorder.mark('speechStart', atMs);
    signals.userSpeaking(true);
    tools?.userTurn(session.state.turn);
    watch?.onEvent('vadStart');
  },

  noteSpeechEnd({ recorder, signals, telemetry, voice, watch }, { atMs }) {
    voice.quiet.userSpeechEnded();
    telemetry.speechEnd(atMs);
    recorder.mark('speechEnd', atMs);
    signals.userSpeaking(false);
    watch?.onEvent('vadEnd');
  },

  noteModelBegan({ recorder, signals, telemetry, transcripts }, { audio }) {
    transcripts.modelBegan();
    telemetry.firstOutput();
    recorder.mark(audio ? 'firstAudio' : 'firstOutput');
    signals.modelSpeaking(true);
  },

  noteWaiting({ voice }) {
    voice.quiet.waitingForInput();
  },

  notePlaybackStart({ voice }) {
    voice.uplink.playbackStarted();
  },

  notePlaybackEnd({ voice }) {
    voice.uplink.playbackDrained(voice.context.promptArmed);
  },

  /** What waited for the floor may go now. */
  freeFloor({ voice }) {
    voice.context.floorChanged();
  },

  /** The playback may have outlasted its turn: it is the turn that was heard which is cut. */
  cutWhatWasHeard({ keeping, recorder, redactor, transcripts, turn, voice, words, write }, { generation }) {
    const cut = voice.ledger.interrupted(generation);
    voice.quiet.interrupted(cut);
    if (cut !== undefined) words.cut();
    const spoken = cut && transcripts.turn(cut.turn);
    if (spoken === undefined) return;
    const heard = voice.ledger.heardText(spoken.number, spoken.model);
    transcripts.cut(spoken.number, heard);
    recorder.amend(spoken.number, { model: heard, interrupted: true });
    keeping?.turnAmended(spoken.number);
    if (spoken.number < turn) write.set('session:lastOutputTranscription', redactor.text(heard));
  },

  abortReads(core) {
    if (!interruptionEndsCalls(core.resolved.profile)) return;
    const unanswered = core.tools?.bargeIn() ?? [];
    // The service says so too, but not always.
    if (unanswered.length > 0) core.send(core.session.beginToolExecution(unanswered));
    core.lane.post({ type: 'callsGivenUp' });
  },

  noteInterruption({ signals, telemetry, transcripts, watch }) {
    transcripts.interrupted();
    telemetry.interruption();
    signals.interruption();
    signals.modelSpeaking(false);
    watch?.onEvent('interrupted');
  },

  tellInterrupted(core) {
    core.emit({ type: 'interrupted' });
  },

  runSoftTurnHook(core) {
    core.voice.uplink.feed({ type: 'softTurnComplete' });
    core.runHook('onSoftTurn', core.resolved.options.hooks?.onSoftTurn);
  },
};
