import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { type ModelFamily, modelFamily, modelProfile } from './profile.ts';

/** The table of spec/wire.md section 6. */
const models: ReadonlyArray<readonly [string, ModelFamily]> = [
  ['gemini-3.8-live', 'live3.8'],
  ['gemini-3.8-live-extended-thinking', 'extended3.8'],
  ['gemini-3.1-flash-live-preview', 'flash3.1'],
  ['gemini-2.5-flash-native-audio-preview-12-2025', 'native2.5'],
  ['gemini-2.5-flash-native-audio-preview-09-2025', 'native2.5'],
  ['gemini-2.5-flash-native-audio-latest', 'native2.5'],
  ['gemini-live-2.5-flash-native-audio', 'native2.5'],
  ['gemini-live-2.5-flash-preview-native-audio-09-2025', 'native2.5'],
  ['gemini-live-2.5-flash-preview', 'halfCascade'],
  ['gemini-live-2.5-flash', 'halfCascade'],
  ['gemini-2.0-flash-live-001', 'halfCascade'],
  ['gemini-2.0-flash-live-preview-04-09', 'halfCascade'],
  ['gemini-3.5-live-translate-preview', 'translate'],
  ['gemini-3.5-transcribe-live', 'transcribe'],
  ['gemini-3.5-transcribe', 'transcribe'],
  ['gemini-5-live', 'unknown'],
  ['my-tuned-model', 'unknown'],
];

describe('model profiles', () => {
  test.for(models)('%s is %s, whatever its prefix', ([model, family], context) => {
    verifies(context, 'wire:model:profiles');
    for (const prefix of [
      '',
      'models/',
      'publishers/google/models/',
      'projects/p/locations/l/publishers/google/models/',
    ]) {
      expect(modelFamily(prefix + model)).toBe(family);
    }
  });

  test('tools are async by default on 3.8 only', (context) => {
    verifies(context, 'wire:model:profiles');
    for (const [model, family] of models) {
      for (const platform of ['googleAi', 'vertex'] as const) {
        const profile = modelProfile(model, platform);
        expect(profile.platform).toBe(platform);
        expect(profile.toolsAsyncByDefault).toBe(family === 'live3.8' || family === 'extended3.8');
        expect(profile.clientContentMidSession).toBe(family !== 'flash3.1');
      }
    }
  });

  test('thinking is a budget on 2.5, a level on 3.1 and 3.8-extended, and nothing on 3.8-live', (context) => {
    verifies(context, 'wire:model:profiles');
    expect(modelProfile('gemini-2.5-flash-native-audio-latest', 'googleAi').thinking).toBe('budget');
    expect(modelProfile('gemini-live-2.5-flash-native-audio', 'vertex').thinking).toBe('none');
    expect(modelProfile('gemini-3.1-flash-live-preview', 'googleAi').thinking).toBe('level');
    expect(modelProfile('gemini-3.8-live', 'vertex').thinking).toBe('none');
    expect(modelProfile('gemini-3.8-live-extended-thinking', 'vertex').thinking).toBe('level');
    expect(modelProfile('gemini-5-live', 'vertex').thinking).toBe('any');
  });
});
