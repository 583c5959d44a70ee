/**
 * The caller cuts in. Audio comes faster than it plays, so what the model said is not what the caller heard: the transcript
 * is cut to what was heard, and the next turn answers the caller.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { live } from 'parlando';
import { pcm16Samples, readWav } from 'parlando/audio';
import { createSimulator, script } from 'parlando/simulator';

// A recorded caller: the first sentence of the file.
const asset = (name) => readFile(new URL(`../../assets/${name}`, import.meta.url));
const { samples, rateHz } = readWav(await asset('demo-speech.wav'));
const [{ text: sentence, endMs }] = JSON.parse(String(await asset('demo-speech.json'))).utterances;
const chunkSamples = pcm16Samples(20, rateHz);

const menu =
  'Tonight we have tomato soup, a green salad, roast lamb with beans, trout in butter, and plum cake.';
const answer = 'Gladly. For which day?';
const brain = script().hears('The menu?').says(menu).hears(sentence).says(answer).toBrain();
const simulator = await createSimulator({ brain });
const call = await live({ baseUrl: simulator.url, apiKey: 'any', inputAudio: { rateHz } }).connect();

let arrivedMs = 0;
call.on('audio', ({ data }) => (arrivedMs += data.length / 2 / 24)); // here a speaker would queue it
call.on('interrupted', () => console.log('cut in')); // here it would drop its queue

// The microphone: 20 ms of sound every 20 ms, silence unless the caller speaks.
let toSay = new Int16Array(0);
const hangUp = new AbortController();
const microphone = (async () => {
  while (!hangUp.signal.aborted) {
    const sound = new Int16Array(chunkSamples);
    sound.set(toSay.subarray(0, chunkSamples));
    toSay = toSay.slice(chunkSamples);
    await call.sendAudio(sound);
    await sleep(20);
  }
})();

const menuTurn = call.next('turnRecord');
await call.sendText('The menu?');
await call.next('audio');
await sleep(1500);
toSay = samples.slice(0, pcm16Samples(endMs, rateHz));

const { said, interrupted } = (await menuTurn).record;
console.log(
  `${Math.round(arrivedMs)} ms had come, ${Math.round(call.playback.heardMs)} ms were heard: "${said} …"`,
);
assert.ok(
  interrupted && said !== '' && said !== menu && menu.startsWith(said),
  'a part of the menu was heard',
);

const { record } = await call.next('turnRecord');
console.log(`caller: ${record.heard}\nagent:  ${record.said}`);
assert.deepEqual([record.heard, record.said], [sentence, answer]);

hangUp.abort();
await microphone;
await call.disconnect();
await simulator.close();
