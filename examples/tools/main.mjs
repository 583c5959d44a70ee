/**
 * A tool that changes the world: its arguments are checked, a person agrees to it, saying it twice does it once, and
 * whatever goes wrong reaches the model as a sentence that says what to do next.
 */
import assert from 'node:assert/strict';
import { live, tool } from 'parlando';
import { calls, createSimulator } from 'parlando/simulator';
import * as z from 'zod';

const bookings = [];
const bookTable = tool({
  name: 'book_table',
  description: 'Books a table. Gives { reference }.',
  input: z.object({ day: z.iso.date(), guests: z.int().min(1).max(12) }),
  policy: {
    confirm: ({ day, guests }) => `A table for ${guests} on ${day}?`,
    idempotencyKey: '{day}-{guests}',
  },
  run: ({ day, guests }, { state }) => {
    if (day === '2026-12-24') throw new Error('We are closed on that day: offer the day before.');
    const reference = `P${bookings.push({ day, guests })}`;
    state.set('reference', reference);
    return { reference };
  },
});

/** A button on the caller's screen: twelve guests were a mistake, anything else is fine. */
const screen = ({ message, args }) => {
  console.log(`screen: ${message}`);
  return { confirmed: args.guests !== 12, hint: 'The caller tapped No: ask what to change.' };
};

// What the caller says, what a model makes of it, and what must come of that.
const story = [
  { says: '13 on the 23rd.', args: { day: '2026-12-23', guests: 13 }, gives: /`guests`.*from 1 to 12/ },
  { says: 'Oh. 12 then.', args: { day: '2026-12-23', guests: 12 }, gives: /not confirmed.*tapped No/ },
  { says: '2, on the 24th!', args: { day: '2026-12-24', guests: 2 }, gives: /offer the day before/ },
  { says: 'Fine, do.', args: { day: '2026-12-23', guests: 2 }, gives: /P1/ },
  { says: 'Did you?', args: { day: '2026-12-23', guests: 2 }, gives: /P1/ }, // the same booking, not another one
];
const brain = async function* ({ text }) {
  const step = story.find(({ says }) => says === text);
  const [{ response }] = yield calls('book_table', step.args);
  yield response.error ? 'That was not possible.' : `Your reference is ${response.reference}.`;
};

const simulator = await createSimulator({ brain });
const toolSettings = { confirmationProvider: screen };
const call = await live({
  baseUrl: simulator.url,
  apiKey: 'any',
  tools: [bookTable],
  toolSettings,
}).connect();

for (const { says, gives } of story) {
  const turn = call.next('turnRecord');
  await call.sendText(says);
  const { said, tools } = (await turn).record;
  const result = JSON.stringify(tools[0].result);
  console.log(`caller: ${says}\n  tool: ${result}\nagent:  ${said}\n`);
  assert.match(result, gives);
}
assert.deepEqual(bookings, [{ day: '2026-12-23', guests: 2 }]);
assert.equal(call.state().get('reference'), 'P1');

await call.disconnect();
await simulator.close();
