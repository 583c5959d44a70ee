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
/** Next sequence numbers, by session: of chunks sent, and of audio expected. */
const micSeqs = [];
const downSeqs = [];
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

async function open({ url, sessions: wanted, wantsStamps = false }) {
  const onAudio = wantsStamps ? checkAudio : countAudio;
  while (sessions.length < wanted) {
    const count = Math.min(CONCURRENT_OPENS, wanted - sessions.length);
    const opened = Array.from({ length: count }, () => peer.open(url, onAudio, { wantsStamps }));
    sessions.push(...(await Promise.all(opened)));
  }
}

/** @param dry true runs the driver alone, so that its cost can be told from that of sending. */
function talk({ periodMs, dry = false }) {
  pacer.start({ sessions: sessions.length, periodMs }, (session, timeUs) => {
    const seq = micSeqs[session] ?? 0;
    writeStamp(chunk, 0, { session, seq, timeUs });
    totals.chunks += 1;
    if (dry) return;
    sessions[session].sendAudio(chunk);
    micSeqs[session] = seq + 1;
    totals.sent += 1;
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
  hush: () => pacer.stop(),
  start: () => {
    downLatency.reset();
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
  }),
  collectedRss,
  settledRss,
  counts: () => totals,
  close: () => {
    for (const session of sessions.splice(0)) session.close();
  },
});
