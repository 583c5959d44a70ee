/** The beginning of a call, and what the user types. */
import type { Steps } from './step.ts';
import { isModelHeld } from './tool-steps.ts';

export const startSteps: Steps<
  | 'noteConnected'
  | 'keepCalls'
  | 'remind'
  | 'enterFirstPhase'
  | 'greet'
  | 'runConnectedHook'
  | 'tellConnected'
  | 'tellRotated'
  | 'noteUserText'
  | 'changeInstruction'
> = {
  /** What the old connection still owed is not to come. */
  noteConnected(core) {
    const { signals, voice, words } = core;
    signals.connected();
    voice.quiet.connected();
    if (!core.begun) return;
    words.brokeOff();
    signals.modelSpeaking(false);
  },

  /** Calls outlast their connection, and their session: one that does not know of them is told the results as text. */
  keepCalls(core) {
    if (core.begun && isModelHeld(core)) core.voice.quiet.toolCall();
  },

  /** Steering was held back while there was no connection; a session that begins anew knows only what the setup says. */
  remind(core, { resumed }) {
    if (!core.begun) return;
    if (!resumed) core.recall();
    core.guide?.steer();
  },

  enterFirstPhase(core) {
    if (!core.begun) core.guide?.begin();
  },

  /** Never a second time, and never into a conversation that goes on. */
  greet(core, { resumed, reseeded }) {
    const { greeting } = core.resolved.options;
    const isFirst = !core.begun;
    core.begun = true;
    if (!isFirst || resumed || reseeded || greeting === undefined) return;
    core.voice.uplink.ownWordsSent();
    core.voice.quiet.prompted();
    core.send(core.session.sendText(greeting));
  },

  runConnectedHook(core) {
    core.runHook('onConnected', core.resolved.options.hooks?.onConnected);
  },

  tellConnected(core, { resumed }) {
    core.emit({ type: 'connected', resumed });
  },

  tellRotated(core, { report }) {
    const { cause, gapMs, resumed, reseeded, replayed } = report;
    const count = replayed.turns + replayed.toolResponses;
    core.emit({ type: 'rotated', cause, gapMs, replayed: count, resumed, reseeded });
  },

  noteUserText({ recorder, telemetry, tools, transcripts, turn, voice }, { text }) {
    const ofTurn = text === '' ? turn : transcripts.userTyped(text);
    tools?.userTurn(ofTurn);
    telemetry.textSent();
    recorder.mark('textSent');
    voice.quiet.userText();
    voice.uplink.ownWordsSent();
  },

  changeInstruction({ guide }, { instruction }) {
    guide?.setInstruction(instruction);
  },
};
