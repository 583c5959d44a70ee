/** Client CPU per 640-byte microphone chunk: the whole send, paced, with the driver's timer. */
import { sleep } from '../clock.mjs';

export const name = 'uplink';
export const peers = ['bare-ws', 'ws-json', 'genai', 'parlando'];

const SESSIONS = 200;
const PERIOD_MS = 20;

export async function measure(lab, peer, { quick }) {
  return await lab.withClient(peer, async (client, url) => {
    await client.ask('open', { url, sessions: SESSIONS });
    await client.ask('talk', { periodMs: PERIOD_MS });
    await sleep(1_000);
    const { client: used } = await lab.window(client, quick ? 800 : 1_800);
    return { uplinkUs: used.cpuUs / used.sent };
  });
}
