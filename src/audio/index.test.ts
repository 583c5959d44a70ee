import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import * as audio from './index.ts';

test('runs anywhere: imports only its own files and names nothing of a platform', (context) => {
  verifies(context, 'audio:portable');
  const folder = new URL('./', import.meta.url);
  const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  expect(sources.length).toBeGreaterThan(10);
  for (const name of sources) {
    const source = readFileSync(new URL(name, folder), 'utf8');
    for (const [, target] of source.matchAll(/\bfrom '([^']+)'/g))
      expect(target).toMatch(/^\.\/[a-z0-9-]+\.ts$/);
    const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    expect(code).not.toMatch(
      /\b(process|document|performance)\.|\b(Buffer|require|globalThis|Date|setTimeout)\b/,
    );
    expect(code).not.toMatch(/Math\.random/);
    expect(source.split('\n').length).toBeLessThanOrEqual(400);
  }
});

test('exports what is documented, and no more', () => {
  expect(Object.keys(audio).sort()).toEqual([
    'AudioError',
    'SILENCE_DBFS',
    'VAD_PRESETS',
    'VAD_SILENCE',
    'WAV_HEADER_LENGTH_BYTES',
    'createEnergyVad',
    'createFloat32Resampler',
    'createJitterBuffer',
    'createPlaybackClock',
    'createResampler',
    'decodeAlaw',
    'decodeMulaw',
    'downmixToMono',
    'encodeAlaw',
    'encodeMulaw',
    'isSpeaking',
    'pcm16DurationMs',
    'pcm16FromBytes',
    'pcm16FromFloat32',
    'pcm16LengthBytes',
    'pcm16Samples',
    'pcm16ToBytes',
    'pcm16ToFloat32',
    'readWav',
    'rmsDbfs',
    'transitionVad',
    'wavHeader',
    'writeWav',
  ]);
});
