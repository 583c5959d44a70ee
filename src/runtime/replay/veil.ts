import type { JsonValue } from '../../flow/state-reader.ts';

export type Fields = { readonly [field: string]: JsonValue | undefined };

/** A piece of one side's words, in one frame. */
export interface StreamText {
  readonly stream: 'user' | 'model';
  /** Its place in the frame. */
  readonly path: string;
  readonly text: string;
}

/** What stands between a session and the file of its recording: secrets do not get through. */
export interface Veil {
  readonly keepsAudio: boolean;
  /** Whether words have to be looked at as a whole turn. */
  readonly holds: boolean;
  /** Gets to know what is secret by now. */
  learn(): void;
  /** A frame that came: JSON text. @param streamed what is shown of the pieces in it, by their place */
  frameIn(text: string, streamed: ReadonlyMap<string, string>): string;
  /** A frame that went out. */
  frameOut(text: string): string;
  /** What stands around the audio of a frame that came. */
  handles(json: string): string;
  /** The options, as JSON text. */
  options(json: string): string;
  /** A line of anything but audio, the last to be asked. */
  line(line: string): string;
  /** Pieces of words in a frame. */
  streamsIn(text: string): readonly StreamText[];
  /** What is shown of one text in pieces. */
  pieces(pieces: readonly string[]): readonly string[];
  text(text: string): string;
  fields(fields: Fields): Fields;
}

/** A veil that hides nothing but audio, where that is wanted. */
export function clearVeil(keepsAudio: boolean): Veil {
  return {
    keepsAudio,
    holds: false,
    learn: () => {},
    frameIn: (text) => text,
    frameOut: (text) => text,
    handles: (json) => json,
    options: (json) => json,
    line: (line) => line,
    streamsIn: () => [],
    pieces: (pieces) => pieces,
    text: (text) => text,
    fields: (fields) => fields,
  };
}
