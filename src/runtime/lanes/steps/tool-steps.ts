/** Calls of tools, from the model's wish to the answer. */
import type { FunctionCall } from '../../../wire/index.ts';
import type { LiveParts } from '../live-parts.ts';
import type { Steps } from './step.ts';

export const toolSteps: Steps<
  | 'takeCalls'
  | 'startTools'
  | 'noteOutcome'
  | 'redeclareTools'
  | 'sendResponses'
  | 'noteResponses'
  | 'startToolExtractors'
  | 'cancelCalls'
> = {
  takeCalls(core, { calls }) {
    const { recorder, session, telemetry, transcripts, voice, watch } = core;
    transcripts.modelBegan();
    telemetry.firstOutput();
    recorder.mark('firstOutput');
    watch?.onEvent('toolCall');
    const ours = ownCalls(core, calls);
    if (ours.some(({ name }) => !isBackground(core, name)) || ours.length < calls.length)
      voice.quiet.toolCall();
    if (ours.length > 0) core.send(session.beginToolExecution());
  },

  startTools(core, { calls }) {
    core.tools?.start(ownCalls(core, calls));
  },

  noteOutcome({ recorder, transcripts, watch }, { outcome }) {
    recorder.tool(outcome);
    if (outcome.outcome !== 'running') transcripts.toolAnswered(outcome.name, outcome.result);
    if (outcome.ok !== undefined) watch?.onTool(outcome.name, outcome.ok);
  },

  /** Instruction and tools as they are now hold for the reply to these responses. */
  redeclareTools({ guide }) {
    guide?.beforeToolResponse();
  },

  sendResponses(core, { responses }) {
    core.send(core.session.sendToolResponse(responses));
  },

  noteResponses({ session, voice }, { background, responses }) {
    const speaks = responses.some(
      ({ scheduling, willContinue }) => scheduling !== 'SILENT' && willContinue !== true,
    );
    if (background && speaks) voice.quiet.prompted();
    if (session.state.openCalls.length > 0) return;
    voice.quiet.toolsAnswered(!background && speaks);
    voice.context.floorChanged();
  },

  startToolExtractors(core) {
    core.extraction?.due('afterToolCall', core.extractionContext(core.turn));
  },

  cancelCalls({ session, tools, voice }, { ids }) {
    tools?.cancel(ids);
    if (session.state.openCalls.length === 0) voice.quiet.toolsCancelled();
  },
};

/** Functions that were declared raw are the application's to answer. */
function ownCalls({ resolved, tools }: LiveParts, calls: readonly FunctionCall[]): readonly FunctionCall[] {
  if (tools === undefined) return [];
  const { manualTools } = resolved;
  return manualTools.size === 0 ? calls : calls.filter(({ name }) => !manualTools.has(name));
}

function isBackground({ resolved }: LiveParts, name: string): boolean {
  return resolved.registry?.get(name)?.definition.policy?.background !== undefined;
}
