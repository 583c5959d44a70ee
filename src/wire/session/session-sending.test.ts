import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { createStubTransport, type StubSocket } from '../../../tests/support/stub-transport.ts';
import { activeRig, CONFIG, openRig, settle } from '../../../tests/support/wire-peer.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { connect } from './connect.ts';
import { createJsonlRecorder } from './wire-recorder.ts';

/** 20 ms of 16 kHz audio whose first sample tells which chunk it is. */
function chunk(index: number): Uint8Array {
  const bytes = new Uint8Array(640);
  bytes[0] = index;
  return bytes;
}

function chunkIndex(message: Record<string, unknown>): number | undefined {
  const input = message.realtimeInput as { audio?: { data: string } } | undefined;
  return input?.audio === undefined ? undefined : Buffer.from(input.audio.data, 'base64')[0];
}

function textOf(message: Record<string, unknown>): string | undefined {
  const content = message.clientContent as { turns: [{ parts: [{ text: string }] }] } | undefined;
  return content?.turns[0].parts[0].text;
}

describe('sending', () => {
  test('what is sent before the session is active goes out in order, after setup', async (context) => {
    verifies(context, 'wire:send:held');
    const rig = openRig();
    const sends = [
      rig.session.sendText('first'),
      rig.session.sendAudio(chunk(7)),
      rig.session.sendText('second'),
    ];
    await Promise.all(sends);
    await rig.session.waitForPhase('active');
    await settle();
    const said = rig.server.received.map(
      (message) => textOf(message) ?? chunkIndex(message) ?? Object.keys(message)[0],
    );
    expect(said).toEqual(['setup', 'first', 7, 'second']);
  });

  test('what a listener sends on connected goes out after what was held', async () => {
    const rig = openRig();
    rig.session.on('connected', () => void rig.session.sendText('from the listener'));
    await rig.session.sendText('held');
    await rig.session.waitForPhase('active');
    await settle();
    expect(rig.server.received.slice(1).map(textOf)).toEqual(['held', 'from the listener']);
  });

  test('one command over the limit is refused with sendQueueFull; audio drops its oldest and counts it', async (context) => {
    verifies(context, 'wire:send:bounded');
    const rig = openRig({ limits: { maxQueuedCommands: 3, maxQueuedAudioMs: 100 } });
    const texts = [0, 1, 2].map((index) => rig.session.sendText(`text ${index}`));
    const refused = rig.session.sendText('one too many');
    for (let index = 0; index < 8; index++) void rig.session.sendAudio(chunk(index));
    expect(rig.session.state.droppedAudioChunks).toBe(3);
    expect(rig.session.state.droppedAudioMs).toBe(60);
    await expect(refused).rejects.toMatchObject({ code: 'sendQueueFull', retryable: true });
    await Promise.all(texts);
    await rig.session.waitForPhase('active');
    await settle();
    expect(rig.server.received.map(chunkIndex).filter((index) => index !== undefined)).toEqual([
      3, 4, 5, 6, 7,
    ]);
    expect(rig.server.received.map(textOf).filter((text) => text !== undefined)).toHaveLength(3);
  });

  test('a buffer given to sendAudio may be reused at once, also while it waits', async () => {
    const rig = openRig();
    const buffer = chunk(1);
    await rig.session.sendAudio(buffer);
    buffer[0] = 99;
    await rig.session.waitForPhase('active');
    await rig.session.sendAudio(buffer);
    buffer[0] = 50;
    await settle();
    expect(rig.server.received.slice(1).map(chunkIndex)).toEqual([1, 99]);
  });

  test('a socket that does not drain holds sends in the queue, and later they go out in order', async (context) => {
    verifies(context, 'wire:send:congested');
    const clock = new ManualClock();
    const transport = createStubTransport((socket) => queueMicrotask(() => socket.accept()));
    const session = await connect(CONFIG, { transport, clock, environment: {} });
    const [socket] = transport.sockets as [StubSocket];
    socket.bufferedBytes = 2 * 1024 * 1024;
    await session.sendText('waits');
    await session.sendAudio(chunk(1));
    clock.advance(100);
    expect(socket.sent).toHaveLength(1);
    socket.bufferedBytes = 0;
    clock.advance(20);
    await session.sendText('last');
    const said = socket.sent.slice(1).map((frame) => {
      const message = JSON.parse(frame) as Record<string, unknown>;
      return textOf(message) ?? chunkIndex(message);
    });
    expect(said).toEqual(['waits', 1, 'last']);
    await Promise.all([session.disconnect(), clock.advanceAsync(2_000)]);
    expect(clock.pending).toBe(0);
  });

  test('audio pacing lets a burst through, and then holds the producer to real time', async (context) => {
    verifies(context, 'wire:send:pacing');
    const rig = await activeRig({ audioPacing: true });
    const times: number[] = [];
    const startedMs = rig.clock.nowMs();
    const producer = (async () => {
      for (let index = 0; index < 50; index++) {
        await rig.session.sendAudio(chunk(index));
        times.push(rig.clock.nowMs() - startedMs);
      }
    })();
    await rig.clock.advanceAsync(2_000);
    await producer;
    // 250 ms of 20 ms chunks at once, then one every 20 ms.
    expect(times.filter((ms) => ms === 0)).toHaveLength(12);
    expect(times.at(-1)).toBeCloseTo(50 * 20 - 250, 0);
    await settle();
    expect(rig.server.received.slice(1).map(chunkIndex)).toEqual(
      Array.from({ length: 50 }, (_, index) => index),
    );
  });

  test('a recording has a header, then every frame of both directions, and no key', async (context) => {
    verifies(context, 'wire:recorder');
    const lines: string[] = [];
    const recorder = createJsonlRecorder((line) => lines.push(line));
    const rig = await activeRig({ recorder, apiKey: 'AIza-secret-key' });
    rig.server.say({ serverContent: { turnComplete: true } });
    rig.server.peer.send('{bad');
    await rig.session.sendAudio(chunk(1));
    await settle();
    const [header, ...frames] = lines.map((line) => JSON.parse(line));
    expect(header).toMatchObject({
      format: 'parlando-wire',
      version: 1,
      profile: { family: 'live3.8' },
      redactions: [],
    });
    expect(frames.map(({ seq, dir }) => [seq, dir])).toEqual([
      [1, 'out'],
      [2, 'in'],
      [3, 'out'],
      [4, 'in'],
      [5, 'in'],
    ]);
    expect(JSON.parse(frames[0].data)).toHaveProperty('setup.model', 'models/gemini-3.8-live');
    expect(frames[4].data).toBe('{bad');
    expect(lines.join('\n')).not.toContain('AIza-secret-key');
  });

  test('a recorder that throws is given up and reported, and the call goes on', async () => {
    const fail = (): void => {
      throw new Error('disk full');
    };
    const early = await activeRig({ recorder: { start: fail, frame: () => {} } });
    expect(early.events.filter(({ type }) => type === 'error')).toHaveLength(1);
    const rig = await activeRig({ recorder: { start: () => {}, frame: fail } });
    await rig.session.sendText('still there?');
    await settle();
    expect(rig.server.received).toHaveLength(2);
    const errors = rig.events.filter((event) => event.type === 'error');
    expect(errors).toMatchObject([{ error: { code: 'recorderFailed', cause: { message: 'disk full' } } }]);
  });

  test('a transport that throws on setup ends the session with internal, not the process', async () => {
    const transport = createStubTransport((socket) => {
      socket.send = () => {
        throw new Error('socket is gone');
      };
      queueMicrotask(() => socket.sink.opened());
    });
    const connecting = connect(CONFIG, { transport, clock: new ManualClock(), environment: {} });
    await expect(connecting).rejects.toMatchObject({
      code: 'internal',
      cause: { message: 'socket is gone' },
    });
    expect(transport.sockets[0]?.terminated).toBe(true);
  });

  test('activityEnd overtook paced audio, and the server heard a fraction of what was said', async () => {
    const rig = await activeRig({
      audioPacing: true,
      realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    });
    void rig.session.signalActivityStart();
    for (let index = 0; index < 50; index++) void rig.session.sendAudio(chunk(index));
    const ended = rig.session.signalActivityEnd();
    await rig.clock.advanceAsync(2_000);
    await ended;
    const said = rig.server.received.slice(1).map((message) => chunkIndex(message) ?? message.realtimeInput);
    expect(said).toHaveLength(52);
    expect([said[0], said[1], said[50], said[51]]).toEqual([
      { activityStart: {} },
      0,
      49,
      { activityEnd: {} },
    ]);
  });
});
