import type { SessionConfig } from './session-config.ts';

/** The config for a session that answers in text: no speech settings, TEXT modality (half-cascade models). */
export function textOnly(config: SessionConfig): SessionConfig {
  const { speechConfig: _speech, voiceName: _voice, avatarConfig: _avatar, ...rest } = config;
  return { ...rest, responseModalities: ['TEXT'] };
}

/** Fills in barge-in and only-activity turn coverage where the config leaves them open. */
export function voiceRealtimeDefaults(config: SessionConfig): SessionConfig {
  return {
    ...config,
    realtimeInputConfig: {
      activityHandling: 'START_OF_ACTIVITY_INTERRUPTS',
      turnCoverage: 'TURN_INCLUDES_ONLY_ACTIVITY',
      ...config.realtimeInputConfig,
    },
  };
}
