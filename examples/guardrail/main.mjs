/**
 * Guardrails that do not ask the model: a watcher sees that the caller got angry and steers the tone; a pattern sees a tool
 * fail twice in a row and hands the call over to a person, who takes over without being asked.
 */
import assert from 'node:assert/strict';
import { live, oneOf, ruleExtractor, stateKey, tool } from 'parlando';
import { calls, createSimulator } from 'parlando/simulator';
import * as z from 'zod';

const story = {
  'Where is my order? This is ridiculous.': [calls('check_order'), 'Let me see.'],
  'Look again!': [calls('check_order'), 'I am sorry.'],
};
const simulator = await createSimulator({ brain: ({ text }) => story[text] ?? 'My colleague takes over.' });

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
const tone = stateKey('tone', z.string());

const agent = live({
  baseUrl: simulator.url,
  apiKey: 'any',
  tools: [checkOrder],
  extractors: [mood],
  watchers: [
    {
      key: 'app:mood',
      predicate: { type: 'changedTo', value: 'angry' },
      action: (_was, _is, state) => state.set(tone, 'Apologise once. Be brief.'),
    },
  ],
  steering: { amendment: (state) => state.get(tone) },
  patterns: [
    {
      name: 'orderSystemDown',
      when: { type: 'toolFailures', tool: 'check_order', count: 2 },
      action: (state) => state.set('handOver', true),
    },
  ],
  phases: {
    initial: 'help',
    phases: [
      {
        name: 'help',
        instruction: 'Help with orders.',
        transitions: [{ to: 'person', when: (s) => s.has('handOver'), description: 'orders are down' }],
      },
      // `promptOnEnter`: the model speaks, without waiting for the caller.
      { name: 'person', instruction: 'A colleague takes over: say so.', promptOnEnter: true, terminal: true },
    ],
  },
});
const call = await agent.connect();
call.on('phaseTransition', ({ to, reason }) => console.log(`        → ${to}: ${reason}`));

for (const text of [...Object.keys(story), undefined]) {
  const turn = call.next('turnRecord');
  if (text !== undefined) await call.sendText(text);
  const { heard, said } = (await turn).record;
  console.log(`caller: ${heard}\nagent:  ${said}`);
}
assert.equal(call.conversationPhase, 'person');
assert.equal(call.turns.at(-1).said, 'My colleague takes over.');
const [{ history }] = simulator.sessions; // what the model was told and said
const words = history.map(({ parts }) => parts[0].text ?? '').join('\n');
assert.match(words, /Help with orders\.\s+Apologise once\. Be brief\.\s+Look again!/);
assert.match(words, /A colleague takes over: say so\.\s+Apologise once/);

await call.disconnect();
await simulator.close();
