import { atOnce } from '../../flow/fault.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import { RuntimeError } from '../runtime-error.ts';
import {
  isFloorFree,
  QUIET_VOICE,
  react,
  VOICE_RULES,
  type VoiceEffect,
  type VoiceEvent,
  type VoiceRule,
  type VoiceRuntimeState,
} from './reactor.ts';

type PromptModel = Extract<VoiceEffect, { readonly type: 'promptModel' }>;

export interface ReactorHost extends Pick<RuntimeHost, 'report'> {
  /** Carries one effect out. It may feed the reactor again. */
  perform(effect: VoiceEffect): void;
}

/**
 * Keeps the state of a session's reactor and has its effects carried out, in order. An event that comes while one is
 * carried out changes the state at once; its effects wait their turn. A prompt that has become stale meanwhile
 * is cancelled instead of sent.
 */
export class ReactorRunner {
  readonly #host: ReactorHost;
  readonly #rules: readonly VoiceRule[];
  #state: VoiceRuntimeState = QUIET_VOICE;
  /** Made when something first has to be done. */
  #effects: VoiceEffect[] | undefined;
  #isRunning = false;
  #isEnded = false;

  /** @param custom further rules, after the built-in ones; one that throws is reported once for each type of event, and the others run. */
  constructor(host: ReactorHost, custom: readonly VoiceRule[] = []) {
    this.#host = host;
    this.#rules =
      custom.length === 0 ? VOICE_RULES : [...VOICE_RULES, ...custom.map((rule) => this.#guarded(rule))];
  }

  /** The state of now; an immutable snapshot. */
  get state(): VoiceRuntimeState {
    return this.#state;
  }

  /** The session is over: nobody is heard, a prompt that waits is cancelled, and nothing is reacted to any more. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#state = { ...this.#state, userSpeaking: false, playbackActive: false, promptPending: false };
    this.#perform({ type: 'cancelDeferredPrompt', reason: 'sessionEnded' });
  }

  feed(event: VoiceEvent): void {
    if (this.#isEnded) return;
    const { state, effects } = react(this.#state, event, this.#rules);
    this.#state = state;
    if (effects.length === 0) return;
    this.#effects ??= [];
    this.#effects.push(...effects);
    if (!this.#isRunning) this.#run(this.#effects);
  }

  #run(effects: VoiceEffect[]): void {
    this.#isRunning = true;
    for (let effect = effects.shift(); effect !== undefined; effect = effects.shift()) {
      const due = effect.type === 'promptModel' ? this.#duePrompt(effect, effects) : effect;
      if (due !== undefined) this.#perform(due);
    }
    this.#isRunning = false;
  }

  /** What has become of a prompt since its rule asked for it: still due, cancelled, or undefined: it waits again. */
  #duePrompt(prompt: PromptModel, later: readonly VoiceEffect[]): VoiceEffect | undefined {
    const { promptEpoch, promptPending } = this.#state;
    const isSuperseded =
      promptPending || later.some((effect) => effect.type === 'promptModel' && effect.epoch === promptEpoch);
    if (prompt.epoch !== promptEpoch) {
      return isSuperseded ? undefined : { type: 'cancelDeferredPrompt', reason: 'userSpoke' };
    }
    if (isFloorFree(this.#state)) return prompt;
    this.#state = { ...this.#state, promptPending: true };
    return undefined;
  }

  #perform(effect: VoiceEffect): void {
    try {
      this.#host.perform(effect);
    } catch (cause) {
      const text = `A voice effect (${effect.type}) could not be carried out: see the cause.`;
      this.#host.report(new RuntimeError('internal', text, { cause }));
    }
  }

  /** Rules see the errors, too: one that throws on them would never come to an end if each throw were told. */
  #guarded(rule: VoiceRule): VoiceRule {
    const told = new Set<VoiceEvent['type']>();
    return (change) => {
      const { type } = change.event;
      try {
        return atOnce(rule(change));
      } catch (cause) {
        const text = `A voice rule threw on ${type}: see the cause. The other rules have run.`;
        if (!told.has(type)) this.#host.report(new RuntimeError('hookFailed', text, { cause }));
        told.add(type);
        return undefined;
      }
    };
  }
}
