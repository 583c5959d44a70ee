import type { JsonValue } from '../../flow/state-reader.ts';

/** What stands between a session and the file of its recording: secrets do not get through. */
export interface Veil {
  readonly keepsAudio: boolean;
  /** A frame that came in: JSON text. */
  frameIn(text: string): string;
  /** A frame that went out. */
  frameOut(text: string): string;
  text(text: string): string;
  fields(fields: Fields): Fields;
}

type Fields = { readonly [field: string]: JsonValue | undefined };

/** A veil that hides nothing but audio, where that is wanted. */
export function clearVeil(keepsAudio: boolean): Veil {
  return {
    keepsAudio,
    frameIn: (text) => text,
    frameOut: (text) => text,
    text: (text) => text,
    fields: (fields) => fields,
  };
}
