/** Lines of a recording from what was noted. */
import { encodeBase64 } from '#base64';
import type { JsonValue } from '../../flow/state-reader.ts';
import { frameSum } from './frame-sum.ts';
import { hiddenInText, hiddenPlaces } from './hidden-places.ts';
import type { RecordingHeader } from './recording.ts';
import type { Stamp } from './session-trace.ts';
import type { Fields, StreamText, Veil } from './veil.ts';

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

/** More are not held back for the sake of one turn's words. */
const MAX_HELD = 20_000;
/** A frame of words is no longer. */
const MAX_WORDS_BYTES = 64 * 1024;
const NOTHING_STREAMED: ReadonlyMap<string, string> = new Map();

interface Piece {
  readonly note: Note;
  readonly path: string;
  readonly text: string;
}

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
  /** What is shown of pieces of words, by frame and place. */
  readonly #shown = new Map<Note, Map<string, string>>();

  constructor(veil: Veil) {
    this.#veil = veil;
  }

  /** Whether notes are held back. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** The lines of these notes, and of those that were held back. @param isEnd nothing more comes */
  take(notes: readonly Note[], isEnd: boolean): string {
    const all = this.#held.length === 0 ? notes : [...this.#held, ...notes];
    const count = isEnd || !this.#veil.holds ? all.length : this.#readyCount(all);
    this.#held = all.slice(count);
    this.#veil.learn();
    const ready = all.slice(0, count);
    if (this.#veil.holds) this.#showStreams(ready);
    let text = '';
    for (const note of ready) text += this.#lineOf(note);
    this.#shown.clear();
    return text;
  }

  /** Words are looked at by turns: what belongs to one that goes on is held back, up to a limit. */
  #readyCount(notes: readonly Note[]): number {
    if (notes.length > MAX_HELD) return notes.length;
    const closed = notes.findLastIndex((note) => note.type === 'in' && closesTurn(note.frame)) + 1;
    const open = notes.findIndex(
      (note, index) => index >= closed && note.type === 'in' && this.#streamsIn(note.frame).length > 0,
    );
    return open === -1 ? notes.length : open;
  }

  /** Finds the secrets of each side's words in a turn, which come in pieces. */
  #showStreams(notes: readonly Note[]): void {
    const open = { user: [] as Piece[], model: [] as Piece[] };
    const close = (pieces: Piece[]): void => {
      const shown = this.#veil.pieces(pieces.map(({ text }) => text));
      pieces.splice(0).forEach(({ note, path }, index) => {
        const ofNote = this.#shown.get(note) ?? new Map<string, string>();
        this.#shown.set(note, ofNote.set(path, shown[index] ?? ''));
      });
    };
    for (const note of notes) {
      if (note.type !== 'in') continue;
      for (const { path, stream, text } of this.#streamsIn(note.frame))
        open[stream].push({ note, path, text });
      if (!closesTurn(note.frame)) continue;
      close(open.user);
      close(open.model);
    }
    close(open.user);
    close(open.model);
  }

  #streamsIn(frame: Uint8Array | string): readonly StreamText[] {
    // Audio alone is the most of what comes, and has no words.
    if (typeof frame !== 'string' && frame.length > MAX_WORDS_BYTES) return [];
    return this.#veil.streamsIn(this.#textOf(frame));
  }

  #textOf(frame: Uint8Array | string): string {
    return typeof frame === 'string' ? frame : this.#decoder.decode(frame);
  }

  #lineOf(note: Note): string {
    switch (note.type) {
      case 'header':
        return this.#header(note.header);
      case 'in':
        return this.#frameIn(note);
      case 'out':
        return this.#frameOut(note.tMs, note.conn, note.frame);
      case 'mic':
        return this.#audioLine(note.stamp.tMs, {
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
        const shown = this.#veil.fields(fields);
        const hidden = hiddenIn(fields, shown);
        return this.#line(note.tMs, { type, ...shown, ...(hidden && { hidden }) });
      }
    }
  }

  #header(header: RecordingHeader): string {
    const json = this.#veil.options(JSON.stringify(header.options));
    // What JSON.parse gives is JSON.
    const options = JSON.parse(json) as RecordingHeader['options'];
    const { state } = this.#veil.fields({ state: header.state });
    return this.#veil.line(`${JSON.stringify({ ...header, options, state })}\n`);
  }

  #line(tMs: number, fields: { readonly [field: string]: JsonValue | undefined }): string {
    return this.#veil.line(this.#audioLine(tMs, fields));
  }

  #audioLine(tMs: number, fields: { readonly [field: string]: JsonValue | undefined }): string {
    this.#seq += 1;
    return `${JSON.stringify({ seq: this.#seq, tMs, ...fields })}\n`;
  }

  #mic(data: Uint8Array, samples: boolean): JsonValue {
    const kind = samples ? { samples } : {};
    return this.#veil.keepsAudio
      ? { do: 'audio', data: encodeBase64(data), ...kind }
      : { do: 'audio', data: '', silent: data.length, ...kind };
  }

  #frameIn(note: Extract<Note, { readonly type: 'in' }>): string {
    const { conn, frame, stamp } = note;
    const text = this.#textOf(frame);
    const kind = typeof frame === 'string' ? { text: true } : {};
    // Words beside the audio are looked at with the whole frame.
    const payload = this.#veil.holds && text.includes('"text"') ? undefined : audioPlace(text);
    const shaped = payload && this.#shapeOf(stamp.tMs, text, payload);
    if (payload === undefined || shaped === undefined) {
      const data = this.#veil.frameIn(text, this.#shown.get(note) ?? NOTHING_STREAMED);
      return this.#line(stamp.tMs, { type: 'in', ...origin(stamp), conn, ...kind, data });
    }
    const { from, to } = payload;
    const [shape, line] = shaped;
    const audio = this.#veil.keepsAudio ? { data: text.slice(from, to) } : { data: '', silent: to - from };
    return (
      line + this.#audioLine(stamp.tMs, { type: 'audio', ...origin(stamp), conn, ...kind, shape, ...audio })
    );
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
    return [
      id,
      this.#line(tMs, {
        type: 'shape',
        id,
        before: this.#veil.handles(before),
        after: this.#veil.handles(after),
      }),
    ];
  }

  #frameOut(tMs: number, conn: number, frame: Uint8Array | string): string {
    if (typeof frame === 'string') {
      const data = this.#veil.frameOut(frame);
      const hidden = hiddenInText(frame, data);
      return this.#line(tMs, { type: 'out', conn, data, ...(hidden && { hidden }) });
    }
    const sum = this.#veil.keepsAudio ? { sum: frameSum(frame) } : {};
    return this.#line(tMs, { type: 'outAudio', conn, bytes: frame.length, ...sum });
  }
}

function origin({ at, acts, fresh }: Stamp): { readonly [field: string]: JsonValue } {
  if (at > 0) return { at };
  return fresh ? { fresh: true } : { acts };
}

/** What is compared in a replay, and was replaced. */
function hiddenIn(before: Fields, after: Fields): readonly string[] | undefined {
  if (before.input !== undefined && after.input !== undefined) return hiddenPlaces(before.input, after.input);
  if (before.state !== undefined && after.state !== undefined) return hiddenPlaces(before.state, after.state);
  return undefined;
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

/** Whether the words of a turn end with this frame. */
function closesTurn(frame: Uint8Array | string): boolean {
  if (frame.length > 2_000) return false;
  const text = typeof frame === 'string' ? frame : new TextDecoder().decode(frame);
  return text.includes('"turnComplete"') || text.includes('"turn_complete"');
}
