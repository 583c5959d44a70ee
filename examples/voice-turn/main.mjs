/**
 * A turn by voice, without a key: a caller's recorded speech goes up as it would from a microphone, the server hears
 * where it ends, and the agent's answer comes back as words and sound, which is saved as out/answer.wav.
 * Run it with `node examples/voice-turn/main.mjs` after `npm run build`.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pcm16FromBytes, pcm16Samples, readWav, rmsDbfs, writeWav } from 'parlando/audio';
import { createSimulator, script } from 'parlando/simulator';
import { connect } from 'parlando/wire';

const CHUNK_MS = 20;
const file = (path) => new URL(`../../${path}`, import.meta.url);

// What the caller says: the first sentence of a recording, and silence after it.
const { samples, rateHz } = readWav(await readFile(file('assets/demo-speech.wav')));
const { utterances } = JSON.parse(await readFile(file('assets/demo-speech.json'), 'utf8'));
const [{ text: sentence, endMs }] = utterances;
const speech = samples.slice(0, pcm16Samples(endMs, rateHz));
const silence = new Int16Array(pcm16Samples(CHUNK_MS, rateHz));

// The simulator detects speech by itself; which words they are, the script tells it.
const brain = script().hears(sentence).says('Gladly. For which day?').toBrain();
const simulator = await createSimulator({ brain });
const session = await connect({
  apiKey: 'none-needed-here',
  baseUrl: simulator.url,
  inputAudio: { rateHz },
  inputAudioTranscription: true,
  outputAudioTranscription: true,
});

let heard = '';
let answer = '';
let finished = false;
const pieces = [];
session.on('inputTranscription', (event) => {
  heard += event.text;
});
session.on('outputTranscription', (event) => {
  answer += event.text;
});
session.on('audioData', (event) => pieces.push(event.data));
session.on('turnComplete', () => {
  finished = true;
});

// The microphone: 20 ms of sound every 20 ms, silence included, until the agent has answered.
const startMs = performance.now();
for (let tick = 0; !finished; tick += 1) {
  const at = pcm16Samples(tick * CHUNK_MS, rateHz);
  const chunk = speech.subarray(at, at + silence.length);
  await session.sendAudio(chunk.length === silence.length ? chunk : silence);
  await sleep(Math.max(0, startMs + (tick + 1) * CHUNK_MS - performance.now()));
}

const sound = pcm16FromBytes(Buffer.concat(pieces));
await mkdir(file('out/'), { recursive: true });
await writeFile(file('out/answer.wav'), writeWav({ samples: sound, rateHz: 24_000 }));
console.log(
  `caller: ${heard}\nagent:  ${answer} (${(sound.length / 24_000).toFixed(1)} s in out/answer.wav)`,
);

assert.equal(heard.trim(), sentence);
assert.equal(answer.trim(), 'Gladly. For which day?');
assert.ok(rmsDbfs(sound) > -40, 'the answer is silent');

await session.disconnect();
await simulator.close();
