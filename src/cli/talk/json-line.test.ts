import { expect, it } from 'vitest';
import type { SessionEvent } from '../../wire/index.ts';
import { WireError } from '../../wire/index.ts';
import { toJsonLine } from './json-line.ts';

const stamp = { seq: 7, turn: 2, generation: 1 };

it('tells sound by its length and does not carry it', () => {
  const event: SessionEvent = {
    type: 'audioData',
    data: new Uint8Array(960),
    mimeType: 'audio/pcm;rate=24000',
    rateHz: 24_000,
    ...stamp,
  };
  expect(JSON.parse(toJsonLine(event, 12.34))).toEqual({
    type: 'audioData',
    mimeType: 'audio/pcm;rate=24000',
    rateHz: 24_000,
    lengthBytes: 960,
    durationMs: 20,
    tMs: 12.3,
    ...stamp,
  });
});

it('writes an error with its code and message', () => {
  const error = new WireError('connectionLost', 'The connection broke.', { retryable: true });
  const line = toJsonLine({ type: 'error', error, ...stamp }, 0);
  expect(JSON.parse(line)).toMatchObject({
    error: { code: 'connectionLost', message: 'The connection broke.' },
  });
});
