/** The client process, the one that is measured: sessions of one peer, a shared mic timer, and a meter. */

import { Session } from 'node:inspector/promises';
import { getHeapStatistics } from 'node:v8';
import { serveCommands } from './children.mjs';
import { nowUs, sleep } from './clock.mjs';
import { LatencyHistogram } from './latency-histogram.mjs';
import { ProcessMeter } from './measure.mjs';
import { Pacer } from './pacer.mjs';
import { readStamp, samplePcm, writeStamp } from './stamp.mjs';

const [peerName] = process.argv.slice(2);
const peer = await import(`./clients/${peerName}.mjs`);

/** How many sessions are opened at a time. */
const CONCURRENT_OPENS = 50;
const CHUNK_BYTES = 640;

const sessions = [];
const chunk = samplePcm(CHUNK_BYTES);
const pacer = new Pacer();
const meter = new ProcessMeter();
const downLatency = new LatencyHistogram();
/** Between one audio event of a session and the next. */
const audioGaps = new LatencyHistogram();
/** From sending a text to hearing the first text of its answer, less the time that the server's script took. */
const textLatency = new LatencyHistogram();
/** Next sequence numbers, by session: of chunks sent, and of audio expected. */
const micSeqs = [];
const downSeqs = [];
/** By session: when its last audio came, and when its last text was sent. */
const audioAtUs = [];
const askedAtUs = [];
const totals = { chunks: 0, sent: 0, received: 0, bytes: 0, reordered: 0 };
let before = { ...totals };

/** Downlink and idle: counts what comes. */
function countAudio(pcm) {
  totals.received += 1;
  totals.bytes += pcm.length;
}

/** Full duplex: also reads the stamp. */
function checkAudio(pcm) {
  countAudio(pcm);
  const { session, seq, timeUs } = readStamp(pcm);
  downLatency.record(nowUs() - timeUs);
  if (seq !== (downSeqs[session] ?? 0)) totals.reordered += 1;
  downSeqs[session] = seq + 1;
}

/** Slow work: how evenly audio comes. */
function timeAudio(pcm) {
  countAudio(pcm);
  const { session } = readStamp(pcm);
  const timeUs = nowUs();
  if (audioAtUs[session] !== undefined) audioGaps.record(timeUs - audioAtUs[session]);
  audioAtUs[session] = timeUs;
}

const AUDIO_LISTENERS = { count: countAudio, check: checkAudio, time: timeAudio };

/** @param audio what is done with audio that comes. */
async function open({ url, sessions: wanted, audio = 'count', wantsText = false }) {
  const onAudio = AUDIO_LISTENERS[audio];
  const wantsStamps = audio !== 'count';
  while (sessions.length < wanted) {
    const count = Math.min(CONCURRENT_OPENS, wanted - sessions.length);
    const first = sessions.length;
    const opened = Array.from({ length: count }, (_, index) => {
      const onText = (text) => textLatency.record(nowUs() - askedAtUs[first + index] - Number(text));
      return peer.open(url, onAudio, wantsText ? { wantsStamps, onText } : { wantsStamps });
    });
    sessions.push(...(await Promise.all(opened)));
  }
}

/**
 * @param dry true runs the driver alone, so that its cost can be told from that of sending.
 * @param stamp `due` or `call`: whether a driver that is late counts.
 */
function talk({ periodMs, dry = false, stamp = 'due' }) {
  pacer.start({ sessions: sessions.length, periodMs }, (session, dueUs) => {
    const seq = micSeqs[session] ?? 0;
    writeStamp(chunk, 0, { session, seq, timeUs: stamp === 'due' ? dueUs : nowUs() });
    totals.chunks += 1;
    if (dry) return;
    sessions[session].sendAudio(chunk);
    micSeqs[session] = seq + 1;
    totals.sent += 1;
  });
}

/** Each session sends a text every `periodMs`; its answer must come before the next. */
function ask({ periodMs }) {
  pacer.start({ sessions: sessions.length, periodMs }, (session) => {
    askedAtUs[session] = nowUs();
    sessions[session].sendText('How late is it?');
  });
}

/** Memory after plain collections, when it no longer falls. */
async function collectedRss() {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 6; round += 1) {
    globalThis.gc();
    await sleep(150);
    least = Math.min(least, process.memoryUsage.rss());
  }
  return { rssBytes: least };
}

/** Memory when V8 has also shrunk its young generation, as it does by itself when a process is idle for ten seconds. */
async function settledRss() {
  const inspector = new Session();
  inspector.connect();
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round += 1) {
    await inspector.post('HeapProfiler.collectGarbage');
    await sleep(150);
    least = Math.min(least, process.memoryUsage.rss());
  }
  inspector.disconnect();
  return { rssBytes: least };
}

/** With a fixed young generation all of it is touched first, so that no peer pays for its pages in its sessions. */
if (process.execArgv.some((flag) => flag.startsWith('--min-semi-space-size'))) {
  const { heap_size_limit: limitBytes } = getHeapStatistics();
  for (let bytes = 0; bytes < limitBytes / 16; bytes += 8_000) new Array(1_000).fill(bytes);
}

serveCommands({
  open,
  talk,
  ask,
  hush: () => pacer.stop(),
  start: () => {
    downLatency.reset();
    audioGaps.reset();
    textLatency.reset();
    before = { ...totals };
    meter.start();
  },
  stop: () => ({
    ...meter.stop(),
    chunks: totals.chunks - before.chunks,
    sent: totals.sent - before.sent,
    received: totals.received - before.received,
    bytes: totals.bytes - before.bytes,
    rssBytes: process.memoryUsage.rss(),
    down: downLatency.summary(),
    gaps: audioGaps.summary(),
    text: textLatency.summary(),
  }),
  collectedRss,
  settledRss,
  counts: () => ({ ...totals, extractions: peer.done?.extractions ?? 0 }),
  close: () => {
    for (const session of sessions.splice(0)) session.close();
  },
});
