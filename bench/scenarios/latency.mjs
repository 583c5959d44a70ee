/**
 * What a client adds to an answer: 100 sessions send texts, the server answers each by a script of 20 ms, and the time
 * that the script really took is subtracted, so what is left is the client, two trips through the kernel and two wake-ups.
 * Then the microphone alone, from the call that sends a chunk to the server's reading it. Bare `ws` is the machine's floor.
 */
import { sleep } from '../clock.mjs';

export const name = 'latency';
export const peers = ['bare-ws', 'genai', 'parlando', 'live'];

const SESSIONS = 100;
/** 500 questions a second, and 5,000 chunks. */
const ASK_PERIOD_MS = 200;
const MIC_PERIOD_MS = 20;

export async function measure(lab, peer, { quick }) {
  const windowMs = quick ? 800 : 1_500;
  return await lab.withClient(peer, async (client, url) => {
    await client.ask('open', { url, sessions: SESSIONS, wantsText: true });
    await client.ask('ask', { periodMs: ASK_PERIOD_MS });
    await sleep(1_000);
    const { client: asking } = await lab.window(client, windowMs);
    await client.ask('talk', { periodMs: MIC_PERIOD_MS, stamp: 'call' });
    await sleep(1_000);
    const { server: hearing } = await lab.window(client, windowMs);
    await client.ask('hush');
    if (asking.text.count === 0) throw new Error('no question was answered');
    return {
      textP50Ms: asking.text.p50Ms,
      textP99Ms: asking.text.p99Ms,
      micWireP50Ms: hearing.mic.p50Ms,
      micWireP99Ms: hearing.mic.p99Ms,
    };
  });
}
