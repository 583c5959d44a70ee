/** What the simulator speaks with. */

/** Rate of all output audio, as on the real service. */
export const OUTPUT_RATE_HZ = 24_000;

/** One word of an utterance and where it begins. */
export interface SpokenWord {
  /** As written, punctuation included. */
  readonly text: string;
  /** In samples of {@link OUTPUT_RATE_HZ} from the start of the utterance. */
  readonly startSample: number;
}

/** An utterance: mono PCM16 at 24 kHz and its words in order. */
export interface Speech {
  readonly samples: Int16Array;
  readonly words: readonly SpokenWord[];
}

/** Who is to be heard. */
export interface VoiceRequest {
  /** `prebuiltVoiceConfig.voiceName` of the setup. */
  readonly voiceName: string | undefined;
  /** BCP-47; default English. */
  readonly languageCode: string | undefined;
  readonly signal: AbortSignal;
}

/** Turns text into speech. A failure is noted and the tone voice takes over: never a dead call. */
export interface Voice {
  /** Shown in notes: `tones`, `espeak-ng`, … */
  readonly name: string;
  speak(text: string, request: VoiceRequest): Speech | Promise<Speech>;
}

/** The words of a text, as they are written. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}
