/** Client CPU per server audio message, paced, delivered to a listener (bare `ws`: discarded). */
import { sleep } from '../clock.mjs';

export const name = 'downlink';
export const peers = ['bare-ws', 'ws-json', 'genai', 'parlando', 'live'];

const SESSIONS = 100;
/** A frame a period and session: 2,500, 1,250 and 500 messages a second, never faster than 5 times real time. */
const SIZES = [
  { lengthBytes: 1_920, periodMs: 40 },
  { lengthBytes: 9_600, periodMs: 80 },
  { lengthBytes: 48_000, periodMs: 200 },
];
/** The compiler of a young process costs more than what is measured: about ten thousand messages make it settle. */
const WARM_UP = { lengthBytes: 1_920, periodMs: 10, durationMs: 1_000 };
const SETTLE_MS = 300;

export async function measure(lab, peer, { quick }) {
  const metrics = {};
  await lab.withClient(peer, async (client, url) => {
    await client.ask('open', { url, sessions: SESSIONS });
    await lab.server.ask('speak', WARM_UP);
    await sleep(WARM_UP.durationMs);
    for (const { lengthBytes, periodMs } of SIZES) {
      await lab.server.ask('speak', { lengthBytes, periodMs });
      await sleep(SETTLE_MS);
      const { client: used } = await lab.window(client, quick ? 800 : 1_300);
      await lab.server.ask('hush');
      metrics[`downlinkUs${lengthBytes}`] = used.cpuUs / used.received;
    }
  });
  return metrics;
}
