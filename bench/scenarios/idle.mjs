/**
 * Memory of a session that is open and silent, less that of the same process with one session: straight after
 * connecting, when the young generation still has the size that connecting gave it, and when it has settled.
 */
import { sleep } from '../clock.mjs';

export const name = 'idle';
export const peers = ['bare-ws', 'ws-json', 'genai', 'parlando'];

const COUNTS = [200, 1_000];

export async function measure(lab, peer) {
  const metrics = {};
  for (const [metric, command] of [
    ['freshKib', 'collectedRss'],
    ['idleKib', 'settledRss'],
  ]) {
    await lab.withClient(peer, async (client, url) => {
      // One session first: it loads what a peer loads late, which is not a cost per session.
      await client.ask('open', { url, sessions: 1 });
      const before = await client.ask(command);
      for (const sessions of COUNTS) {
        await client.ask('open', { url, sessions: sessions + 1 });
        await sleep(200);
        const after = await client.ask(command);
        metrics[`${metric}${sessions}`] = (after.rssBytes - before.rssBytes) / sessions / 1024;
      }
    });
  }
  return metrics;
}
