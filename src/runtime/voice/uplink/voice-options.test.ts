import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { TURN_COMMIT_PRESETS } from '../turn-commit.ts';
import { resolveVoiceOptions, type VoiceConfig, type VoiceOptions } from './voice-options.ts';

const processor = { process: () => {} };

describe('Voice options', () => {
  test('leave everything to the server unless they say otherwise', () => {
    const { settings, problems, realtimeInputConfig } = resolveVoiceOptions(undefined);
    expect(settings).toMatchObject({ authority: 'server', rateHz: 16_000, vad: undefined, micPauseMs: 1000 });
    expect([problems, realtimeInputConfig]).toEqual([[], undefined]);
    expect(resolveVoiceOptions(undefined)).toBe(resolveVoiceOptions(undefined));
  });

  test('of a client that decides say what the setup needs, and turn the VAD on', (context) => {
    verifies(context, 'voice:options:contradictions');
    const resolution = resolveVoiceOptions(
      { interruptionAuthority: 'client' },
      { realtimeInputConfig: { turnCoverage: 'TURN_INCLUDES_ALL_INPUT' }, inputAudio: { rateHz: 8000 } },
    );
    expect(resolution).toEqual({
      settings: expect.objectContaining({
        authority: 'client',
        vad: { rateHz: 8000 },
        commit: TURN_COMMIT_PRESETS.responsive,
      }),
      problems: [],
      realtimeInputConfig: {
        turnCoverage: 'TURN_INCLUDES_ALL_INPUT',
        automaticActivityDetection: { disabled: true },
      },
    });
  });

  test('follow a config that has disabled the detection of the server', () => {
    const config = { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } };
    expect(resolveVoiceOptions(undefined, config).settings.authority).toBe('client');
    expect(resolveVoiceOptions({ inputVad: false }, config).settings.vad).toBeUndefined();
  });

  test('take presets, numbers, and another holding time', () => {
    const commit = (turnCommit: VoiceOptions['turnCommit'], endOfSpeechMs?: number) =>
      resolveVoiceOptions({
        interruptionAuthority: 'client',
        ...(turnCommit !== undefined && { turnCommit }),
        ...(endOfSpeechMs !== undefined && { endOfSpeechMs }),
      }).settings.commit;
    expect(commit('conversational')).toEqual({ holdMs: 800, sustainMs: 1400 });
    expect(commit({ holdMs: 1, sustainMs: 2 })).toEqual({ holdMs: 1, sustainMs: 2 });
    expect(commit(undefined, 900)).toEqual({ holdMs: 900, sustainMs: 600 });
  });

  test.for<[string, VoiceOptions, VoiceConfig, string[]]>([
    ['an authority nobody knows', { interruptionAuthority: 'us' as 'client' }, {}, ['interruptionAuthority']],
    [
      'a client beside a configured detection',
      { interruptionAuthority: 'client' },
      { realtimeInputConfig: { automaticActivityDetection: { silenceDurationMs: 500 } } },
      ['interruptionAuthority'],
    ],
    [
      'a client beside a detection that is switched on',
      { interruptionAuthority: 'client' },
      { realtimeInputConfig: { automaticActivityDetection: { disabled: false } } },
      ['interruptionAuthority'],
    ],
    [
      'a server whose detection is switched off',
      { interruptionAuthority: 'server' },
      { realtimeInputConfig: { automaticActivityDetection: { disabled: true } } },
      ['interruptionAuthority'],
    ],
    [
      'a commit that the server decides',
      { turnCommit: 'immediate', endOfSpeechMs: 1 },
      {},
      ['turnCommit', 'endOfSpeechMs'],
    ],
    [
      'an unknown preset',
      { interruptionAuthority: 'client', turnCommit: 'soon' as 'immediate' },
      {},
      ['turnCommit'],
    ],
    [
      'times that are none',
      { interruptionAuthority: 'client', turnCommit: { holdMs: Number.NaN, sustainMs: -1 }, micPauseMs: -5 },
      {},
      ['turnCommit.holdMs', 'turnCommit.sustainMs', 'micPauseMs'],
    ],
    [
      'an end of speech after a minute',
      { interruptionAuthority: 'client', endOfSpeechMs: 60_000 },
      {},
      ['endOfSpeechMs'],
    ],
    [
      'a preset for denoised audio without a denoiser',
      { inputVad: { preset: 'noisyStreet' } },
      {},
      ['inputVad.preset'],
    ],
    ['parameters out of range', { inputVad: { hangoverFrames: 0 } }, {}, ['inputVad']],
    ['an unknown VAD preset', { inputVad: { preset: 'loud' as 'noisy' } }, {}, ['inputVad']],
    ['a rate that the VAD cannot hear', { inputVad: true }, { inputAudio: { rateHz: 11_025 } }, ['inputVad']],
    [
      'samples of opus',
      { interruptionAuthority: 'client', inputVad: true, floorHold: true, micProcessors: [processor] },
      { inputAudio: { encoding: 'opus' } },
      ['inputVad', 'interruptionAuthority', 'floorHold', 'micProcessors'],
    ],
  ])('name %s as a problem', ([, options, config, paths], context) => {
    verifies(context, 'voice:options:contradictions');
    const { problems } = resolveVoiceOptions(options, config);
    expect(problems.map(({ path }) => path)).toEqual(paths);
    for (const { message } of problems) expect(message).toMatch(/: (use|set|leave|put|send|pass)|\. /i);
  });

  test('accept what does not contradict itself', () => {
    const fine: VoiceOptions[] = [
      { inputVad: { preset: 'noisyStreet' }, micProcessors: [processor] },
      { inputVad: { preset: 'noisy', hangoverFrames: 12 }, floorHold: true },
      { interruptionAuthority: 'client', turnCommit: 'immediate', inputVad: false },
    ];
    for (const options of fine) expect(resolveVoiceOptions(options).problems).toEqual([]);
  });
});
