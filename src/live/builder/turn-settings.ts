import type { QuietSettings } from '../../runtime/live-options.ts';
import type { DeadAirOptions } from '../../runtime/voice/quiet/dead-air-watchdog.ts';
import type { RepromptStage } from '../../runtime/voice/quiet/reprompt.ts';
import type { VoiceRule } from '../../runtime/voice/reactor.ts';
import type { TurnCommitPolicy, TurnCommitPreset } from '../../runtime/voice/turn-commit.ts';
import type { MicProcessor } from '../../runtime/voice/uplink/mic-processor.ts';
import type { InputVadOptions } from '../../runtime/voice/uplink/voice-options.ts';
import type { AutomaticActivityDetection, RealtimeInputConfig } from '../../wire/index.ts';
import { TranscriptSettings } from './transcript-settings.ts';

/** Whose turn it is, and what happens when nobody takes theirs. */
export abstract class TurnSettings extends TranscriptSettings {
  /** Tunes the server's detection of speech. */
  vad(detection: AutomaticActivityDetection): this {
    const { automaticActivityDetection: before } = this.options.realtimeInputConfig ?? {};
    return this.merge('realtimeInputConfig', { automaticActivityDetection: { ...before, ...detection } });
  }

  /** Whether the user's speech cuts the model off. */
  activityHandling(mode: NonNullable<RealtimeInputConfig['activityHandling']>): this {
    return this.merge('realtimeInputConfig', { activityHandling: mode });
  }

  /** What of the input belongs to a turn. */
  turnCoverage(coverage: NonNullable<RealtimeInputConfig['turnCoverage']>): this {
    return this.merge('realtimeInputConfig', { turnCoverage: coverage });
  }

  /** Listens to the microphone here, too. Without options: the defaults. */
  inputVad(options: true | InputVadOptions = true): this {
    return this.set('inputVad', options);
  }

  /** Does not listen here although the client has the authority: push-to-talk. */
  noInputVad(): this {
    return this.set('inputVad', false);
  }

  /** Turns begin and end by what is heard here; the server's detection is off. */
  clientInterruptionAuthority(): this {
    return this.set('interruptionAuthority', 'client');
  }

  /** From edges of speech to turns, under the authority of the client. @default 'responsive' */
  turnCommit(policy: TurnCommitPreset | TurnCommitPolicy): this {
    return this.set('turnCommit', policy);
  }

  /** The same in numbers: silence that ends a turn, and speech into the model's that is an interruption. */
  turnCommitMs(holdMs: number, sustainMs: number): this {
    return this.turnCommit({ holdMs, sustainMs });
  }

  /** How long the user must be silent before the turn ends, whatever the turn commit says. */
  endOfSpeech(silenceMs: number): this {
    return this.set('endOfSpeechMs', silenceMs);
  }

  /** Adds a stage that the microphone goes through before anybody hears it. */
  micProcessor(processor: MicProcessor): this {
    return this.append('micProcessors', processor);
  }

  /** A microphone that sends nothing for so long has paused; 0 turns that off. @default 1000 */
  micPause(durationMs: number): this {
    return this.set('micPauseMs', durationMs);
  }

  /** The user cannot cut in: while the model is heard the microphone is sent as silence. */
  floorHold(): this {
    return this.set('floorHold', true);
  }

  /** Adds a rule to the voice reactor. */
  voiceRule(rule: VoiceRule): this {
    return this.append('voiceRules', rule);
  }

  /** A model that says nothing for so long after the user has spoken makes a soft turn. */
  softTurnTimeout(silenceMs: number): this {
    return this.merge('quiet', { softTurnMs: silenceMs });
  }

  /** Notices that nothing is heard although something should be. Without options: the defaults. */
  deadAir(options: true | DeadAirOptions = true): this {
    return this.merge('quiet', { deadAir: options } satisfies QuietSettings);
  }

  /** What is asked when nobody has spoken for so long. */
  reprompt(stage: RepromptStage): this {
    return this.merge('quiet', { reprompt: stage });
  }
}
