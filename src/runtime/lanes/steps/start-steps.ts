/** The beginning of a call, and what the user types. */
import type { Steps } from './step.ts';
import { isModelHeld } from './tool-steps.ts';

export const startSteps: Steps<
  'noteConnected' | 'enterFirstPhase' | 'greet' | 'runConnectedHook' | 'tellConnected' | 'noteUserText'
> = {
  noteConnected(core, { resumed }) {
    const { callsByHand, signals, voice } = core;
    if (!resumed) callsByHand.clear();
    signals.connected();
    voice.quiet.connected();
    if (resumed && isModelHeld(core)) voice.quiet.toolCall();
  },

  enterFirstPhase(core) {
    if (!core.begun) core.guide?.begin();
  },

  /** Never a second time, and never into a conversation that goes on. */
  greet(core, { resumed }) {
    const { greeting } = core.resolved.options;
    const isFirst = !core.begun;
    core.begun = true;
    if (!isFirst || resumed || greeting === undefined) return;
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

  noteUserText({ recorder, telemetry, tools, transcripts, voice }, { text }) {
    const turn = transcripts.userTyped(text);
    tools?.userTurn(turn);
    telemetry.textSent();
    recorder.mark('textSent');
    voice.quiet.userText();
    voice.uplink.ownWordsSent();
  },
};
