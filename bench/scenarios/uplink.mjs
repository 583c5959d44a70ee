/** Client CPU per 640-byte microphone chunk: the whole send, paced, less what the driver costs without sending. */
import { sleep } from '../clock.mjs';

export const name = 'uplink';
export const peers = ['bare-ws', 'ws-json', 'genai', 'parlando'];

const SESSIONS = 200;
const PERIOD_MS = 20;
/** The last two seconds of what the user says are kept for a next connection: by then their memory is in use. */
const WARM_UP_MS = 2_500;

export async function measure(lab, peer, { quick }) {
  const windowMs = quick ? 800 : 1_500;
  return await lab.withClient(peer, async (client, url) => {
    await client.ask('open', { url, sessions: SESSIONS });
    await client.ask('talk', { periodMs: PERIOD_MS });
    await sleep(WARM_UP_MS);
    const { client: sending } = await lab.window(client, windowMs);
    await client.ask('talk', { periodMs: PERIOD_MS, dry: true });
    await sleep(200);
    const { client: driving } = await lab.window(client, windowMs / 2);
    return { uplinkUs: sending.cpuUs / sending.chunks - driving.cpuUs / driving.chunks };
  });
}
