/**
 * One plain script for every runtime, with nothing but `node:assert` and the installed package: the entries load and
 * work, a session completes a turn by text against a simulator in this process, and the key travels in a header.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { live, tool } from 'parlando';
import {
  createEnergyVad,
  createResampler,
  decodeAlaw,
  decodeMulaw,
  encodeAlaw,
  encodeMulaw,
  readWav,
  rmsDbfs,
  writeWav,
} from 'parlando/audio';
import { PhaseMachine } from 'parlando/flow/phases';
import { createSimulator, script } from 'parlando/simulator';
import { ManualClock } from 'parlando/testing';
import { connect, decodeServerFrame, encodeSetup } from 'parlando/wire';

const KEY = 'smoke-test-key';
const TIMEOUT_MS = 20_000;
/** Only Node goes through `ws`; the others use what the platform has. */
const usesPlatformSocket = 'Bun' in globalThis || 'Deno' in globalThis;

const timer = setTimeout(() => {
  console.error(`not done within ${TIMEOUT_MS} ms`);
  process.exit(1);
}, TIMEOUT_MS);

const steps = { audioWorks, codecWorks, keyIsInHeader, textTurnWorks, agentWorks };
for (const [name, step] of Object.entries(steps)) {
  await step();
  console.log(`  ok ${name}`);
}
clearTimeout(timer);
process.exit(0);

function audioWorks() {
  const tone = Int16Array.from({ length: 16_000 }, (_, index) => 12_000 * Math.sin(index * 0.17));
  const resampler = createResampler({ fromHz: 16_000, toHz: 24_000 });
  const resampled = [resampler.process(tone), resampler.flush()].flatMap((part) => [...part]);
  assert.ok(Math.abs(resampled.length - 24_000) < 200, `${resampled.length} samples`);
  assert.ok(Math.abs(rmsDbfs(Int16Array.from(resampled)) - rmsDbfs(tone)) < 0.5);

  for (const [encode, decode] of [
    [encodeMulaw, decodeMulaw],
    [encodeAlaw, decodeAlaw],
  ]) {
    const error = decode(encode(tone)).map((sample, index) => sample - tone[index]);
    assert.ok(rmsDbfs(error) < rmsDbfs(tone) - 30);
  }

  const vad = createEnergyVad({ rateHz: 16_000 });
  const speechAndSilence = [new Int16Array(16_000), tone.subarray(0, 8_000), new Int16Array(32_000)];
  const edges = speechAndSilence.flatMap((part) => vad.push(part));
  assert.deepEqual(
    edges.map(({ type }) => type),
    ['speechStart', 'speechEnd'],
  );

  const wav = readWav(writeWav({ samples: tone, rateHz: 16_000 }));
  assert.equal(wav.rateHz, 16_000);
  assert.equal(wav.samples.length, tone.length);
}

function codecWorks() {
  assert.equal(
    JSON.parse(encodeSetup({ apiKey: KEY, model: 'gemini-3.8-live' })).setup.model,
    'models/gemini-3.8-live',
  );
  const pcm = Uint8Array.from({ length: 960 }, (_, index) => (index * 7) & 0xff);
  const data = btoa(String.fromCharCode(...pcm));
  const parts = [{ inlineData: { mimeType: 'audio/pcm;rate=24000', data } }];
  const frame = new TextEncoder().encode(
    JSON.stringify({ serverContent: { modelTurn: { parts } } }, null, 2),
  );
  const decoded = decodeServerFrame(frame);
  assert.ok(decoded.ok);
  assert.equal(decoded.items[0].rateHz, 24_000);
  assert.deepEqual([...decoded.items[0].data], [...pcm]);
  assert.equal(decodeServerFrame('{').ok, false);
}

/** Asks a server that only listens what the upgrade looks like. */
async function keyIsInHeader() {
  const server = createServer();
  const asked = new Promise((resolve) => {
    server.on('connection', (socket) => {
      let request = '';
      socket.on('error', () => {});
      socket.on('data', (data) => {
        request += data.toString('latin1');
        if (!request.includes('\r\n\r\n')) return;
        socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        resolve(request);
      });
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const failure = await connect({ apiKey: KEY, baseUrl, retry: { maxAttempts: 1 } }).catch((error) => error);
  const request = await asked;
  server.close();
  assert.equal(failure.name, 'WireError');
  assert.equal(JSON.stringify([failure, failure.message, failure.stack]).includes(KEY), false);
  const [requestLine, ...headers] = request.split('\r\n');
  assert.equal(requestLine.includes(KEY), false, 'the key is in the URL');
  assert.ok(
    headers.some((header) => header.toLowerCase() === `x-goog-api-key: ${KEY}`),
    request,
  );
}

async function textTurnWorks() {
  const Platform = globalThis.WebSocket;
  let platformSockets = 0;
  if (Platform !== undefined) {
    globalThis.WebSocket = class extends Platform {
      constructor(...options) {
        super(...options);
        platformSockets += 1;
      }
    };
  }
  const brain = script().hears('Hello').says('Good day to you.').toBrain();
  const simulator = await createSimulator({ voice: 'tones', brain });

  const session = await connect({ apiKey: KEY, baseUrl: simulator.url, outputAudioTranscription: true });
  let words = '';
  let audioBytes = 0;
  session.on('outputTranscription', ({ text }) => {
    words += text;
  });
  session.on('audioData', ({ data }) => {
    audioBytes += data.length;
  });
  const turnComplete = new Promise((resolve) => session.on('turnComplete', resolve));
  await session.sendAudio(new Int16Array(320));
  await session.sendText('Hello');
  await turnComplete;
  assert.equal(words.trim(), 'Good day to you.');
  assert.ok(audioBytes > 10_000, `${audioBytes} bytes of audio`);
  await session.disconnect();
  assert.equal(session.phase, 'disconnected');
  await simulator.close();
  assert.equal(platformSockets, usesPlatformSocket ? 1 : 0, 'sockets of the platform that were used');
}

/** An agent with a tool and two phases: the tool runs, the phase moves, the turn leaves its record. */
async function agentWorks() {
  assert.equal(typeof PhaseMachine, 'function');
  assert.equal(new ManualClock().nowMs(), 0);
  const brain = script().hears('Friday').calls('book', { day: 'friday' }).says('Booked.').toBrain();
  const simulator = await createSimulator({ voice: 'tones', brain });
  const book = tool({
    name: 'book',
    description: 'Books a day.',
    parameters: { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] },
    run: ({ day }, { state }) => {
      state.set('booked', day);
      return { booked: day };
    },
  });
  const agent = live({
    apiKey: KEY,
    baseUrl: simulator.url,
    tools: [book],
    phases: {
      initial: 'ask',
      phases: [
        { name: 'ask', transitions: [{ to: 'done', when: (state) => state.has('booked') }] },
        { name: 'done', terminal: true },
      ],
    },
  });
  const call = await agent.connect();
  const recorded = new Promise((resolve) => call.on('turnRecord', ({ record }) => resolve(record)));
  await call.sendText('Friday');
  const record = await recorded;
  await call.disconnect();
  await simulator.close();
  assert.equal(record.phase, 'done');
  assert.deepEqual(record.tools[0].result, { booked: 'friday' });
  assert.equal(call.state().get('booked'), 'friday');
}
