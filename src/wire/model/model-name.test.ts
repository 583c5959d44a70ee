import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { modelResource } from './model-name.ts';
import type { Platform } from './profile.ts';

const place = { project: 'p', location: 'us-central1' };
const inPlace = 'projects/p/locations/us-central1/publishers';

describe('model names', () => {
  test.for<readonly [Platform, string, string]>([
    ['googleAi', 'gemini-3.8-live', 'models/gemini-3.8-live'],
    ['googleAi', 'models/gemini-3.8-live', 'models/gemini-3.8-live'],
    ['googleAi', 'tunedModels/mine', 'tunedModels/mine'],
    ['vertex', 'gemini-3.8-live', `${inPlace}/google/models/gemini-3.8-live`],
    ['vertex', 'models/gemini-3.8-live', `${inPlace}/google/models/gemini-3.8-live`],
    ['vertex', 'google/foo', `${inPlace}/google/models/foo`],
    ['vertex', 'publishers/acme/models/foo', `${inPlace}/acme/models/foo`],
    ['vertex', 'foo@001', `${inPlace}/google/models/foo@001`],
    [
      'vertex',
      'projects/q/locations/eu/publishers/google/models/x',
      'projects/q/locations/eu/publishers/google/models/x',
    ],
    ['vertex', 'projects/a.com:q/locations/eu/endpoints/5', 'projects/a.com:q/locations/eu/endpoints/5'],
  ])('on %s, %s is %s', ([platform, model, expected], context) => {
    verifies(context, 'wire:config:model');
    expect(modelResource(model, platform, place)).toBe(expected);
  });

  test('an express key without a project names the publisher only', (context) => {
    verifies(context, 'wire:config:model');
    expect(modelResource('gemini-3.8-live', 'vertex', { location: 'us-central1' })).toBe(
      'publishers/google/models/gemini-3.8-live',
    );
  });

  test.for([
    '',
    ' ',
    'a b',
    '../other',
    'models/../../secret',
    'a..b',
    'gemini?key=1',
    'gemini&x',
    'gemini#x',
    'gemini%2e',
    'gemini\n',
    'gemini\u0000',
    '/gemini',
    'gemini/',
    'models//x',
    'modèle',
    '<script>',
    'a'.repeat(500).concat('?'),
  ])('%j is refused on both platforms', (model, context) => {
    verifies(context, 'wire:config:invalid');
    for (const platform of ['googleAi', 'vertex'] as const) {
      expect(() => modelResource(model, platform, place)).toThrowError(
        expect.objectContaining({ code: 'invalidConfig', message: expect.stringMatching(/^.{1,160}$/s) }),
      );
    }
  });

  test('a third segment of a Vertex name is refused instead of being dropped', () => {
    expect(() => modelResource('google/a/b', 'vertex', place)).toThrowError(
      expect.objectContaining({ code: 'invalidConfig' }),
    );
  });
});
