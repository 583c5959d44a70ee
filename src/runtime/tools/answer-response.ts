import { atOnce } from '../../flow/fault.ts';
import type { FunctionResponse, Scheduling } from '../../wire/index.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { ToolAnswer, ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { copyJson, isJsonObject, toJson } from './tool-json.ts';
import type { BackgroundOutcome, BackgroundScheduling } from './tool-policy.ts';
import type { ToolOutcome, ToolRunnerHost } from './tool-runner-options.ts';

const SCHEDULING: Readonly<Record<BackgroundScheduling, Scheduling>> = {
  interrupt: 'INTERRUPT',
  whenIdle: 'WHEN_IDLE',
  silent: 'SILENT',
};

/** The response that answers a call. A background tool's carries the scheduling, however early it comes. */
export function answerResponse(
  call: ToolCall,
  answer: ToolAnswer,
  report: (error: RuntimeError) => void,
): FunctionResponse {
  const { id, name, origin, isAcknowledged } = call;
  const { background } = origin;
  const response = isAcknowledged ? completion(call, answer, report) : answer.response;
  const plain = { ...(origin.hasServerId && { id }), name, response };
  return background === undefined
    ? plain
    : { ...plain, scheduling: SCHEDULING[background.scheduling ?? 'whenIdle'] };
}

/** How a call ended, redacted. */
export function toOutcome(
  call: ToolCall,
  {
    response,
    outcome,
    isUnknown,
  }: Pick<ToolOutcome, 'outcome' | 'isUnknown'> & { readonly response: JsonObject },
  { clock, redact = (value) => value }: Pick<ToolRunnerHost, 'clock' | 'redact'>,
): ToolOutcome {
  const { id, name, origin } = call;
  return {
    callId: id,
    name,
    args: redact(origin.args),
    result: redact(copyJson(response)),
    outcome,
    ok: outcome === 'succeeded' ? true : outcome === 'failed' ? false : undefined,
    ...(isUnknown && { isUnknown }),
    turn: origin.turn,
    durationMs: clock.nowMs() - origin.receivedMs,
  };
}

/** What a background tool says at its end. */
function completion(call: ToolCall, answer: ToolAnswer, report: (error: RuntimeError) => void): JsonObject {
  const { name: tool, origin } = call;
  const { response } = answer;
  const outcome: BackgroundOutcome =
    answer.outcome === 'succeeded'
      ? { status: 'completed', tool, result: response }
      : { status: 'error', tool, error: String(response.error) };
  const format = origin.background?.format;
  if (format === undefined) return outcome;
  try {
    const json = toJson(atOnce(format(outcome)));
    if (json.ok && isJsonObject(json.value)) return json.value;
    report(new RuntimeError('toolFailed', `The format of ${tool} gave no JSON object.`));
  } catch (cause) {
    report(new RuntimeError('toolFailed', `The format of ${tool} threw.`, { cause }));
  }
  return outcome;
}
