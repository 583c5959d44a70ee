/** Memory of a session that is open and silent: RSS after collections, less that of the same process without it. */
import { sleep } from '../clock.mjs';

export const name = 'idle';
export const peers = ['bare-ws', 'ws-json', 'genai', 'parlando'];

const COUNTS = [200, 1_000];

export async function measure(lab, peer) {
  return await lab.withClient(peer, async (client, url) => {
    // One session first: it loads what a peer loads late, which is not a cost per session.
    await client.ask('open', { url, sessions: 1 });
    const before = await client.ask('settledRss');
    const metrics = {};
    for (const sessions of COUNTS) {
      await client.ask('open', { url, sessions: sessions + 1 });
      await sleep(300);
      const after = await client.ask('settledRss');
      metrics[`idleKib${sessions}`] = (after.rssBytes - before.rssBytes) / sessions / 1024;
    }
    return metrics;
  });
}
