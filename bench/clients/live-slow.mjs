/** The same live session with a tool that takes 2 s and an extractor that takes 1 s; both run only when the server makes them. */
import { live, tool } from 'parlando';
import { sleep } from '../clock.mjs';
import { session } from './live.mjs';

export const label = 'parlando LiveHandle, slow work';

const TOOL_MS = 2_000;
const EXTRACTOR_MS = 1_000;

const slowTool = tool({
  name: 'slow_lookup',
  description: 'Looks something up, slowly.',
  policy: { kind: 'read', timeoutMs: 10_000 },
  run: async () => {
    await sleep(TOOL_MS);
    return { found: true };
  },
});
const slowExtractor = {
  name: 'slowFacts',
  trigger: 'everyTurn',
  timeoutMs: 10_000,
  extract: async () => {
    await sleep(EXTRACTOR_MS);
    return { value: { known: true } };
  },
};

let agent;
/** How often the extractor has found something, over all sessions. */
export const done = { extractions: 0 };

export async function open(url, onAudio) {
  agent ??= live({ apiKey: 'bench', baseUrl: url, tools: [slowTool], extractors: [slowExtractor] });
  const call = await agent.connect();
  call.on('extraction', () => {
    done.extractions += 1;
  });
  return session(call, onAudio);
}
