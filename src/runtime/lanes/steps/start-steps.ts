/** The beginning of a call, and what the user types. */
import { setStage } from '../../live-guide.ts';
import type { RestoredCall } from '../../persist/restore-session.ts';
import { untoldBy } from '../../persist/untold.ts';
import { failureText } from '../../tools/refusal-text.ts';
import type { LiveParts } from '../live-parts.ts';
import type { Steps } from './step.ts';
import { isModelHeld } from './tool-steps.ts';

export const startSteps: Steps<
  | 'noteConnected'
  | 'keepCalls'
  | 'remind'
  | 'enterFirstPhase'
  | 'greet'
  | 'goOn'
  | 'runConnectedHook'
  | 'tellConnected'
  | 'tellRotated'
  | 'noteUserText'
  | 'changeInstruction'
> = {
  /** What the old connection still owed is not to come. */
  noteConnected(core, { resumed }) {
    const { keeping, signals, voice, words } = core;
    if (!resumed) keeping?.keeper.resumable(undefined);
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
    if (core.begun) return;
    if (core.restored !== undefined && core.guide !== undefined) setStage(core);
    core.guide?.begin();
  },

  /** Never a second time, and never into a conversation that goes on. */
  greet(core, { resumed, reseeded }) {
    const { greeting } = core.resolved.options;
    const isFirst = !core.begun;
    core.begun = true;
    core.keeping?.keeper.opened();
    const isOld = resumed || reseeded || core.restored !== undefined;
    if (!isFirst || isOld || greeting === undefined) return;
    core.voice.uplink.ownWordsSent();
    core.voice.quiet.prompted();
    core.send(core.session.sendText(greeting));
  },

  /** The model is told what a handle of before does not hold, and the calls of before go on. */
  goOn(core, { resumed }) {
    const { keeping, restored, voice } = core;
    if (restored === undefined || keeping?.goesOn !== true) return;
    const turns = untoldBy(restored.snapshot, resumed);
    if (turns.length > 0) {
      const untold = turns.map((content) => ({ ...content }));
      voice.context.deliver({ turns: untold, prompt: false, tag: 'restored' }, 'immediate');
    }
    takeUpCalls(core, keeping.takeCalls());
    endStepWork(core);
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

function takeUpCalls({ guide, lane, tools }: LiveParts, calls: readonly RestoredCall[]): void {
  for (const { callId, name, running } of calls) {
    // It asks again whether it may run.
    if (!running) guide?.flow?.toolEnded(callId, name, undefined);
  }
  if (tools !== undefined) return tools.resume(calls);
  const responses = calls.map(({ callId: id, name }) => ({
    ...{ id, name },
    response: { error: failureText.unknown(name, 'the process that ran it has ended') },
  }));
  if (responses.length > 0) lane.post({ type: 'toolResponses', responses, background: false });
}

/** What the application did in steps is not done again: nobody knows how far it was. */
function endStepWork({ guide, lane, resolved, state }: LiveParts): void {
  const marking = guide?.flow?.state;
  if (marking === undefined) return;
  const entered = [marking.main, ...Object.values(marking.digressions)].flatMap((layer) => layer.entered);
  for (const step of Object.keys(resolved.flow?.settings.onStepEnter ?? {})) {
    if (!entered.includes(step) || state.has(`${step}:result`) || state.has(`${step}:error`)) continue;
    const error = 'the process that did it has ended';
    lane.post({ type: 'stepEnded', step, outcome: { ok: false, error } });
  }
}
