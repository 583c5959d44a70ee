import type { LiveOptions } from '../../runtime/live-options.ts';
import type {
  AvatarConfig,
  MediaResolution,
  ReplicatedVoiceConfig,
  ThinkingLevel,
} from '../../wire/index.ts';
import { OptionsBuilder } from './options-builder.ts';

/** Which model, how it speaks and thinks. What a model does not know is left out and told in `handle.ignoredSettings`. */
export abstract class ModelSettings extends OptionsBuilder {
  /** The model's id. @default the environment's, else the platform's current one */
  model(id: string): this {
    return this.set('model', id);
  }

  /** What the model is told for the whole session; phases add to it. */
  instruction(text: string): this {
    return this.set('instruction', text);
  }

  /** Sent as the user's first turn, so that the model speaks first. */
  greeting(text: string): this {
    return this.set('greeting', text);
  }

  /** A prebuilt voice, for example `Kore`. */
  voice(name: string): this {
    return this.set('voice', name);
  }

  /** Speaks with a voice cloned from a sample. */
  replicatedVoice(voice: ReplicatedVoiceConfig): this {
    const { speechConfig = {} } = this.options;
    const voiceConfig = { ...speechConfig.voiceConfig, replicatedVoiceConfig: voice };
    return this.merge('speechConfig', { voiceConfig });
  }

  /** Vertex: a talking avatar; its video comes as `media` events. */
  avatar(config: AvatarConfig): this {
    return this.set('avatarConfig', config);
  }

  /** Answers in text instead of speech. */
  textOnly(): this {
    return this.set('responseModalities', ['TEXT']);
  }

  temperature(value: number): this {
    return this.set('temperature', value);
  }

  /** How closely images are looked at. */
  mediaResolution(resolution: MediaResolution): this {
    return this.set('mediaResolution', resolution);
  }

  /** Tokens to think with before an answer; 2.5 models. */
  thinking(budgetTokens: number): this {
    return this.merge('thinkingConfig', { thinkingBudget: budgetTokens });
  }

  /** How hard to think; 3.1 and 3.8-extended models. */
  thinkingLevel(level: ThinkingLevel): this {
    return this.merge('thinkingConfig', { thinkingLevel: level });
  }

  /** Sends summaries of the reasoning as `thought` events. */
  includeThoughts(): this {
    return this.merge('thinkingConfig', { includeThoughts: true });
  }

  /** Adapts its tone to the user's; 2.5 native audio models. */
  affectiveDialog(): this {
    return this.set('enableAffectiveDialog', true);
  }

  /** The model may stay silent when nobody speaks to it; 2.5 native audio models. */
  proactiveAudio(): this {
    return this.merge('proactivity', { proactiveAudio: true });
  }

  /** The model may speak about what it sees. */
  proactiveVideo(): this {
    return this.merge('proactivity', { proactiveVideo: true });
  }

  /** From how many tokens on old turns are forgotten, and down to how many. @default 100,000 down to 50,000 */
  contextCompression(triggerTokens: number, targetTokens: number): this {
    return this.set('contextWindowCompression', { triggerTokens, slidingWindow: { targetTokens } });
  }

  /** Forgets nothing: a call that outgrows the context ends. */
  noContextCompression(): this {
    return this.set('contextWindowCompression', false satisfies LiveOptions['contextWindowCompression']);
  }
}
