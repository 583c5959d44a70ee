import type { FunctionResponse } from '../../wire/index.ts';
import type { ToolCall } from './tool-call.ts';
import type { JsonObject } from './tool-definition.ts';
import { isJsonObject, toJson } from './tool-json.ts';

/** What a response by hand is to a call of ours. */
export type HandAnswer =
  | { readonly type: 'answer'; readonly call: ToolCall; readonly response: JsonObject }
  /** More is to come. */
  | { readonly type: 'interim'; readonly call: ToolCall }
  /** It is dropped. */
  | { readonly type: 'unusable'; readonly why: string };

/** @param call the one that it names; undefined when that is over */
export function handAnswer(call: ToolCall | undefined, response: FunctionResponse): HandAnswer {
  if (call?.answer !== 'open')
    return { type: 'unusable', why: 'comes after the call was answered or cancelled' };
  if (call.name !== response.name) return { type: 'unusable', why: `has the id of a call of ${call.name}` };
  const json = toJson(response.response);
  if (!json.ok || !isJsonObject(json.value)) return { type: 'unusable', why: 'is no JSON object' };
  return response.willContinue === true
    ? { type: 'interim', call }
    : { type: 'answer', call, response: json.value };
}
