/**
 * Makes the callers of `parlando demo`, one a story: assets/demo-<story>.wav, and assets/demo-<story>.json, what is said in
 * it and when.
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

const stories = {
  card: [
    { text: "Hello, I'd like to pay something off my card." },
    { text: 'My card ends in 4821.', aloud: 'My card ends in 4 8 2 1.' },
    { text: 'I could do 250 dollars, on December 4th.' },
    // Said while the agent is speaking.
    { text: 'Oh wait, make it 300 dollars.', bargeIn: true },
    { text: 'Yes, please.' },
  ],
  speech: [
    { text: "Hello, I'd like to book a table for four people." },
    { text: 'On Friday at half past seven, please.' },
    { text: 'Oh sorry, can you make it five people instead?', bargeIn: true },
    { text: 'My name is Ada Lovelace.' },
    { text: 'Yes, please.' },
  ],
};

for (const [name, utterances] of Object.entries(stories)) make(name, utterances);

function make(name, utterances) {
  const pause = new Int16Array((PAUSE_MS * RATE_HZ) / 1000);
  const samples = [];
  const sidecar = [];
  let at = 0;
  const add = (piece) => {
    samples.push(piece);
    at += piece.length;
  };
  for (const { text, aloud = text, ...rest } of utterances) {
    add(pause);
    const startMs = toMs(at);
    add(speak(aloud));
    sidecar.push({ text, ...rest, startMs, endMs: toMs(at) });
  }
  add(pause);
  const whole = new Int16Array(at);
  let offset = 0;
  for (const piece of samples) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  const wav = writeWav({ samples: whole, rateHz: RATE_HZ });
  const asset = (ending) => new URL(`../assets/demo-${name}.${ending}`, import.meta.url);
  writeFileSync(asset('wav'), wav);
  writeFileSync(asset('json'), `${JSON.stringify({ rateHz: RATE_HZ, utterances: sidecar }, null, 2)}\n`);
  console.log(`demo-${name}.wav: ${toMs(at) / 1000} s, ${wav.length} bytes`);
}

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
