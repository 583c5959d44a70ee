/**
 * Makes assets/demo-speech.wav, the caller of `parlando demo`, and assets/demo-speech.json, what is said in it and when.
 * Needs espeak-ng and a build: npx tsc -b tsconfig.build.json && node scripts/make-demo-speech.mjs
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createResampler, readWav, writeWav } from '../dist/audio/index.js';

const RATE_HZ = 16_000;
const PAUSE_MS = 600;
const PEAK = 0.6 * 32_768;
/** Samples below this are silence: espeak-ng ends its utterances with some. */
const QUIET = 60;

const utterances = [
  { text: "Hello, I'd like to book a table for four people." },
  { text: 'On Friday at half past seven, please.' },
  // Said while the agent is speaking.
  { text: 'Oh sorry, can you make it five people instead?', bargeIn: true },
  { text: 'My name is Ada Lovelace.' },
  { text: 'Yes, please.' },
];

const parts = utterances.map(({ text }) => speak(text));
const pause = new Int16Array((PAUSE_MS * RATE_HZ) / 1000);
const samples = [];
const sidecar = [];
let at = 0;
const add = (piece) => {
  samples.push(piece);
  at += piece.length;
};
for (const [index, utterance] of utterances.entries()) {
  add(pause);
  const startMs = toMs(at);
  add(parts[index]);
  sidecar.push({ ...utterance, startMs, endMs: toMs(at) });
}
add(pause);

const whole = new Int16Array(at);
let offset = 0;
for (const piece of samples) {
  whole.set(piece, offset);
  offset += piece.length;
}
const wav = writeWav({ samples: whole, rateHz: RATE_HZ });
const asset = (name) => new URL(`../assets/${name}`, import.meta.url);
writeFileSync(asset('demo-speech.wav'), wav);
writeFileSync(
  asset('demo-speech.json'),
  `${JSON.stringify({ rateHz: RATE_HZ, utterances: sidecar }, null, 2)}\n`,
);
console.log(`demo-speech.wav: ${toMs(at) / 1000} s, ${wav.length} bytes`);

function speak(text) {
  const wav = execFileSync('espeak-ng', ['-v', 'en-us+f3', '-s', '165', '--stdout', text], {
    maxBuffer: 64 * 1024 * 1024,
  });
  const { samples, rateHz } = readWav(wav);
  const resampler = createResampler({ fromHz: rateHz, toHz: RATE_HZ, quality: 'high' });
  const body = resampler.process(samples);
  const tail = resampler.flush();
  const mono = Int16Array.from([...body, ...tail]);
  const first = mono.findIndex((sample) => Math.abs(sample) > QUIET);
  const last = mono.findLastIndex((sample) => Math.abs(sample) > QUIET);
  const spoken = mono.slice(first, last + 1);
  const loudest = spoken.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  return spoken.map((sample) => Math.round((sample * PEAK) / loudest));
}

function toMs(count) {
  return Math.round((count * 1000) / RATE_HZ);
}
