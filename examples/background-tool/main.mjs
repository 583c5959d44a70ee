/**
 * A tool that takes its time: the model is told at once that it runs, the conversation and its audio go on, and the result
 * is spoken about when nobody else speaks.
 */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { live, tool } from 'parlando';
import { calls, createSimulator } from 'parlando/simulator';
import * as z from 'zod';

const airline = new EventEmitter(); // answers late
const findFlight = tool({
  name: 'find_flight',
  description: 'Looks for the cheapest flight. Takes a while. Gives { price }.',
  input: z.object({ to: z.string() }),
  policy: { kind: 'read', background: { scheduling: 'whenIdle' } },
  run: async ({ to }, { signal }) => {
    const [price] = await once(airline, 'price', { signal });
    return { to, price };
  },
});

// The model speaks about each answer of the tool: that it runs, and later what it found.
const brain = ({ input, text }) => {
  if (text.includes('Lisbon')) return calls('find_flight', { to: 'Lisbon' });
  if (input.type !== 'toolResults') return 'Noted.';
  const [{ response }] = input.results;
  if (response.status === 'running') return 'I am looking. Window or aisle?';
  return `I found one for ${response.result.price} euros.`;
};
const simulator = await createSimulator({ brain });
const call = await live({ baseUrl: simulator.url, apiKey: 'any', tools: [findFlight] }).connect();

const story = [];
const tell = (line) => console.log(line) ?? story.push(line);
await call.sendText('A flight to Lisbon, please.');
for await (const event of call.stream()) {
  if (event.type === 'toolExecution') tell(`find_flight: ${event.result.status}`);
  if (event.type === 'audio' && story.at(-1) !== '(sound)') tell('(sound)');
  if (event.type !== 'turnRecord') continue;
  const { heard, said } = event.record;
  if (heard !== '') tell(`caller: ${heard}`);
  if (said !== '') tell(`agent: ${said}`);
  if (said.includes('aisle')) await call.sendText('Window.');
  if (said.includes('Noted')) airline.emit('price', 89);
  if (said.includes('euros')) break;
}
assert.deepEqual(story, [
  'find_flight: running',
  'caller: A flight to Lisbon, please.',
  '(sound)',
  'agent: I am looking. Window or aisle?',
  '(sound)',
  'caller: Window.',
  'agent: Noted.',
  'find_flight: completed',
  '(sound)',
  'agent: I found one for 89 euros.',
]);
await call.disconnect();
await simulator.close();
