import { expect, it } from 'vitest';
import type { LiveEvent } from '../../live/index.ts';
import type { SessionEvent } from '../../wire/index.ts';
import { WireError } from '../../wire/index.ts';
import { toJsonLine, toLiveJsonLine, toStateJsonLine } from './json-line.ts';

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

it('keeps events of the live session and changes of state apart from those of the wire', () => {
  const moved: LiveEvent = { type: 'phaseTransition', from: 'a', to: 'b', reason: 'guard 1', ...stamp };
  expect(JSON.parse(toLiveJsonLine(moved, 5))).toEqual({
    live: 'phaseTransition',
    from: 'a',
    to: 'b',
    reason: 'guard 1',
    tMs: 5,
    ...stamp,
  });
  const video: LiveEvent = { type: 'media', mimeType: 'video/mp4', data: new Uint8Array(9), ...stamp };
  expect(JSON.parse(toLiveJsonLine(video, 0))).toMatchObject({ live: 'media', lengthBytes: 9 });
  expect(JSON.parse(toLiveJsonLine(video, 0))).not.toHaveProperty('data');
  const change = { key: 'partySize', old: undefined, new: 4 };
  expect(JSON.parse(toStateJsonLine(change, 1))).toEqual({
    state: 'partySize',
    before: null,
    after: 4,
    tMs: 1,
  });
});
