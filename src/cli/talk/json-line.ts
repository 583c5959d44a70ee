/** What happens in a call as lines of JSON. */
import { pcm16DurationMs } from '../../audio/index.ts';
import type { JsonValue, LiveEvent } from '../../live/index.ts';
import type { SessionEvent } from '../../wire/index.ts';

/**
 * An event of the wire session, under its `type`, with `tMs`, the time since the command began. Sound and other media
 * are told by their length, not carried; errors are plain objects. Ends without a line break.
 */
export function toJsonLine(event: SessionEvent, tMs: number): string {
  return line(describe(event), tMs);
}

/** An event of the live session, under `live` instead of `type`, so that nobody takes it for one of the wire's. */
export function toLiveJsonLine(event: LiveEvent, tMs: number): string {
  const { type, ...rest } = event;
  return line({ live: type, ...('data' in rest ? withoutData(rest) : rest) }, tMs);
}

/** A change of the state, under its key; null is absent. */
export function toStateJsonLine({ key, old, new: value }: StateMutation, tMs: number): string {
  return line({ state: key, before: old ?? null, after: value ?? null }, tMs);
}

/** A change of one key. */
export interface StateMutation {
  readonly key: string;
  readonly old: JsonValue | undefined;
  readonly new: JsonValue | undefined;
}

function line(fields: Readonly<Record<string, unknown>>, tMs: number): string {
  return JSON.stringify({ ...fields, tMs: Math.round(tMs * 10) / 10 });
}

function describe(event: SessionEvent): Readonly<Record<string, unknown>> {
  if (event.type === 'audioData') {
    return { ...withoutData(event), durationMs: pcm16DurationMs(event.data.length, event.rateHz) };
  }
  if (event.type === 'media') return withoutData(event);
  return { ...event };
}

function withoutData<Event extends { readonly data: Uint8Array }>({
  data,
  ...rest
}: Event): Readonly<Record<string, unknown>> {
  return { ...rest, lengthBytes: data.length };
}
