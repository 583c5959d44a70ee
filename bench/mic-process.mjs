/** The process in which the microphone's road is timed: a call of half an hour on a clock that the bench moves. */
import { readFile } from 'node:fs/promises';
import { live } from 'parlando';
import { readWav } from 'parlando/audio';
import { ManualClock } from 'parlando/testing';
import { connect } from 'parlando/wire';
import { serveCommands } from './children.mjs';
import { ProcessMeter } from './measure.mjs';
import { samplePcm } from './stamp.mjs';

const CHUNK_MS = 20;
const CHUNK_BYTES = 640;
/** Ten minutes. */
const CALL_CHUNKS = 30_000;
const REPLY_FRAMES = 25;

const replyFrame = JSON.stringify({
  serverContent: {
    modelTurn: {
      parts: [
        { inlineData: { mimeType: 'audio/pcm;rate=24000', data: samplePcm(1_920).toString('base64') } },
      ],
    },
  },
});
const replyEnd = [
  '{"serverContent":{"inputTranscription":{"text":"And what about Tuesday?","finished":true}}}',
  '{"serverContent":{"outputTranscription":{"text":"Tuesday is fine."},"generationComplete":true}}',
  '{"serverContent":{"turnComplete":true}}',
];

/** A service without a socket: takes everything, and answers each turn of the user with a second of audio. */
function createService() {
  const counts = { turns: 0, context: 0 };
  const transport = {
    canSetHeaders: true,
    open(_request, sink) {
      const answer = () => {
        for (let frame = 0; frame < REPLY_FRAMES; frame += 1) sink.frame(replyFrame);
        for (const frame of replyEnd) sink.frame(frame);
      };
      queueMicrotask(() => {
        sink.opened();
        sink.frame('{"setupComplete":{}}');
      });
      return {
        bufferedBytes: 0,
        send(frame) {
          if (frame.length > CHUNK_BYTES) return;
          const text = frame.toString();
          if (text.includes('"clientContent"')) counts.context += 1;
          if (!text.includes('"activityEnd"')) return;
          counts.turns += 1;
          queueMicrotask(answer);
        },
        close() {},
        terminate() {},
      };
    },
  };
  return { counts, transport };
}

/** What a caller says, as chunks. */
async function speech() {
  const wav = readWav(await readFile(new URL('../assets/demo-speech.wav', import.meta.url)));
  const pcm = new Uint8Array(wav.samples.buffer, wav.samples.byteOffset, wav.samples.byteLength);
  const chunks = Math.floor(pcm.length / CHUNK_BYTES);
  return Array.from({ length: chunks }, (_, index) =>
    pcm.slice(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
  );
}

/** A live session that decides on the user's turns itself, and tells the model something new with each of them. */
async function openLive(ports) {
  let note = 0;
  const agent = live({
    apiKey: 'bench',
    interruptionAuthority: 'client',
    steering: {
      mode: 'contextInjection',
      contextDelivery: 'deferred',
      amendment: () => `It is note ${++note}.`,
    },
  });
  return await agent.connect(ports);
}

function usedBytes() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

serveCommands({
  /** Twenty minutes until code is compiled and rings are full, then ten that count: everything that a chunk causes, replies included. */
  talk: async ({ peer }) => {
    const clock = new ManualClock();
    const { counts, transport } = createService();
    const ports = { clock, transport, environment: {} };
    const call = peer === 'live' ? await openLive(ports) : await connect({ apiKey: 'bench' }, ports);
    const chunks = await speech();
    const tenMinutes = async () => {
      for (let index = 0; index < CALL_CHUNKS; index += 1) {
        clock.advance(CHUNK_MS);
        await call.sendAudio(chunks[index % chunks.length]);
      }
    };
    await tenMinutes();
    await tenMinutes();
    const usedBefore = usedBytes();
    const before = { ...counts };
    const meter = new ProcessMeter();
    await tenMinutes();
    const chunkUs = meter.stop().cpuUs / CALL_CHUNKS;
    const turns = counts.turns - before.turns;
    const context = counts.context - before.context;
    if (peer === 'live' && (turns < 50 || context < 50)) {
      throw new Error(`ten minutes had ${turns} turns and ${context} notes: that is no conversation`);
    }
    return { chunkUs, growthKib: (usedBytes() - usedBefore) / 1024, turns, context };
  },
});
