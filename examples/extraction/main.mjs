/**
 * What was said, as state: a rule extractor finds numbers and dates at once, a text model the rest. What they found is
 * kept under their names; only promotion rules bring it into keys that guards and tools trust, each with a reason.
 */
import assert from 'node:assert/strict';
import { dateTime, geminiTextModel, integer, live, modelExtractor, ruleExtractor } from 'parlando';
import { createSimulator } from 'parlando/simulator';
import * as z from 'zod';

// The simulator is the live model, and, over REST, the text model that is asked for JSON: here both are one function.
const brain = ({ channel, text }) => {
  if (channel === 'live') return 'Noted.';
  const occasion = text.includes('birthday') ? 'birthday' : null; // null: not stated
  return JSON.stringify({ occasion, allergies: text.match(/nuts|milk|gluten/g) });
};
const simulator = await createSimulator({ brain });
const server = { baseUrl: simulator.url, apiKey: 'any' };

const booking = ruleExtractor({
  name: 'booking',
  fields: {
    guests: integer({ anchors: ['of us', 'people'] }),
    when: dateTime({ now: () => ({ year: 2026, month: 3, day: 5, hour: 14, minute: 20 }) }),
  },
  promote: [
    { field: 'guests', stateKey: 'app:guests', merge: 'overwrite' },
    { field: 'when', stateKey: 'app:when' }, // what is known stays
  ],
});
const wishes = modelExtractor({
  name: 'wishes',
  schema: z.object({ occasion: z.enum(['birthday', 'business']), allergies: z.array(z.string()) }),
  model: geminiTextModel({ ...server, model: 'gemini-2.5-flash' }),
  promote: [{ field: 'occasion', stateKey: 'app:occasion' }],
});
const call = await live({ ...server, extractors: [booking, wishes] }).connect();

const reasons = [];
call.on('statePromotion', ({ stateKey, value, accepted, reason }) => {
  console.log(`  ${accepted ? 'yes' : 'no '}  ${stateKey} = ${value}: ${reason}`);
  reasons.push(reason);
});
for (const text of [
  'Four of us, tomorrow at 7 pm. It is a birthday, and one must not eat nuts.',
  'No, five people. Could be Friday at 8 pm.',
]) {
  console.log(`caller: ${text}`);
  const turn = call.next('turnRecord');
  await call.sendText(text);
  await turn;
}
const accepted = 'promotion rule accepted the value';
assert.deepEqual(reasons.slice(0, 4), [accepted, accepted, accepted, accepted]);
assert.deepEqual(reasons.slice(4), ['existing state value was kept', 'an equivalent value is already known']);
// Typed: `guests` is a number, `occasion` 'birthday' or 'business' or null.
assert.equal(call.extracted('booking')?.guests, 5);
assert.equal(call.extracted('wishes')?.occasion, 'birthday');
assert.deepEqual(call.extracted('wishes')?.allergies, ['nuts']);
assert.equal(call.state().evidence('app:guests').source, 'recogniser:integer');

await call.disconnect();
await simulator.close();
