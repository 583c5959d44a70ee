/**
 * Guardrails that do not ask the model: a watcher sees that the caller got angry and steers the tone; a pattern sees a tool
 * fail twice in a row and hands the call over to a person, who takes over without being asked.
 */
import assert from 'node:assert/strict';
import { live, oneOf, ruleExtractor, tool } from 'parlando';
import { calls, createSimulator } from 'parlando/simulator';

const checkOrder = tool({
  name: 'check_order',
  description: 'Where the order of the caller is.',
  run: () => Promise.reject(new Error('The order system does not answer.')),
});
const mood = ruleExtractor({
  name: 'mood',
  fields: { feels: oneOf({ angry: ['ridiculous', 'unacceptable'], happy: ['great', 'thank you'] }) },
  promote: [{ field: 'feels', stateKey: 'app:mood', merge: 'overwrite' }],
});
const anger = {
  key: 'app:mood',
  predicate: { type: 'changedTo', value: 'angry' },
  action: (_was, _is, state) => state.set('tone', 'Apologise once. Be brief.'),
};
const orderSystemDown = {
  name: 'orderSystemDown',
  when: { type: 'toolFailures', tool: 'check_order', count: 2 },
  action: (state) => state.set('handOver', 'the order system is down'),
};
const help = {
  name: 'help',
  instruction: 'Help with orders.',
  transitions: [{ to: 'person', when: (s) => s.has('handOver'), description: 'a person must take over' }],
};
const person = {
  name: 'person',
  instruction: (s) => `Say that a colleague takes over: ${s.get('handOver')}.`,
  promptOnEnter: true, // the model speaks, without waiting for the caller
  tools: [],
  terminal: true,
};

const story = {
  'Where is my order? This is ridiculous.': [calls('check_order'), 'Let me see.'],
  'Look again!': [calls('check_order'), 'I am sorry.'],
};
const simulator = await createSimulator({ brain: ({ text }) => story[text] ?? 'My colleague takes over.' });
const agent = live({
  baseUrl: simulator.url,
  apiKey: 'any',
  tools: [checkOrder],
  extractors: [mood],
  watchers: [anger],
  patterns: [orderSystemDown],
  steering: { amendment: (s) => s.get('tone') },
  phases: { initial: 'help', phases: [help, person] },
});
const call = await agent.connect();
call.on('phaseTransition', ({ to, reason }) => console.log(`        → ${to}: ${reason}`));

/** The turn that `text` begins, or the model by itself. */
async function turn(text) {
  const record = call.next('turnRecord');
  if (text !== undefined) await call.sendText(text);
  const { heard, said } = (await record).record;
  console.log(`caller: ${heard}\nagent:  ${said}`);
}
await turn('Where is my order? This is ridiculous.');
await turn('Look again!');
await turn();

assert.equal(call.conversationPhase, 'person');
const [{ history }] = simulator.sessions; // what the model was told and said
const words = history.map(({ parts }) => parts[0].text ?? '').join('\n');
assert.match(words, /Help with orders\.\s+Apologise once\. Be brief\.\s+Look again!/);
assert.match(words, /a colleague takes over: the order system is down\.\s+Apologise once/);
assert.equal(call.turns.at(-1).said, 'My colleague takes over.');

await call.disconnect();
await simulator.close();
