import { expect, test } from 'vitest';
import { type LiveEvent, live, tool } from '../../src/live/index.ts';
import { readRecording } from '../../src/runtime/replay/read-recording.ts';
import { MemoryRecording } from '../../src/runtime/replay/recording-sink.ts';
import { replay } from '../../src/runtime/replay/replay.ts';
import { ScriptedPeer, settle } from '../../src/testing/index.ts';

test('A call with a tool is recorded and replays clean', async () => {
  const peer = new ScriptedPeer();
  const sink = new MemoryRecording();
  const { clock } = peer;
  const options = {
    instruction: 'Be brief.',
    tools: [
      tool({
        name: 'look',
        description: 'Looks.',
        run: async (_args, { state }) => {
          await new Promise<void>((resolve) => clock.schedule(500, resolve));
          state.set('seen', 'rain');
          return { weather: 'rain' };
        },
      }),
    ],
  };
  const events: LiveEvent[] = [];
  const call = await live(options).connect({
    transport: peer.transport,
    clock,
    environment: { GEMINI_API_KEY: 'a-secret-key' },
    recording: { sink },
    onEvent: (event) => events.push(event),
  });
  await peer.hears('What is it like outside?');
  await peer.says('Let me look.');
  const id = await peer.calls('look');
  await clock.advanceAsync(600);
  expect(await peer.answerTo(id)).toMatchObject({ response: { weather: 'rain' } });
  await peer.says('It rains.', { thenCompletes: true });
  await call.sendText('Thanks.');
  call.state().set('thanked', true);
  void call.sendAudio(new Uint8Array(640));
  await peer.says('Welcome.', { thenCompletes: true });
  await clock.advanceAsync(2_000);
  await call.disconnect();
  await settle();
  if (process.env.SHOW) console.log(sink.text.slice(0, 12000));
  const { recording } = readRecording(sink.text);
  const again: LiveEvent[] = [];
  const result = await replay(recording, { options, onEvent: (event) => again.push(event) });
  expect(result).toMatchObject({ clean: true, difference: undefined, state: [], complete: true });
  expect(again.map(({ type }) => type)).toEqual(events.map(({ type }) => type));
});
