import { expect, test, vi } from 'vitest';
import { audioFrameSuite } from '../../../tests/conformance/audio-frame-suite.ts';
import { decodeBase64 } from '../platform/base64.web.ts';
import { AudioFrameDecoder } from './audio-frame.ts';
import { decodeServerFrame } from './decode.ts';

vi.mock('#base64', () => import('../platform/base64.web.ts'));

audioFrameSuite({ createDecoder: () => new AudioFrameDecoder(), decodeServerFrame });

test('this file runs against the implementation without Buffer', async () => {
  expect((await import('#base64')).decodeBase64).toBe(decodeBase64);
});
