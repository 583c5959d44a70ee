import type { RedactionOptions } from '../../runtime/record/redaction-options.ts';
import type { AudioTranscriptionConfig } from '../../wire/index.ts';
import { ModelSettings } from './model-settings.ts';

/** What is written down of the call. Both sides are transcribed unless turned off. */
export abstract class TranscriptSettings extends ModelSettings {
  /** Transcribes both sides; what was set before stays. */
  transcription(settings: AudioTranscriptionConfig = {}): this {
    return this.inputTranscription(settings).outputTranscription(settings);
  }

  /** Transcribes the user, with these settings beside earlier ones. */
  inputTranscription(settings: AudioTranscriptionConfig = {}): this {
    return this.merge('inputAudioTranscription', settings);
  }

  /** Transcribes the model, with these settings beside earlier ones. */
  outputTranscription(settings: AudioTranscriptionConfig = {}): this {
    return this.merge('outputAudioTranscription', settings);
  }

  /** Words that the user is likely to say: names, products. */
  customVocabulary(...words: readonly string[]): this {
    const { inputAudioTranscription: before } = this.options;
    const known = typeof before === 'object' ? (before.customVocabulary ?? []) : [];
    return this.inputTranscription({ customVocabulary: [...known, ...words] });
  }

  /** Neither side: extractors then have nothing to read but what is typed. */
  noTranscription(): this {
    return this.noInputTranscription().noOutputTranscription();
  }

  noInputTranscription(): this {
    return this.set('inputAudioTranscription', false);
  }

  noOutputTranscription(): this {
    return this.set('outputAudioTranscription', false);
  }

  /** What must not leave the process in words; said again, it adds to what was said before. */
  redaction(options: RedactionOptions): this {
    const patterns = [...(this.options.redaction?.patterns ?? []), ...(options.patterns ?? [])];
    return this.merge('redaction', { ...options, ...(patterns.length > 0 && { patterns }) });
  }
}
