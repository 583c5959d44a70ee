/** A session event as one line of JSON. */
import { pcm16DurationMs } from '../../audio/index.ts';
import type { SessionEvent } from '../../wire/index.ts';

/**
 * The event with `tMs`, the time since the command began. Sound and other media are told by their length, not
 * carried; errors are plain objects. Ends without a line break.
 */
export function toJsonLine(event: SessionEvent, tMs: number): string {
  return JSON.stringify({ ...describe(event), tMs: Math.round(tMs * 10) / 10 });
}

function describe(event: SessionEvent): Readonly<Record<string, unknown>> {
  if (event.type === 'audioData') {
    const { data, ...rest } = event;
    return { ...rest, lengthBytes: data.length, durationMs: pcm16DurationMs(data.length, event.rateHz) };
  }
  if (event.type === 'media') {
    const { data, ...rest } = event;
    return { ...rest, lengthBytes: data.length };
  }
  return { ...event };
}
