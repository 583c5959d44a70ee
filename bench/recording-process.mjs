/** The process in which recording and replaying are timed. The peer is a function, so that nothing else is measured. */
import { Buffer } from 'node:buffer';
import { setImmediate as nextTask } from 'node:timers/promises';
import { serveCommands } from './children.mjs';
import { median } from './measure.mjs';

const CHUNK_BYTES = 1_920;
const BATCH = 200;
const BATCHES = 60;
const ROUNDS = 7;
const CALL_MS = 600_000;

const json = (message) => Buffer.from(`${JSON.stringify(message, null, 2)}\n`);

function audioFrame(seed) {
  const samples = Int16Array.from(
    { length: CHUNK_BYTES / 2 },
    (_, at) => ((at * 7919 + seed) % 9_000) - 4_500,
  );
  const data = Buffer.from(samples.buffer).toString('base64');
  const inlineData = { mimeType: 'audio/pcm;rate=24000', data };
  return json({ serverContent: { modelTurn: { role: 'model', parts: [{ inlineData }] } } });
}

/** A transport whose server says what it is told to. */
function stubTransport() {
  const stub = { sink: undefined };
  const transport = {
    canSetHeaders: true,
    open(_request, sink) {
      stub.sink = sink;
      queueMicrotask(() => {
        sink.opened();
        sink.frame(json({ setupComplete: {} }));
      });
      return {
        bufferedBytes: 0,
        send() {},
        close: (code, reason) => queueMicrotask(() => sink.closed({ code, reason })),
        terminate() {},
      };
    },
  };
  return { stub, transport };
}

const options = { model: 'gemini-2.5-flash-native-audio-latest', quiet: { deadAir: false } };

async function openCall(parlando, ports) {
  const { stub, transport } = stubTransport();
  const call = await parlando
    .live(options)
    .connect({ transport, environment: { GEMINI_API_KEY: 'none' }, ...ports });
  call.on('audio', () => {});
  stub.sink.frame(json({ serverContent: { outputTranscription: { text: 'Well' } } }));
  return { call, say: (frame) => stub.sink.frame(frame) };
}

/** Microseconds on the way of each frame, down and up, without what is done off it. */
async function wayUs(parlando, ports) {
  const { call, say } = await openCall(parlando, ports);
  const frames = Array.from({ length: 8 }, (_, seed) => audioFrame(seed));
  const chunk = new Uint8Array(CHUNK_BYTES);
  const spent = { down: [], up: [] };
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const startDown = performance.now();
    for (let at = 0; at < BATCH; at += 1) say(frames[at & 7]);
    const startUp = performance.now();
    for (let at = 0; at < BATCH; at += 1) void call.sendAudio(chunk);
    const end = performance.now();
    if (batch >= BATCHES / 3) {
      spent.down.push(startUp - startDown);
      spent.up.push(end - startUp);
    }
    // What is written is written here.
    await nextTask();
    await nextTask();
  }
  await call.disconnect();
  // Of batches the median: a neighbour that takes the core for a while counts for one.
  return { down: (median(spent.down) * 1_000) / BATCH, up: (median(spent.up) * 1_000) / BATCH };
}

serveCommands({
  recording: async () => {
    const parlando = await import('../dist/live/index.js');
    const sink = () => ({ write: () => {} });
    const more = { down: [], up: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const plain = await wayUs(parlando, {});
      const recorded = await wayUs(parlando, { recording: { sink: sink() } });
      more.down.push(recorded.down - plain.down);
      more.up.push(recorded.up - plain.up);
    }
    return { recordingDownUs: median(more.down), recordingUpUs: median(more.up) };
  },

  replay: async () => {
    const parlando = await import('../dist/live/index.js');
    const { ManualClock, readRecording, replay } = await import('../dist/testing/index.js');
    const clock = new ManualClock();
    const sink = new parlando.MemoryRecording();
    const { call, say } = await openCall(parlando, { clock, recording: { sink } });
    const frames = Array.from({ length: 8 }, (_, seed) => audioFrame(seed));
    const chunk = new Uint8Array(640);
    const says = (text, ends) =>
      say(json({ serverContent: { outputTranscription: { text }, ...(ends && { turnComplete: true }) } }));
    for (let nowMs = 0; nowMs < CALL_MS; nowMs += 20) {
      void call.sendAudio(chunk);
      const inTurnMs = nowMs % 10_000;
      if (inTurnMs < 5_000 && nowMs % 40 === 0) say(frames[(nowMs / 40) & 7]);
      if (inTurnMs === 5_000) says('That is it.', true);
      if (inTurnMs === 8_000) say(json({ serverContent: { inputTranscription: { text: 'Go on.' } } }));
      clock.advance(20);
      if (nowMs % 400 === 0) await nextTask();
    }
    let over = false;
    void call.disconnect().then(() => {
      over = true;
    });
    await clock.runUntil(() => over, 10_000);
    await nextTask();
    const file = Buffer.from(sink.text);
    const seconds = [];
    for (let round = 0; round < 3; round += 1) {
      const startMs = performance.now();
      const { recording } = readRecording(file);
      const { clean, difference } = await replay(recording, { options });
      seconds.push((performance.now() - startMs) / 1_000);
      if (!clean) throw new Error(`the replay drifts: ${JSON.stringify(difference).slice(0, 300)}`);
    }
    return { replaySeconds: median(seconds), recordingMib: file.length / 2 ** 20 };
  },
});
