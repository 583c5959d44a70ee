import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { textOnly, voiceRealtimeDefaults } from './config-presets.ts';
import { encodeSetup } from './resolve-config.ts';
import type { SessionConfig } from './session-config.ts';

const model = 'gemini-live-2.5-flash-preview';

test('textOnly asks for TEXT and removes every speech setting', (context) => {
  verifies(context, 'wire:config:presets');
  const config: SessionConfig = {
    model,
    temperature: 1,
    responseModalities: ['AUDIO'],
    voiceName: 'Kore',
    speechConfig: { languageCode: 'de-DE' },
    avatarConfig: { avatarName: 'a' },
  };
  expect(JSON.parse(encodeSetup(textOnly(config), {})).setup).toEqual({
    model: `models/${model}`,
    generationConfig: { responseModalities: ['TEXT'], temperature: 1 },
    sessionResumption: {},
  });
  expect(config.voiceName, 'the given config stays').toBe('Kore');
});

test('voiceRealtimeDefaults fills in barge-in and coverage without overriding', (context) => {
  verifies(context, 'wire:config:presets');
  expect(voiceRealtimeDefaults({ model }).realtimeInputConfig).toEqual({
    activityHandling: 'START_OF_ACTIVITY_INTERRUPTS',
    turnCoverage: 'TURN_INCLUDES_ONLY_ACTIVITY',
  });
  const own: SessionConfig = {
    model,
    realtimeInputConfig: {
      activityHandling: 'NO_INTERRUPTION',
      automaticActivityDetection: { silenceDurationMs: 700 },
    },
  };
  expect(voiceRealtimeDefaults(own)).toEqual({
    model,
    realtimeInputConfig: {
      activityHandling: 'NO_INTERRUPTION',
      turnCoverage: 'TURN_INCLUDES_ONLY_ACTIVITY',
      automaticActivityDetection: { silenceDurationMs: 700 },
    },
  });
});
