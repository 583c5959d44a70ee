/** What happens, as the flow is told of it. Where no flow governs, nothing follows. */
import { RuntimeError } from '../../runtime-error.ts';
import type { Steps } from './step.ts';

export const flowSteps: Steps<
  | 'beginCallerTurn'
  | 'countInterruption'
  | 'advanceFlow'
  | 'hearSlots'
  | 'checkVerbatim'
  | 'askQuestions'
  | 'keepDecisions'
  | 'keepStepResult'
  | 'hearLate'
  | 'askLate'
> = {
  /** What was answered about the user's last words is not about the next. */
  beginCallerTurn({ decisions, guide }) {
    decisions?.callerTurn();
    guide?.flow?.callerTurn();
  },

  countInterruption({ guide }) {
    guide?.flow?.interrupted();
  },

  /** A call that goes on although it was answered has not ended. */
  advanceFlow({ guide }, { outcome }) {
    const { callId, isUnknown, name, ok } = outcome;
    if (outcome.outcome !== 'running') guide?.flow?.toolEnded(callId, name, ok, isUnknown);
  },

  hearSlots({ ear, endedTurn }) {
    if (endedTurn !== undefined) ear?.hear(endedTurn);
  },

  /** As if the words had come in time: from how things stood in their turn. */
  hearLate({ ear, transcripts }, { turn }) {
    const late = transcripts.turn(turn);
    if (late !== undefined) ear?.hear(late);
  },

  askLate(core, { turn }) {
    core.decisions?.ask(undefined, core.extractionContext(turn));
  },

  checkVerbatim({ endedTurn, guide }) {
    if (endedTurn !== undefined) guide?.flow?.spoke(endedTurn.model);
  },

  askQuestions(core, { turn }) {
    const { decisions, endedTurn } = core;
    if (endedTurn?.user.trim() !== '') decisions?.ask(undefined, core.extractionContext(turn));
  },

  keepDecisions({ guide }, { answers }) {
    guide?.flow?.decided(answers);
  },

  keepStepResult({ report, write }, { step, outcome }) {
    try {
      if (outcome.ok) write.set(`${step}:result`, outcome.value);
      else write.set(`${step}:error`, outcome.error);
    } catch (cause) {
      const text = `The work of step "${step}" gave what the state refuses: see the cause.`;
      report(new RuntimeError('hookFailed', text, { cause }));
    }
  },
};
