/** Calls that are recorded, and replayed. */
import { expect } from 'vitest';
import type { LiveEvent, LiveOptions } from '../../src/live/index.ts';
import { readRecording } from '../../src/runtime/replay/read-recording.ts';
import type { Recording } from '../../src/runtime/replay/recording.ts';
import type { MemoryRecording } from '../../src/runtime/replay/recording-sink.ts';
import { type ReplayResult, replay } from '../../src/runtime/replay/replay.ts';
import { settle } from '../../src/testing/index.ts';

/** The recording, whole. */
export async function recordingOf(sink: MemoryRecording): Promise<Recording> {
  await settle();
  await settle();
  return readRecording(sink.text).recording;
}

/** An event without what differs between objects that mean the same. */
export function comparable(event: LiveEvent): unknown {
  if (event.type === 'error') return { ...event, error: `${event.error.code}: ${event.error.message}` };
  if (event.type === 'audio' || event.type === 'media') return { ...event, data: event.data.length };
  return event;
}

/** Replays, and fails with the difference where there is one. */
export async function expectClean(
  recording: Recording,
  options?: LiveOptions,
  events?: readonly LiveEvent[],
): Promise<ReplayResult> {
  const again: LiveEvent[] = [];
  const result = await replay(recording, { options, onEvent: (event) => again.push(event) });
  expect(result).toMatchObject({ clean: true, difference: undefined, state: [], complete: true });
  if (events !== undefined) expect(again.map(comparable)).toEqual(events.map(comparable));
  return result;
}
