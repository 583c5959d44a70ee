/** Microseconds per 20 ms chunk (640 B) of the microphone's path, without a socket. By hand: node bench/mic-path.mjs */
import { resolveVoiceOptions } from '../dist/runtime/voice/uplink/voice-options.js';
import { VoiceUplink } from '../dist/runtime/voice/uplink/voice-uplink.js';
import { connect, systemClock } from '../dist/wire/index.js';
import { nowUs } from './clock.mjs';
import { median } from './measure.mjs';

const CHUNKS = 20_000;
const RUNS = 9;

/** A socket that takes everything and keeps nothing. */
const transport = {
  canSetHeaders: true,
  open(_request, sink) {
    queueMicrotask(() => {
      sink.opened();
      sink.frame('{"setupComplete":{}}');
    });
    return { bufferedBytes: 0, send() {}, close() {}, terminate() {} };
  },
};

/** Three seconds of a room, a vowel and a room, as chunks. */
function talk() {
  const samples = Int16Array.from({ length: 48_000 }, (_, n) => {
    const hiss = ((n * 7919) % 21) - 10;
    const angle = (2 * Math.PI * 130 * n) / 16_000;
    const voice = [1, 0.7, 0.6, 0.9, 1.6, 0.9, 0.4].reduce(
      (sum, weight, k) => sum + weight * Math.sin((k + 1) * angle + k * k),
      0,
    );
    return hiss + (n > 9600 && n < 24_000 ? 2500 * voice : 0);
  });
  return Array.from({ length: 150 }, (_, n) => new Uint8Array(samples.slice(n * 320, (n + 1) * 320).buffer));
}

function host(session, counts) {
  const nothing = () => {};
  const context = { pending: false };
  return {
    clock: systemClock,
    report: nothing,
    emit: () => counts.edges++,
    session,
    flushContext: () => context.pending && nothing(),
    perform: nothing,
    onSpeechStart: nothing,
    onSpeechEnd: nothing,
    onTurnMark: () => counts.marks++,
    onUserTurnStarted: nothing,
    onUserTurnEnded: nothing,
  };
}

async function sender(options) {
  const counts = { edges: 0, marks: 0 };
  const { settings, realtimeInputConfig } = resolveVoiceOptions(options);
  const session = await connect(
    {
      apiKey: 'any',
      model: 'gemini-2.5-flash-native-audio-latest',
      ...(realtimeInputConfig && { realtimeInputConfig }),
    },
    { transport },
  );
  const uplink = options && new VoiceUplink(settings, host(session, counts));
  return { counts, send: uplink ? (chunk) => uplink.sendAudio(chunk) : (chunk) => session.sendAudio(chunk) };
}

const processor = { process() {} };
const cases = [
  ['bare session', undefined],
  ['server decides, nothing on', {}],
  ['server decides, VAD', { inputVad: true }],
  ['server decides, VAD, one processor', { inputVad: true, micProcessors: [processor] }],
  ['client decides, VAD, commit', { interruptionAuthority: 'client' }],
];

const chunks = talk();
const peers = await Promise.all(
  cases.map(async ([name, options]) => ({ name, timesUs: [], ...(await sender(options)) })),
);
for (let run = 0; run < RUNS; run++) {
  for (const peer of peers) {
    const startUs = nowUs();
    for (let n = 0; n < CHUNKS; n++) void peer.send(chunks[n % chunks.length]);
    peer.timesUs.push((nowUs() - startUs) / CHUNKS);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
for (const { name, timesUs, counts } of peers) {
  const worst = Math.max(...timesUs.slice(1)).toFixed(2);
  console.log(
    `${name.padEnd(38)} median ${median(timesUs).toFixed(2)} µs, worst ${worst} (edges ${counts.edges}, marks ${counts.marks})`,
  );
}
process.exit(0);
