/** Lines of a recording from what was noted. */
import { encodeBase64 } from '#base64';
import type { JsonValue } from '../../flow/state-reader.ts';
import { frameSum } from './frame-sum.ts';
import type { RecordingHeader } from './recording.ts';
import type { Stamp } from './session-trace.ts';
import type { Veil } from './veil.ts';

/** What was noted on the way of the call; bytes are a copy. */
export type Note =
  | { readonly type: 'header'; readonly header: RecordingHeader }
  | {
      readonly type: 'in';
      readonly stamp: Stamp;
      readonly conn: number;
      readonly frame: Uint8Array | string;
    }
  | {
      readonly type: 'out';
      readonly tMs: number;
      readonly conn: number;
      readonly frame: Uint8Array | string;
    }
  | { readonly type: 'mic'; readonly stamp: Stamp; readonly data: Uint8Array; readonly samples: boolean }
  /** Anything else from outside. */
  | { readonly type: 'came'; readonly stamp: Stamp; readonly entry: EntryFields }
  /** Anything else. */
  | { readonly type: 'noted'; readonly tMs: number; readonly entry: EntryFields };

export type EntryFields = { readonly type: string } & { readonly [field: string]: JsonValue | undefined };

const AUDIO_MARK = '"audio/';
const DATA_MARK = '"data"';
/** Shorter payloads are no audio. */
const MIN_PAYLOAD = 64;
/** What stands around audio is nearly always the same: more, or longer ones, are not kept apart. */
const MAX_SHAPES = 64;
const MAX_SHAPE_LENGTH = 1_000;

interface Place {
  readonly from: number;
  readonly to: number;
}

export class RecordingLines {
  readonly #veil: Veil;
  readonly #decoder = new TextDecoder();
  readonly #shapes = new Map<string, number>();
  #seq = 0;
  #held: readonly Note[] = [];

  constructor(veil: Veil) {
    this.#veil = veil;
  }

  /** The lines of these notes, and of those that were held back. @param isEnd nothing more comes */
  take(notes: readonly Note[], isEnd: boolean): string {
    const all = this.#held.length === 0 ? notes : [...this.#held, ...notes];
    this.#held = [];
    let text = '';
    for (const note of all) text += this.#lineOf(note);
    void isEnd;
    return text;
  }

  #lineOf(note: Note): string {
    switch (note.type) {
      case 'header':
        return `${JSON.stringify(note.header)}\n`;
      case 'in':
        return this.#frameIn(note.stamp, note.conn, note.frame);
      case 'out':
        return this.#frameOut(note.tMs, note.conn, note.frame);
      case 'mic':
        return this.#line(note.stamp.tMs, {
          ...origin(note.stamp),
          type: 'do',
          input: this.#mic(note.data, note.samples),
        });
      case 'came': {
        const { type, ...fields } = note.entry;
        return this.#line(note.stamp.tMs, { type, ...origin(note.stamp), ...this.#veil.fields(fields) });
      }
      case 'noted': {
        const { type, ...fields } = note.entry;
        return this.#line(note.tMs, { type, ...this.#veil.fields(fields) });
      }
    }
  }

  #line(tMs: number, fields: { readonly [field: string]: JsonValue | undefined }): string {
    this.#seq += 1;
    return `${JSON.stringify({ seq: this.#seq, tMs, ...fields })}\n`;
  }

  #mic(data: Uint8Array, samples: boolean): JsonValue {
    const kind = samples ? { samples } : {};
    return this.#veil.keepsAudio
      ? { do: 'audio', data: encodeBase64(data), ...kind }
      : { do: 'audio', data: '', silent: data.length, ...kind };
  }

  #frameIn(stamp: Stamp, conn: number, frame: Uint8Array | string): string {
    const text = typeof frame === 'string' ? frame : this.#decoder.decode(frame);
    const kind = typeof frame === 'string' ? { text: true } : {};
    const payload = audioPlace(text);
    const shaped = payload && this.#shapeOf(stamp.tMs, text, payload);
    if (payload === undefined || shaped === undefined) {
      const data = this.#veil.frameIn(text);
      return this.#line(stamp.tMs, { type: 'in', ...origin(stamp), conn, ...kind, data });
    }
    const { from, to } = payload;
    const [shape, line] = shaped;
    const audio = this.#veil.keepsAudio ? { data: text.slice(from, to) } : { data: '', silent: to - from };
    return line + this.#line(stamp.tMs, { type: 'audio', ...origin(stamp), conn, ...kind, shape, ...audio });
  }

  /** What stands around the audio, by number, with the line that tells of it; undefined where that is not worth it. */
  #shapeOf(tMs: number, text: string, { from, to }: Place): readonly [number, string] | undefined {
    const before = text.slice(0, from);
    const after = text.slice(to);
    const key = `${before}\n${after}`;
    const known = this.#shapes.get(key);
    if (known !== undefined) return [known, ''];
    const isOften = this.#shapes.size < MAX_SHAPES && key.length <= MAX_SHAPE_LENGTH;
    if (!isOften && this.#veil.keepsAudio) return undefined;
    const id = this.#shapes.size + 1;
    this.#shapes.set(key, id);
    const shown = { before: this.#veil.text(before), after: this.#veil.text(after) };
    return [id, this.#line(tMs, { type: 'shape', id, ...shown })];
  }

  #frameOut(tMs: number, conn: number, frame: Uint8Array | string): string {
    if (typeof frame === 'string') {
      return this.#line(tMs, { type: 'out', conn, data: this.#veil.frameOut(frame) });
    }
    const sum = this.#veil.keepsAudio ? { sum: frameSum(frame) } : {};
    return this.#line(tMs, { type: 'outAudio', conn, bytes: frame.length, ...sum });
  }
}

function origin({ at, acts, fresh }: Stamp): { readonly [field: string]: JsonValue } {
  if (at > 0) return { at };
  return fresh ? { fresh: true } : { acts };
}

/** Where the base64 of a frame that is one piece of audio begins and ends; undefined in any other frame. */
function audioPlace(text: string): Place | undefined {
  const mark = text.indexOf(DATA_MARK);
  if (mark === -1 || !text.includes(AUDIO_MARK)) return undefined;
  const from = text.indexOf('"', text.indexOf(':', mark + DATA_MARK.length)) + 1;
  const to = text.indexOf('"', from);
  const isOne = from > 0 && to - from >= MIN_PAYLOAD && text.indexOf(DATA_MARK, to) === -1;
  return isOne ? { from, to } : undefined;
}
