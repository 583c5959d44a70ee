/**
 * A booking in three phases. What the agent says is up to the model; where the conversation stands is not: guards on the
 * state move it, each phase has its own tools, and a call out of turn is refused with what is still missing.
 */
import assert from 'node:assert/strict';
import { live, tool } from 'parlando';
import { calls, createSimulator } from 'parlando/simulator';
import * as z from 'zod';

const note = tool({
  name: 'note',
  description: 'Notes what the caller wants and agrees to, as soon as it is said.',
  input: z.object({ day: z.string(), guests: z.int(), agreed: z.boolean() }).partial(),
  run: (noted, { state }) => {
    for (const [key, value] of Object.entries(noted)) state.set(key, value);
  },
});
const book = tool({ name: 'book', description: 'Books the table.', run: () => ({ reference: 'P1' }) });

// What the caller says, and what the model makes of it. It is too eager: it would book at once.
const story = {
  'A table, please.': [calls('book'), 'For which day?'],
  'Friday.': [calls('note', { day: 'Friday' }), 'How many are you?'],
  'Four.': [calls('note', { guests: 4 }), 'Four on Friday, is that right?'],
  'It is.': [calls('note', { agreed: true }), 'One moment.'],
  'Thank you.': [calls('book'), 'Your reference is P1.'],
};
const simulator = await createSimulator({ brain: ({ text }) => story[text] });
const agent = live({
  baseUrl: simulator.url,
  apiKey: 'any',
  tools: [note, book],
  phases: {
    initial: 'ask',
    phases: [
      {
        name: 'ask',
        instruction: 'Ask for the day and the number of guests.',
        tools: ['note'],
        needs: ['day', 'guests'],
        transitions: [
          { to: 'confirm', when: (s) => s.has('day') && s.has('guests'), description: 'all is known' },
        ],
      },
      {
        name: 'confirm',
        instruction: (s) => `Read it back: ${s.get('guests')} guests, ${s.get('day')}.`,
        tools: ['note'],
        transitions: [
          { to: 'reserve', when: (s) => s.get('agreed') === true, description: 'the caller agreed' },
        ],
      },
      { name: 'reserve', instruction: 'Book, and give the reference.', terminal: true },
    ],
  },
});
const call = await agent.connect();

const moves = [];
call.on('phaseTransition', ({ from, to, reason }) => moves.push(`${from} → ${to}: ${reason}`));
call.on('phaseTransition', () => console.log(`        ${moves.at(-1)}`));
call.on('toolExecution', ({ name, result }) => console.log(`        ${name}: ${JSON.stringify(result)}`));
for (const text of Object.keys(story)) {
  console.log(`caller: ${text}`);
  const turn = call.next('turnRecord');
  await call.sendText(text);
  console.log(`agent:  ${(await turn).record.said}`);
}
assert.deepEqual(moves, [
  ' → ask: initial phase at turn 0',
  'ask → confirm: guard 1 (all is known) at turn 3',
  'confirm → reserve: guard 1 (the caller agreed) at turn 4',
]);
assert.match(call.turns[0].tools[0].result.error, /Available now: note. Still needed: day, guests/);
assert.deepEqual(call.turns.at(-1).tools[0].result, { reference: 'P1' });

await call.disconnect();
await simulator.close();
