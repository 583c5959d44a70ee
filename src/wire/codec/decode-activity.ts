/** Reads whether the user speaks, in its three wire forms (spec: wire §3). */
import type { FrameItem } from './frame-item.ts';
import { asDurationMs, asObject, asText, type JsonObject, type JsonReader } from './json-reader.ts';

const starts: ReadonlySet<string | undefined> = new Set(['ACTIVITY_START', 'VAD_SIGNAL_TYPE_SOS', 'SPEECH']);
const ends: ReadonlySet<string | undefined> = new Set(['ACTIVITY_END', 'VAD_SIGNAL_TYPE_EOS', 'NON_SPEECH']);

/** @param content the message's `serverContent`, whose `speechState` is the oldest of the three. */
export function decodeActivity(
  message: JsonObject,
  content: JsonObject,
  reader: JsonReader,
  items: FrameItem[],
): void {
  const activity = reader.read(message, 'voiceActivity', asObject);
  if (activity !== undefined) {
    const path = 'voiceActivity.';
    // Google AI says `type`; the SDK's and some recorded frames say `voiceActivityType`.
    const kind =
      reader.read(activity, 'type', asText, path) ?? reader.read(activity, 'voiceActivityType', asText, path);
    const audioOffsetMs = reader.read(activity, 'audioOffset', asDurationMs, path);
    items.push(activityItem(kind, 'voiceActivity', activity, audioOffsetMs));
  }
  const signal = reader.read(message, 'voiceActivityDetectionSignal', asObject);
  if (signal !== undefined) {
    const kind = reader.read(signal, 'vadSignalType', asText, 'voiceActivityDetectionSignal.');
    items.push(activityItem(kind, 'voiceActivityDetectionSignal', signal));
  }
  const speech = reader.read(content, 'speechState', asText, 'serverContent.');
  if (speech !== undefined) items.push(activityItem(speech, 'serverContent.speechState', speech));
}

function activityItem(
  kind: string | undefined,
  key: string,
  raw: unknown,
  audioOffsetMs?: number,
): FrameItem {
  const active = starts.has(kind);
  if (!active && !ends.has(kind)) return { type: 'unknown', key, raw };
  return { type: 'voiceActivity', active, ...(audioOffsetMs !== undefined && { audioOffsetMs }) };
}
