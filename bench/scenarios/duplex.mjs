/** Calls as they are: 50 chunks of 640 B a second up and 25 frames of 1,920 B down, for every session at once. */
import { sleep } from '../clock.mjs';

export const name = 'duplex';
export const peers = ['bare-ws', 'ws-json', 'genai', 'parlando'];

const COUNTS = [100, 500, 1_000];
const MIC_PERIOD_MS = 20;
const DOWN = { lengthBytes: 1_920, periodMs: 40 };
const SETTLE_MS = 600;
/** What one session exchanges in a second. */
const MESSAGES_PER_SECOND = 1_000 / MIC_PERIOD_MS + 1_000 / DOWN.periodMs;
/** How long what is under way may take to arrive before it counts as lost. */
const DRAIN_MS = 8_000;

export async function measure(lab, peer, { quick }) {
  return await lab.withClient(peer, async (client, url) => {
    const before = await client.ask('collectedRss');
    const metrics = {};
    for (const sessions of COUNTS) {
      await client.ask('open', { url, sessions, audio: 'check' });
      await Promise.all([client.ask('talk', { periodMs: MIC_PERIOD_MS }), lab.server.ask('speak', DOWN)]);
      await sleep(SETTLE_MS);
      const used = await lab.window(client, quick ? 1_000 : 1_700);
      await Promise.all([client.ask('hush'), lab.server.ask('hush')]);
      const { lost, reordered } = await settle(client, lab.server);
      Object.assign(metrics, {
        [`duplexCpu${sessions}`]: cpuPercent(used.client, sessions),
        [`duplexDownP50Ms${sessions}`]: used.client.down.p50Ms,
        [`duplexDownP99Ms${sessions}`]: used.client.down.p99Ms,
        [`duplexMicP50Ms${sessions}`]: used.server.mic.p50Ms,
        [`duplexMicP99Ms${sessions}`]: used.server.mic.p99Ms,
        [`duplexKib${sessions}`]: (used.client.rssBytes - before.rssBytes) / sessions / 1024,
        [`duplexLost${sessions}`]: lost,
        [`duplexReordered${sessions}`]: reordered,
        [`duplexServerCpu${sessions}`]: used.server.cpuPercent,
      });
    }
    return metrics;
  });
}

/**
 * CPU of a core that the load takes: per message, times the messages of a second. Where a client keeps up that is its
 * CPU in the window; where it does not, the part that it put off counts too, and it can be over 100.
 */
function cpuPercent({ cpuUs, sent, received }, sessions) {
  return (cpuUs / (sent + received)) * MESSAGES_PER_SECOND * sessions * 1e-4;
}

/** Waits until both sides have what the other sent, or time is up; then counts what is missing or out of order. */
async function settle(client, server) {
  const deadlineMs = performance.now() + DRAIN_MS;
  for (;;) {
    const [ofClient, ofServer] = await Promise.all([client.ask('counts'), server.ask('counts')]);
    const lost = ofClient.sent - ofServer.received + (ofServer.sent - ofClient.received);
    const reordered = ofClient.reordered + ofServer.reordered + ofServer.corrupt;
    if (lost === 0 || performance.now() > deadlineMs) return { lost, reordered };
    await sleep(100);
  }
}
