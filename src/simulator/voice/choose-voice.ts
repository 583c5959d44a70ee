/** Picks a voice and keeps a call alive when it fails. */
import type { NoteLog } from '../note-log.ts';
import type { VoiceChoice } from '../simulator-options.ts';
import { createEspeakVoice } from './espeak-voice.ts';
import { createEspeakWasmVoice } from './espeak-wasm-voice.ts';
import { createToneVoice } from './tone-voice.ts';
import type { Speech, Voice, VoiceRequest } from './voice.ts';

/** The voice of a choice. Whatever fails is noted once and tones speak in its place. */
export function chooseVoice(choice: VoiceChoice, notes: NoteLog): Voice {
  const tones = createToneVoice();
  if (choice === 'tones') return tones;
  if (choice === 'espeak') return withFallback([createEspeakVoice()], tones, notes);
  if (choice === 'espeakWasm') return withFallback([createEspeakWasmVoice()], tones, notes);
  if (choice === 'auto')
    return withFallback([createEspeakVoice(), createEspeakWasmVoice()], tones, notes, true);
  return withFallback([choice], tones, notes);
}

/** Tries voices in order; one that failed is not tried again, and that is noted once. */
function withFallback(voices: readonly Voice[], last: Voice, notes: NoteLog, auto = false): Voice {
  const failed = new Set<Voice>();
  const giveUp = (voice: Voice, cause: unknown): void => {
    if (failed.has(voice)) return;
    failed.add(voice);
    // Where nobody asked for this voice, that it is not installed is no news.
    if (auto && isMissing(cause)) return;
    notes.add({
      type: 'voiceFellBack',
      message: `The voice ${voice.name} failed; another speaks instead.`,
      cause,
    });
  };
  const speak = async (text: string, request: VoiceRequest): Promise<Speech> => {
    for (const voice of voices) {
      if (failed.has(voice)) continue;
      try {
        return await voice.speak(text, request);
      } catch (cause) {
        if (request.signal.aborted) throw cause;
        giveUp(voice, cause);
      }
    }
    return last.speak(text, request);
  };
  return { name: voices.map(({ name }) => name).join(', '), speak };
}

/** A program or a package that is not there. */
function isMissing(cause: unknown): boolean {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ERR_MODULE_NOT_FOUND';
}
