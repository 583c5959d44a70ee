/** Server frames to frame items: both casings, text and binary, every key of a frame (spec: wire §1.4, §3). */
import { decodeUtf8 } from '#base64';
import type { FunctionCall } from '../protocol/content.ts';
import type { UsageMetadata } from '../protocol/server-messages.ts';
import { WireError } from '../wire-error.ts';
import { decodeContent } from './decode-content.ts';
import { decodeUsage } from './decode-usage.ts';
import type { FrameItem } from './frame-item.ts';
import {
  asDurationMs,
  asFlag,
  asList,
  asNumber,
  asObject,
  asText,
  fieldOf,
  type JsonObject,
  JsonReader,
} from './json-reader.ts';

/** What a frame said, or why it could not be read. Decoding never throws. */
export type DecodedFrame =
  | { readonly ok: true; readonly items: readonly FrameItem[] }
  /** `malformedFrame`: not JSON, or not an object. The session goes on. */
  | { readonly ok: false; readonly error: WireError };

const TOP_KEYS: ReadonlySet<string> = new Set([
  'setupComplete',
  'serverContent',
  'toolCall',
  'toolCallCancellation',
  'usageMetadata',
  'goAway',
  'sessionResumptionUpdate',
  'voiceActivity',
  'voiceActivityDetectionSignal',
  'interactionStatus',
]);

/**
 * Decodes one server frame. Known keys of a wrong type and unknown keys become `unknown` items; the rest of the
 * frame is still read.
 *
 * @param frame a text frame, or the bytes of a binary frame (UTF-8 JSON).
 */
export function decodeServerFrame(frame: Uint8Array | string): DecodedFrame {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof frame === 'string' ? frame : decodeUtf8(frame));
  } catch (cause) {
    return malformed('is not JSON', cause);
  }
  const message = asObject(parsed);
  return message === undefined
    ? malformed('is not a JSON object')
    : { ok: true, items: decodeMessage(message) };
}

function malformed(what: string, cause?: unknown): DecodedFrame {
  const message = `A server frame ${what}; it was skipped. If it happens often, check that the URL is a Gemini Live endpoint.`;
  return { ok: false, error: new WireError('malformedFrame', message, { cause }) };
}

function decodeMessage(message: JsonObject): FrameItem[] {
  const unknown: FrameItem[] = [];
  const reader = new JsonReader((key, raw) => unknown.push({ type: 'unknown', key, raw }));
  const items: FrameItem[] = [];
  const setup = reader.read(message, 'setupComplete', asObject);
  if (setup !== undefined) {
    const serverSessionId = reader.read(setup, 'sessionId', asText, 'setupComplete.');
    items.push({ type: 'setupComplete', ...(serverSessionId !== undefined && { serverSessionId }) });
  }
  const body = reader.read(message, 'serverContent', asObject);
  const said = body === undefined ? undefined : decodeContent(body, reader);
  if (said !== undefined) items.push(...said.content);
  const usage = reader.read(message, 'usageMetadata', asObject);
  if (usage !== undefined) items.push({ type: 'usage', usage: decodeUsage(usage) satisfies UsageMetadata });
  decodeVoiceActivity(message, reader, items);
  const status = reader.read(message, 'interactionStatus', asText);
  if (status !== undefined) items.push({ type: 'interactionStatus', status });
  if (said !== undefined) items.push(...said.flags);
  decodeTools(message, reader, items);
  decodeSession(message, reader, items);
  reader.rest(message, TOP_KEYS);
  items.push(...unknown);
  return items;
}

function decodeVoiceActivity(message: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const activity = reader.read(message, 'voiceActivity', asObject);
  if (activity !== undefined) {
    const path = 'voiceActivity.';
    // Google AI says `type`; the SDK's and some recorded frames say `voiceActivityType`.
    const kind =
      reader.read(activity, 'type', asText, path) ?? reader.read(activity, 'voiceActivityType', asText, path);
    const audioOffsetMs = reader.read(activity, 'audioOffset', asDurationMs, path);
    const offset = audioOffsetMs === undefined ? {} : { audioOffsetMs };
    if (kind === 'ACTIVITY_START') items.push({ type: 'voiceActivity', active: true, ...offset });
    else if (kind === 'ACTIVITY_END') items.push({ type: 'voiceActivity', active: false, ...offset });
    else items.push({ type: 'unknown', key: 'voiceActivity', raw: activity });
  }
  const signal = reader.read(message, 'voiceActivityDetectionSignal', asObject);
  if (signal !== undefined) {
    const kind = reader.read(signal, 'vadSignalType', asText, 'voiceActivityDetectionSignal.');
    if (kind === 'VAD_SIGNAL_TYPE_SOS') items.push({ type: 'voiceActivity', active: true });
    else if (kind === 'VAD_SIGNAL_TYPE_EOS') items.push({ type: 'voiceActivity', active: false });
    else items.push({ type: 'unknown', key: 'voiceActivityDetectionSignal', raw: signal });
  }
}

function decodeTools(message: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const toolCall = reader.read(message, 'toolCall', asObject);
  const rawCalls = toolCall && reader.read(toolCall, 'functionCalls', asList, 'toolCall.');
  if (rawCalls !== undefined && rawCalls.length > 0) {
    const calls: FunctionCall[] = [];
    for (const raw of rawCalls) {
      const call = functionCall(raw);
      if (call !== undefined) calls.push(call);
      else items.push({ type: 'unknown', key: 'toolCall.functionCalls', raw });
    }
    if (calls.length > 0) items.push({ type: 'toolCall', calls });
  }
  const cancellation = reader.read(message, 'toolCallCancellation', asObject);
  const ids = cancellation && reader.read(cancellation, 'ids', asList, 'toolCallCancellation.');
  const known = ids?.filter((id) => typeof id === 'string') ?? [];
  if (known.length > 0) items.push({ type: 'toolCallCancellation', ids: known });
}

function functionCall(raw: unknown): FunctionCall | undefined {
  const call = asObject(raw);
  const name = call && asText(call.name);
  if (call === undefined || name === undefined) return undefined;
  const id = asText(call.id);
  return { ...(id !== undefined && { id }), name, args: asObject(call.args) ?? {} };
}

function decodeSession(message: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const update = reader.read(message, 'sessionResumptionUpdate', asObject);
  if (update !== undefined) {
    const path = 'sessionResumptionUpdate.';
    const handle = reader.read(update, 'newHandle', asText, path);
    const lastConsumedIndex = reader.read(update, 'lastConsumedClientMessageIndex', asNumber, path);
    items.push({
      type: 'resumption',
      ...(handle !== undefined && handle !== '' && { handle }),
      resumable: reader.read(update, 'resumable', asFlag, path) ?? false,
      ...(lastConsumedIndex !== undefined && { lastConsumedIndex }),
    });
  }
  const goAway = reader.read(message, 'goAway', asObject);
  if (goAway !== undefined) {
    const timeLeftMs =
      fieldOf(goAway, 'timeLeft') === undefined
        ? undefined
        : reader.read(goAway, 'timeLeft', asDurationMs, 'goAway.');
    items.push({ type: 'goAway', ...(timeLeftMs !== undefined && { timeLeftMs }) });
  }
}
