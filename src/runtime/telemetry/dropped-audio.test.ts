import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { createStubTransport, type StubSocket } from '../../../tests/support/stub-transport.ts';
import { live, tool } from '../../live/index.ts';
import { ManualClock, settle } from '../../testing/manual-clock.ts';

const CHUNK_MS = 20;
const chunk = (): Int16Array => new Int16Array(CHUNK_MS * 16);

async function call(model: string) {
  const clock = new ManualClock();
  let accepts = true;
  const accept = (socket: StubSocket): void => {
    if (accepts) queueMicrotask(() => socket.accept());
  };
  const transport = createStubTransport(accept);
  const slow = tool({ name: 'slow', description: 'Takes its time.', run: () => new Promise(() => {}) });
  const handle = await live({
    apiKey: 'any',
    model,
    tools: [slow],
    limits: { maxQueuedAudioMs: 100 },
    quiet: { deadAir: false },
  }).connect({ clock, transport, environment: {} });
  const speak = async (chunks: number): Promise<void> => {
    for (let index = 0; index < chunks; index += 1) await handle.sendAudio(chunk());
    await settle();
  };
  const loseConnection = async (): Promise<void> => {
    accepts = false;
    transport.sockets.at(-1)?.sink.closed({ code: 1006, reason: '' });
    await settle();
  };
  const dropped = (): number => handle.telemetry().snapshot().droppedAudioMs;
  return { clock, handle, transport, speak, loseConnection, dropped };
}

test('sound that waits too long for a connection is in the telemetry of the call', async (context) => {
  verifies(context, 'telemetry:dropped');
  const { speak, loseConnection, dropped, handle } = await call('gemini-3.8-live');
  await speak(50);
  expect(dropped()).toBe(0);
  await loseConnection();
  await speak(5);
  expect(dropped()).toBe(0);
  await speak(10);
  expect(dropped()).toBe(200);
  expect(handle.telemetry().snapshot()).toMatchObject({ droppedAudioMs: 200 });
});

test('so is sound that waits too long behind a call that blocks the model, and both are one sum', async (context) => {
  verifies(context, 'telemetry:dropped');
  const { transport, speak, loseConnection, dropped } = await call('gemini-2.5-flash-native-audio-latest');
  const [socket] = transport.sockets;
  socket?.sink.frame('{"toolCall":{"functionCalls":[{"id":"1","name":"slow","args":{}}]}}');
  await settle();
  await speak(15);
  expect(dropped()).toBe(200);
  socket?.sink.frame('{"toolCallCancellation":{"ids":["1"]}}');
  await settle();
  await speak(10);
  expect(dropped()).toBe(200);
  await loseConnection();
  await speak(15);
  expect(dropped()).toBe(400);
});
