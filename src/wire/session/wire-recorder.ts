/** A recording of a session's frames: one JSON line each, after a header line (design §3). */
import type { ModelProfile } from '../model/profile.ts';

/** Gets every frame of both directions. Credentials are in headers and URLs, which are never recorded. */
export interface WireRecorder {
  /** Called once, before the first frame. */
  start(profile: ModelProfile): void;
  /** Called with a frame as it went out, or as it came in, before decoding; must not keep the bytes. */
  frame(direction: 'in' | 'out', data: Uint8Array | string, tMs: number): void;
}

/** The first line of a recording. */
export interface RecordingHeader {
  readonly format: 'parlando-wire';
  readonly version: 1;
  readonly profile: ModelProfile;
  /** What was removed before writing. */
  readonly redactions: readonly string[];
}

/** Every other line. `data` is the frame's text; `tMs` counts from the session's start. */
export interface RecordedFrame {
  /** From 1. */
  readonly seq: number;
  readonly dir: 'in' | 'out';
  readonly tMs: number;
  readonly data: string;
}

/** A recorder that hands JSON lines, without their line break, to `write`. */
export function createJsonlRecorder(write: (line: string) => void): WireRecorder {
  const decoder = new TextDecoder();
  let seq = 0;
  return {
    start(profile) {
      const header: RecordingHeader = { format: 'parlando-wire', version: 1, profile, redactions: [] };
      write(JSON.stringify(header));
    },
    frame(dir, data, tMs) {
      seq += 1;
      const text = typeof data === 'string' ? data : decoder.decode(data);
      const line: RecordedFrame = { seq, dir, tMs: Math.round(tMs * 1000) / 1000, data: text };
      write(JSON.stringify(line));
    },
  };
}
