/**
 * Memory of sessions that are open and silent: straight after connecting, when the young generation still has the size
 * that connecting gave it, and when it has settled. The baseline is the process before its first session; "each further
 * one" takes the process with one session as its baseline, and so leaves out what a peer loads or compiles for the first.
 */
import { sleep } from '../clock.mjs';

export const name = 'idle';
export const peers = ['bare-ws', 'genai', 'parlando', 'live'];

const COUNTS = [200, 1_000];

export async function measure(lab, peer) {
  const metrics = {};
  for (const [metric, command] of [
    ['fresh', 'collectedRss'],
    ['idle', 'settledRss'],
  ]) {
    await lab.withClient(peer, async (client, url) => {
      const none = (await client.ask(command)).rssBytes;
      await client.ask('open', { url, sessions: 1 });
      const one = (await client.ask(command)).rssBytes;
      for (const sessions of COUNTS) {
        await client.ask('open', { url, sessions });
        await sleep(200);
        const { rssBytes } = await client.ask(command);
        metrics[`${metric}Kib${sessions}`] = (rssBytes - none) / sessions / 1024;
        metrics[`${metric}FurtherKib${sessions}`] = (rssBytes - one) / (sessions - 1) / 1024;
      }
    });
  }
  return metrics;
}
