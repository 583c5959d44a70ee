import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { connect, type SessionConfig, type SessionEvent } from '../../src/wire/index.ts';
import { framings, inSnakeCase, serverFrames } from '../fixtures/server-frames.ts';
import { verifies } from '../requirements.ts';
import { listenLoopback } from '../support/loopback.ts';

const CONFIG: SessionConfig = { apiKey: 'test-key', model: 'gemini-3.8-live', retry: { maxAttempts: 1 } };
const LAST = '{"serverContent":{"outputTranscription":{"text":"the end"}}}';

/** What a session makes of these frames, sent after setupComplete and followed by one good frame. */
async function sessionOver(frames: ReadonlyArray<Uint8Array | string>): Promise<readonly SessionEvent[]> {
  const events: SessionEvent[] = [];
  await using server = await listenLoopback({
    connected(peer) {
      peer.once('message', () => {
        peer.send('{"setupComplete":{}}');
        for (const frame of frames) peer.send(frame);
        peer.send(LAST);
      });
    },
  });
  const ended = new Promise<void>((resolve) => {
    void connect(
      { ...CONFIG, baseUrl: server.url },
      {
        environment: {},
        onEvent(event) {
          events.push(event);
          if (event.type === 'disconnected') resolve();
          if (event.type === 'outputTranscription' && event.text === 'the end') resolve();
        },
      },
    ).then((session) => ended.then(() => session.disconnect()));
  });
  await ended;
  return events;
}

const types = (events: readonly SessionEvent[]): string[] => events.map(({ type }) => type);
const corpus = Object.values(serverFrames)
  .flatMap((message) => [message, inSnakeCase(message)])
  .flatMap((message) => framings(message))
  .map((frame) => Buffer.from(frame));

describe('a server that sends broken frames over a real socket', () => {
  test('loses the session none of the good ones, and every broken one is an error or unknown', async (context) => {
    verifies(context, 'wire:codec:never-throws', 'wire:codec:unknown');
    const broken = [
      '',
      'x',
      '[]',
      'null',
      '{"serverContent":',
      '{"newThing":{}}',
      '{"serverContent":{"turnComplete":"yes"}}',
      Buffer.of(0xff, 0xfe),
    ];
    const events = await sessionOver(broken);
    const errors = events.filter((event) => event.type === 'error');
    expect(errors.map(({ error }) => error.code)).toEqual(Array(6).fill('malformedFrame'));
    const unknown = events.filter((event) => event.type === 'unknown');
    expect(unknown.map(({ key }) => key)).toEqual(['newThing', 'serverContent.turnComplete']);
    expect(types(events)).toContain('outputTranscription');
  });

  test('whatever bytes of real frames are changed, the last good frame still arrives', async (context) => {
    verifies(context, 'wire:codec:never-throws');
    const hit = fc.record({ at: fc.nat({ max: 4000 }), byte: fc.integer({ min: 0, max: 255 }) });
    const frame = fc
      .tuple(fc.constantFrom(...corpus), fc.array(hit, { maxLength: 4 }))
      .map(([original, hits]) => {
        const bytes = Buffer.from(original);
        for (const { at, byte } of hits) bytes[at % bytes.length] = byte;
        return bytes;
      });
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 20, maxLength: 60 }), async (frames) => {
        const events = await sessionOver(frames);
        expect(types(events)).toContain('outputTranscription');
        expect(types(events)).not.toContain('disconnected');
        const numbers = events.map(({ seq }) => seq);
        expect(numbers).toEqual(numbers.map((_, index) => index + 1));
      }),
      { numRuns: 25 },
    );
  });

  test('audio by the fast path and by the full parser is the same audio, in order', async (context) => {
    verifies(context, 'wire:codec:fast-audio-in', 'wire:codec:audio-intact');
    const chunks = Array.from({ length: 300 }, (_, index) =>
      Buffer.alloc(960 + (index % 3) * 480, index & 0xff),
    );
    const frames = chunks.map((chunk, index) => {
      const inlineData = { mimeType: 'audio/pcm;rate=24000', data: chunk.toString('base64') };
      const message = { serverContent: { modelTurn: { parts: [{ inlineData }] } } };
      // Text frames and odd spacing keep to the full parser; the others are alike.
      const spaces = index % 7 === 0 ? 2 : 0;
      return Buffer.from(JSON.stringify(message, null, spaces));
    });
    const events = await sessionOver(frames);
    const heard = events.filter((event) => event.type === 'audioData');
    expect(heard).toHaveLength(chunks.length);
    for (const [index, { data }] of heard.entries()) {
      expect(Buffer.from(data).equals(chunks[index] ?? Buffer.alloc(0)), `chunk ${index}`).toBe(true);
    }
  });

  test('a frame over the limit ends the session with frameTooLarge', async () => {
    await using server = await listenLoopback({
      connected(peer) {
        peer.once('message', () => {
          peer.send('{"setupComplete":{}}');
          peer.send(Buffer.alloc(5000, 0x20));
        });
      },
    });
    const session = await connect(
      { ...CONFIG, baseUrl: server.url, limits: { maxFrameBytes: 4000 } },
      { environment: {} },
    );
    const end = await session.join();
    expect(end.error?.code).toBe('frameTooLarge');
    expect(end.error?.message).toMatch(/limits\.maxFrameBytes/);
  });
});
