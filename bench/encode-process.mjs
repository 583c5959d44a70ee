/** The process in which encoding alone is timed. */
import { serveCommands } from './children.mjs';
import { nowUs } from './clock.mjs';
import { median } from './measure.mjs';
import { samplePcm } from './stamp.mjs';

const MIME_TYPE = 'audio/pcm;rate=16000';
const CHUNKS = Array.from({ length: 64 }, (_, index) => samplePcm(640 + index).subarray(index));
const REPEATS = 20_000;
const TIMINGS = 7;
const MEDIANS = 5;

async function encoder(peer) {
  if (peer === 'ws-json') {
    return (chunk) =>
      JSON.stringify({
        realtimeInput: { audio: { data: Buffer.from(chunk).toString('base64'), mimeType: MIME_TYPE } },
      });
  }
  const { audioFrameSuffix, encodeAudioChunk } = await import('../dist/wire/codec/encode.js');
  const suffix = audioFrameSuffix(MIME_TYPE);
  return (chunk) => encodeAudioChunk(chunk, suffix);
}

/** Microseconds a chunk. What is made is looked at, so that nothing can be optimised away. */
function time(encode) {
  let seen = 0;
  const startUs = nowUs();
  for (let index = 0; index < REPEATS; index += 1) seen += encode(CHUNKS[index & 63]).length;
  const tookUs = nowUs() - startUs;
  if (seen < REPEATS * 800) throw new Error('the encoder made too little');
  return tookUs / REPEATS;
}

serveCommands({
  encode: async ({ peer }) => {
    const encode = await encoder(peer);
    time(encode);
    const timings = () => Array.from({ length: TIMINGS }, () => time(encode));
    return Math.min(...Array.from({ length: MEDIANS }, () => median(timings())));
  },
});
