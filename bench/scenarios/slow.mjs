/**
 * Whether slow work delays audio: 100 live sessions hear a frame every 40 ms, first with nothing else to do, then while a
 * tool of 2 s and an extractor of 1 s run in each of them (for those of 10 s and 5 s: both begin and end in the window).
 * The work begins within the first half second, session after session, as it does with 100 callers.
 */
import { sleep } from '../clock.mjs';

export const name = 'slow';
export const peers = ['live'];

const SESSIONS = 100;
const DOWN = { lengthBytes: 1_920, periodMs: 40 };
const WINDOW_MS = 2_800;
const BEGINS_OVER_MS = 500;

export async function measure(lab) {
  return await lab.withClient('live-slow', async (client, url) => {
    await client.ask('open', { url, sessions: SESSIONS, audio: 'time' });
    await lab.server.ask('speak', DOWN);
    await sleep(800);
    const { client: without } = await lab.window(client, WINDOW_MS);
    await lab.server.ask('callTools', { overMs: BEGINS_OVER_MS });
    const { client: beside } = await lab.window(client, WINDOW_MS);
    await lab.server.ask('hush');
    const [{ toolResponses }, { extractions }] = await Promise.all([
      lab.server.ask('counts'),
      client.ask('counts'),
    ]);
    if (toolResponses < SESSIONS || extractions < SESSIONS) {
      throw new Error(`${toolResponses} tools and ${extractions} extractors came to their end`);
    }
    return {
      slowGapWithoutP99Ms: without.gaps.p99Ms,
      slowGapWithP99Ms: beside.gaps.p99Ms,
      slowGapMoreMs: beside.gaps.p99Ms - without.gaps.p99Ms,
    };
  });
}
