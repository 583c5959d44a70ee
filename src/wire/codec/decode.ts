/** Server frames to frame items: both casings, text and binary, every key of a frame (spec: wire §1.4, §3). */
import { decodeUtf8 } from '#base64';
import type { FunctionCall } from '../protocol/content.ts';
import type { UsageMetadata } from '../protocol/server-messages.ts';
import { WireError } from '../wire-error.ts';
import { decodeActivity } from './decode-activity.ts';
import { decodeContent, decodeFlags } from './decode-content.ts';
import { decodeUsage } from './decode-usage.ts';
import type { FrameItem } from './frame-item.ts';
import {
  asDurationMs,
  asFlag,
  asList,
  asNumber,
  asObject,
  asText,
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
const SETUP_KEYS: ReadonlySet<string> = new Set(['sessionId', 'voiceConsentSignature']);
const CALL_KEYS: ReadonlySet<string> = new Set(['id', 'name', 'args']);
const RESUMPTION_KEYS: ReadonlySet<string> = new Set([
  'newHandle',
  'resumable',
  'lastConsumedClientMessageIndex',
]);
const GO_AWAY_KEYS: ReadonlySet<string> = new Set(['timeLeft']);

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
  } catch {
    // The parser's error quotes the frame, which may hold anything, so it is not passed on as a cause.
    return malformed('is not JSON');
  }
  const message = asObject(parsed);
  return message === undefined
    ? malformed('is not a JSON object')
    : { ok: true, items: decodeMessage(message) };
}

function malformed(what: string): DecodedFrame {
  const message = `A server frame ${what}; it was skipped. If it happens often, check that the URL is a Gemini Live endpoint.`;
  return { ok: false, error: new WireError('malformedFrame', message) };
}

function decodeMessage(message: JsonObject): FrameItem[] {
  const unknown: FrameItem[] = [];
  const reader = new JsonReader((key, raw) => unknown.push({ type: 'unknown', key, raw }));
  const items: FrameItem[] = [];
  decodeSetupComplete(message, reader, items);
  const content = reader.read(message, 'serverContent', asObject) ?? {};
  decodeContent(content, reader, items);
  const usage = reader.read(message, 'usageMetadata', asObject);
  if (usage !== undefined) items.push({ type: 'usage', usage: decodeUsage(usage) satisfies UsageMetadata });
  decodeActivity(message, content, reader, items);
  // Inside `serverContent` by the reference, at the top in one published sample.
  const status = reader.read(message, 'interactionStatus', asText);
  if (status !== undefined) items.push({ type: 'interactionStatus', status });
  decodeFlags(content, reader, items);
  decodeTools(message, reader, items);
  decodeSession(message, reader, items);
  reader.rest(message, TOP_KEYS);
  return unknown.length === 0 ? items : items.concat(unknown);
}

function decodeSetupComplete(message: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const setup = reader.read(message, 'setupComplete', asObject);
  if (setup === undefined) return;
  const path = 'setupComplete.';
  const serverSessionId = reader.read(setup, 'sessionId', asText, path);
  const consent = reader.read(setup, 'voiceConsentSignature', asObject, path);
  const voiceConsentSignature =
    consent && reader.read(consent, 'signature', asText, `${path}voiceConsentSignature.`);
  items.push({
    type: 'setupComplete',
    ...(serverSessionId !== undefined && { serverSessionId }),
    ...(voiceConsentSignature !== undefined && { voiceConsentSignature }),
  });
  reader.rest(setup, SETUP_KEYS, path);
}

function decodeTools(message: JsonObject, reader: JsonReader, items: FrameItem[]): void {
  const toolCall = reader.read(message, 'toolCall', asObject);
  const rawCalls = toolCall && reader.read(toolCall, 'functionCalls', asList, 'toolCall.');
  const calls: FunctionCall[] = [];
  for (const raw of rawCalls ?? []) {
    const call = functionCall(raw, reader);
    if (call !== undefined) calls.push(call);
    else items.push({ type: 'unknown', key: 'toolCall.functionCalls', raw });
  }
  if (calls.length > 0) items.push({ type: 'toolCall', calls });
  const path = 'toolCallCancellation.';
  const cancellation = reader.read(message, 'toolCallCancellation', asObject);
  const ids: string[] = [];
  for (const raw of (cancellation && reader.read(cancellation, 'ids', asList, path)) ?? []) {
    if (typeof raw === 'string') ids.push(raw);
    else items.push({ type: 'unknown', key: `${path}ids`, raw });
  }
  if (ids.length > 0) items.push({ type: 'toolCallCancellation', ids });
}

/** A call, or undefined when it has no name to call. */
function functionCall(raw: unknown, reader: JsonReader): FunctionCall | undefined {
  const call = asObject(raw);
  const name = call && asText(call.name);
  if (call === undefined || name === undefined) return undefined;
  const path = 'toolCall.functionCalls.';
  const id = reader.read(call, 'id', asText, path);
  const args = reader.read(call, 'args', asObject, path) ?? {};
  reader.rest(call, CALL_KEYS, path);
  return { ...(id !== undefined && { id }), name, args };
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
    reader.rest(update, RESUMPTION_KEYS, path);
  }
  const goAway = reader.read(message, 'goAway', asObject);
  if (goAway !== undefined) {
    const timeLeftMs = reader.read(goAway, 'timeLeft', asDurationMs, 'goAway.');
    items.push({ type: 'goAway', ...(timeLeftMs !== undefined && { timeLeftMs }) });
    reader.rest(goAway, GO_AWAY_KEYS, 'goAway.');
  }
}
