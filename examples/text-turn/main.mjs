/**
 * A turn by text, without a key: the agent answers from a script, over the real protocol.
 * Run it with `node examples/text-turn/main.mjs` after `npm run build`.
 */
import assert from 'node:assert/strict';
import { createSimulator, script } from 'parlando/simulator';
import { connect } from 'parlando/wire';

// A Gemini Live server on this machine, with something to say.
const brain = script()
  .hears('Do you have a table tonight?')
  .says('Yes, at half past seven.')
  .hears('Perfect, thank you.')
  .says('See you tonight.')
  .toBrain();
const simulator = await createSimulator({ brain });

// Leave `baseUrl` away and set GEMINI_API_KEY, and this talks to the real service.
const session = await connect({
  apiKey: 'none-needed-here',
  baseUrl: simulator.url,
  outputAudioTranscription: true,
});

/** Says something, and resolves with what the agent answered. */
async function ask(text) {
  const events = session.subscribe();
  await session.sendText(text);
  let answer = '';
  for await (const event of events) {
    if (event.type === 'outputTranscription') answer += event.text;
    if (event.type === 'turnComplete') break;
  }
  console.log(`you:   ${text}\nagent: ${answer}`);
  return answer.trim();
}

assert.equal(await ask('Do you have a table tonight?'), 'Yes, at half past seven.');
assert.equal(await ask('Perfect, thank you.'), 'See you tonight.');

await session.disconnect();
await simulator.close();
