/** Calls of tools, from the model's wish to the answer. */
import type { JsonValue } from '../../../flow/index.ts';
import { callKey, type FunctionCall, type FunctionResponse } from '../../../wire/index.ts';
import { backgroundDelivery } from '../../tools/background-delivery.ts';
import { canonicalJson, textHash } from '../../tools/canonical-json.ts';
import { refusalText } from '../../tools/refusal-text.ts';
import { isJsonObject, toJson } from '../../tools/tool-json.ts';
import type { ToolOutcome } from '../../tools/tool-runner-options.ts';
import type { CallByHand, LiveParts } from '../live-parts.ts';
import type { Steps } from './step.ts';

export const toolSteps: Steps<
  | 'takeCalls'
  | 'startTools'
  | 'noteOutcome'
  | 'noteHandAnswers'
  | 'redeclareTools'
  | 'sendResponses'
  | 'noteResponses'
  | 'startToolExtractors'
  | 'cancelCalls'
  | 'letModelGo'
> = {
  takeCalls(core, { calls }) {
    const { recorder, session, telemetry, transcripts, voice, watch } = core;
    hearSoFar(core);
    transcripts.toolCalled();
    telemetry.firstOutput();
    recorder.mark('firstOutput');
    watch?.onEvent('toolCall');
    const ours = ownCalls(core, calls);
    const repeated = core.tools?.repeated(ours) ?? [];
    const fresh = calls.filter(({ id }) => id === undefined || !repeated.includes(id));
    const byHand = fresh.filter(({ name }) => core.resolved.manualTools.has(name));
    answerRefused(
      core,
      byHand.flatMap((call) => takeByHand(core, call)),
    );
    if (fresh.some(({ name }) => !isBackground(core, name))) voice.quiet.toolCall();
    if (ours.length > 0) core.send(session.beginToolExecution(repeated));
  },

  startTools(core, { calls }) {
    if (core.tools === undefined) refuseUnknown(core, calls);
    else core.tools.start(ownCalls(core, calls));
  },

  noteOutcome(core, { outcome }) {
    noteOutcome(core, outcome);
  },

  /** What was answered by hand is told and kept like the answer of a tool. */
  noteHandAnswers(core, { responses }) {
    for (const response of responses) {
      const known = core.callsByHand.get(callKey(response));
      const outcome = known && response.willContinue !== true && handOutcome(core, known, response);
      if (!outcome) continue;
      const { callId, name, args, result } = outcome;
      noteOutcome(core, outcome);
      core.guide?.flow?.toolEnded(callKey(response), name, outcome.ok);
      core.emit({ type: 'toolExecution', callId, name, args, result });
    }
  },

  /** Instruction and tools as they are now hold for the reply to these responses. */
  redeclareTools({ guide }) {
    guide?.beforeToolResponse();
  },

  sendResponses(core, { responses }) {
    core.send(core.session.sendToolResponse(responses));
  },

  noteResponses(core, { background, responses }) {
    const { callsByHand, keeping, voice } = core;
    for (const response of responses) {
      if (response.willContinue === true) continue;
      if (callsByHand.delete(callKey(response))) keeping?.handedBack(callKey(response));
    }
    const speaks = responses.some(
      ({ scheduling, willContinue }) => scheduling !== 'SILENT' && willContinue !== true,
    );
    if (background && speaks) {
      voice.quiet.prompted();
      voice.uplink.ownWordsSent(); // it may interrupt
    }
    if (isModelHeld(core)) return;
    voice.quiet.toolsAnswered(!background && speaks);
    voice.context.floorChanged();
  },

  startToolExtractors(core) {
    core.extraction?.due('afterToolCall', core.extractionContext(core.turn));
  },

  cancelCalls(core, { ids }) {
    core.tools?.cancel(ids);
    giveUpByHand(core, ids);
    core.lane.post({ type: 'callsGivenUp' });
  },

  letModelGo(core) {
    if (!isModelHeld(core)) core.voice.quiet.toolsCancelled();
  },
};

/** The model answers words of the user: they move the conversation before its calls do, as in a simulation. */
function hearSoFar({ ear, guide, transcripts }: LiveParts): void {
  const current = transcripts.current();
  if (current !== undefined && ear?.hear(current) === true) guide?.flow?.settle();
}

function noteOutcome({ recorder, transcripts, watch }: LiveParts, outcome: ToolOutcome): void {
  recorder.tool(outcome);
  if (outcome.outcome !== 'running') transcripts.toolAnswered(outcome.name, outcome.result);
  if (outcome.ok !== undefined) watch?.onTool(outcome.name, outcome.ok);
}

/** Undefined for a response that is no JSON: the wire has refused it. */
function handOutcome(
  { clock, redactor }: LiveParts,
  { call, turn, atMs }: CallByHand,
  { response }: FunctionResponse,
): ToolOutcome | undefined {
  const json = toJson(response);
  if (!json.ok) return undefined;
  const ok = !(isJsonObject(json.value) && 'error' in json.value);
  return {
    callId: call.id ?? '',
    name: call.name,
    args: redactor.json((call.args ?? {}) as JsonValue), // it came as JSON
    result: redactor.json(json.value),
    outcome: ok ? 'succeeded' : 'failed',
    ok,
    turn,
    durationMs: clock.nowMs() - atMs,
  };
}

/** The application may be at work on what nobody waits for any more: what runs once is not given back before it says so. */
function giveUpByHand(core: LiveParts, keys: readonly string[]): void {
  const { callsByHand, callsGivenUp, emit, guide, keeping } = core;
  const flow = guide?.flow;
  const ids: string[] = [];
  for (const key of keys) {
    const known = callsByHand.get(key);
    if (known === undefined) continue;
    ids.push(key);
    callsByHand.delete(key);
    if (flow?.isOnceOpen(key)) {
      callsGivenUp.set(key, known);
      continue;
    }
    flow?.toolEnded(key, known.call.name, undefined);
    keeping?.handedBack(key);
  }
  if (ids.length > 0) emit({ type: 'toolCancelled', ids });
}

/** The responses by hand without those to calls that were given up: these are not sent, but what was done counts. */
export function withoutLate(
  core: LiveParts,
  responses: readonly FunctionResponse[],
): readonly FunctionResponse[] {
  const { callsByHand, callsGivenUp, emit, keeping, lane } = core;
  if (callsGivenUp.size === 0) return responses;
  return responses.filter((response) => {
    const key = callKey(response);
    const known = callsByHand.has(key) ? undefined : callsGivenUp.get(key);
    if (known === undefined || known.call.name !== response.name) return true;
    const outcome = response.willContinue === true ? undefined : handOutcome(core, known, response);
    if (outcome === undefined) return false;
    callsGivenUp.delete(key);
    keeping?.handedBack(key);
    const { name, args, result } = outcome;
    lane.post({ type: 'toolOutcome', outcome: { ...outcome, callId: key } });
    emit({ type: 'toolExecution', callId: key, name, args, result });
    return false;
  });
}

/** Whether the model waits for an answer. The session cannot say: it hears of answers when its own work is done. */
export function isModelHeld({ callsByHand, tools }: LiveParts): boolean {
  return tools?.holdsModel === true || callsByHand.size > 0;
}

/** Functions that were declared raw are the application's to answer. */
function ownCalls({ resolved, tools }: LiveParts, calls: readonly FunctionCall[]): readonly FunctionCall[] {
  if (tools === undefined) return [];
  const { manualTools } = resolved;
  return manualTools.size === 0 ? calls : calls.filter(({ name }) => !manualTools.has(name));
}

/** In a session that runs no tools nobody else would answer a call of a function that it does not declare. */
function refuseUnknown(core: LiveParts, calls: readonly FunctionCall[]): void {
  const { manualTools } = core.resolved;
  const unknown = calls.filter(({ name }) => !manualTools.has(name));
  answerRefused(
    core,
    unknown.map((call) => ({ call, error: refusalText.unknown(call.name, [...manualTools]) })),
  );
}

interface RefusedCall {
  readonly call: FunctionCall;
  readonly error: string;
}

/** What governs the conversation has a say in calls that the application answers, too. A call that comes again waits on. */
function takeByHand(core: LiveParts, call: FunctionCall): readonly RefusedCall[] {
  const { callsByHand, clock, guide, keeping, turn } = core;
  const key = callKey(call);
  // Calls without an id may be several of one name, but not of what runs once.
  if (callsByHand.has(key) && (key === call.id || guide?.flow?.isOnceOpen(key))) return [];
  const json = toJson(call.args ?? {});
  const args = json.ok && isJsonObject(json.value) ? json.value : {};
  const argumentsHash = textHash(canonicalJson(args));
  const admission = guide?.admit(call.name, { callId: key, args, argumentsHash });
  if (admission?.ok === false) return [{ call, error: admission.reason }];
  const byHand = { call, turn, atMs: clock.nowMs() };
  callsByHand.set(key, byHand);
  keeping?.handedOver(key, byHand);
  return [];
}

function answerRefused({ emit, lane, redactor }: LiveParts, refused: readonly RefusedCall[]): void {
  const responses = refused.map(({ call: { id, name, args = {} }, error }): FunctionResponse => {
    // Arguments came as JSON.
    const shown = redactor.json(args as JsonValue);
    emit({ type: 'toolExecution', callId: id ?? '', name, args: shown, result: { error } });
    return { ...(id !== undefined && id !== '' && { id }), name, response: { error } };
  });
  if (responses.length > 0) lane.post({ type: 'toolResponses', responses, background: false });
}

function isBackground({ resolved }: LiveParts, name: string): boolean {
  if (backgroundDelivery(resolved.profile) === 'inline') return false;
  return resolved.registry?.get(name)?.definition.policy?.background !== undefined;
}
