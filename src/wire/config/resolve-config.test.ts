import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { encodeSetup, ignoredSettings, type ResolvedConfig, resolveConfig } from './resolve-config.ts';
import type { SessionConfig } from './session-config.ts';

const LEAST: SessionConfig = { apiKey: 'AIza-test', model: 'gemini-3.8-live' };

function resolved(config: SessionConfig = {}, env: Record<string, string> = {}): ResolvedConfig {
  return resolveConfig({ ...LEAST, ...config }, env);
}

describe('defaults', () => {
  test('are the documented ones', (context) => {
    verifies(context, 'wire:config:defaults');
    expect(resolved()).toMatchObject({
      connectTimeoutMs: 10_000,
      setupTimeoutMs: 15_000,
      keepaliveMs: 5_000,
      retry: { maxAttempts: 5, maxReconnects: 15, baseDelayMs: 500, maxDelayMs: 30_000 },
      limits: {
        maxFrameBytes: 16 * 1024 * 1024,
        maxQueuedCommands: 256,
        maxQueuedAudioMs: 2000,
        maxBufferedBytes: 1024 * 1024,
      },
      setup: { sessionResumption: {} },
      manualActivity: false,
      audioMimeType: 'audio/pcm;rate=16000',
      inputAudio: {
        mimeType: 'audio/pcm;rate=16000',
        frameSuffix: '","mimeType":"audio/pcm;rate=16000"}}}',
        bytesPerMs: 32,
        wholeSamples: true,
      },
      ignoredSettings: [],
    });
    expect(resolved()).not.toHaveProperty('pacing');
    expect(resolved()).not.toHaveProperty('recorder');
  });

  test('the audio type always carries its rate', (context) => {
    verifies(context, 'wire:config:defaults');
    expect(resolved({ inputAudio: { rateHz: 8000 } })).toMatchObject({
      audioMimeType: 'audio/pcm;rate=8000',
      inputAudio: { bytesPerMs: 16 },
    });
    expect(resolved({ inputAudio: { encoding: 'opus' } })).toMatchObject({
      audioMimeType: 'audio/opus',
      inputAudio: { wholeSamples: false },
    });
  });

  test('pacing is off, and on at real time with bursts of 250 ms', (context) => {
    verifies(context, 'wire:config:defaults');
    expect(resolved({ audioPacing: false }).pacing).toBeUndefined();
    expect(resolved({ audioPacing: true }).pacing).toEqual({ bytesPerSecond: 32_000, burstMs: 250 });
    expect(resolved({ audioPacing: { burstMs: 40 } }).pacing).toEqual({
      bytesPerSecond: 32_000,
      burstMs: 40,
    });
  });

  test('disabled detection is manual activity', () => {
    const realtimeInputConfig = { automaticActivityDetection: { disabled: true } };
    expect(resolved({ realtimeInputConfig }).manualActivity).toBe(true);
  });

  test('one given number leaves the other defaults', () => {
    expect(resolved({ retry: { maxAttempts: 1 }, limits: { maxQueuedCommands: 3 } })).toMatchObject({
      retry: { maxAttempts: 1, baseDelayMs: 500, maxDelayMs: 30_000 },
      limits: { maxQueuedCommands: 3, maxQueuedAudioMs: 2000 },
    });
    expect(resolved().retry, 'defaults are not changed by it').toMatchObject({ maxAttempts: 5 });
  });
});

describe('numbers that cannot be meant', () => {
  const wrong: ReadonlyArray<readonly [string, (value: number) => SessionConfig]> = [
    ['connectTimeoutMs', (connectTimeoutMs) => ({ connectTimeoutMs })],
    ['setupTimeoutMs', (setupTimeoutMs) => ({ setupTimeoutMs })],
    ['retry.maxAttempts', (maxAttempts) => ({ retry: { maxAttempts } })],
    ['limits.maxFrameBytes', (maxFrameBytes) => ({ limits: { maxFrameBytes } })],
    ['limits.maxQueuedCommands', (maxQueuedCommands) => ({ limits: { maxQueuedCommands } })],
    ['limits.maxBufferedBytes', (maxBufferedBytes) => ({ limits: { maxBufferedBytes } })],
    ['inputAudio.rateHz', (rateHz) => ({ inputAudio: { rateHz } })],
    ['audioPacing.bytesPerSecond', (bytesPerSecond) => ({ audioPacing: { bytesPerSecond } })],
    ['audioPacing.burstMs', (burstMs) => ({ audioPacing: { burstMs } })],
  ];
  const zeroIsFine: ReadonlyArray<readonly [string, (value: number) => SessionConfig]> = [
    ['keepaliveMs', (keepaliveMs) => ({ keepaliveMs })],
    ['retry.baseDelayMs', (baseDelayMs) => ({ retry: { baseDelayMs } })],
    ['retry.maxDelayMs', (maxDelayMs) => ({ retry: { maxDelayMs } })],
    ['limits.maxQueuedAudioMs', (maxQueuedAudioMs) => ({ limits: { maxQueuedAudioMs } })],
  ];

  test.for([...wrong, ...zeroIsFine])('%s is checked, and the error names it', ([name, config], context) => {
    verifies(context, 'wire:config:invalid');
    // A string is what a JavaScript caller might pass from an environment variable.
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, '5' as unknown as number]) {
      expect(() => resolved(config(value))).toThrowError(
        expect.objectContaining({ code: 'invalidConfig', message: expect.stringContaining(name) }),
      );
    }
    expect(() => resolved(config(20))).not.toThrow();
  });

  test.for(wrong)('%s of zero is refused', ([, config]) => {
    expect(() => resolved(config(0))).toThrowError(expect.objectContaining({ code: 'invalidConfig' }));
  });

  test.for(zeroIsFine)('%s of zero is taken', ([, config]) => {
    expect(() => resolved(config(0))).not.toThrow();
  });

  test('half a Hertz is refused', () => {
    expect(() => resolved({ inputAudio: { rateHz: 16_000.5 } })).toThrowError(
      expect.objectContaining({ code: 'invalidConfig' }),
    );
  });
});

describe('the model', () => {
  const modelOf = (config: SessionConfig, env: Record<string, string>): unknown =>
    JSON.parse(encodeSetup(config, env)).setup.model;

  test('comes from the config, then GEMINI_LIVE_MODEL, then GEMINI_MODEL, then the default', (context) => {
    verifies(context, 'wire:config:model');
    const env = { GEMINI_LIVE_MODEL: 'live-model', GEMINI_MODEL: 'other-model' };
    expect(modelOf({ model: 'own-model' }, env)).toBe('models/own-model');
    expect(modelOf({}, env)).toBe('models/live-model');
    expect(modelOf({}, { GEMINI_MODEL: ' models/other-model ' })).toBe('models/other-model');
    expect(modelOf({}, { GEMINI_LIVE_MODEL: '  ', GEMINI_MODEL: '' })).toBe(
      'models/gemini-2.5-flash-native-audio-latest',
    );
    expect(modelOf({ vertex: { project: 'p', location: 'eu' } }, {})).toBe(
      'projects/p/locations/eu/publishers/google/models/gemini-live-2.5-flash-native-audio',
    );
  });

  test('decides the profile, from the environment too', () => {
    const { profile } = resolveConfig({ apiKey: 'k' }, { GEMINI_MODEL: 'gemini-3.1-flash-live-preview' });
    expect(profile).toMatchObject({ family: 'flash3.1', platform: 'googleAi' });
  });
});

describe('without a credential', () => {
  test('the setup and what it leaves out can be seen', () => {
    const config: SessionConfig = { model: 'gemini-3.8-live', enableAffectiveDialog: true };
    expect(ignoredSettings(config, {})).toHaveLength(1);
    expect(() => encodeSetup(config, {})).not.toThrow();
    expect(() => resolveConfig(config, {})).toThrowError(
      expect.objectContaining({ code: 'missingCredentials' }),
    );
  });

  test('the error says which variable to set', () => {
    expect(() => resolveConfig({}, {})).toThrowError(/GEMINI_API_KEY/);
    expect(() => resolveConfig({ vertex: true }, {})).toThrowError(/GOOGLE_ACCESS_TOKEN/);
  });
});
