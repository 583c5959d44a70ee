/**
 * A flow in code governs a call. The model is eager: it sends money before the caller has agreed, and then more than the
 * caller said. The yes of a greeting is none. Neither call runs; each is answered with the reason, and `whyBlocked()` tells you the same.
 */
import assert from 'node:assert/strict';
import { integer, live, ruleExtractor, tool, yesNo } from 'parlando';
import { flow } from 'parlando/flow';
import { calls, createSimulator } from 'parlando/simulator';
import * as z from 'zod';

const transfer = flow('transfer', { tools: ['send'], keys: ['euros', 'agreed'] })
  .step('ask', (step) => step.posture('Ask how much to send.').done((g) => g.isSet('euros')))
  .step('send', (step) => step.after('ask').done((g) => g.calledOk('send')))
  .step('close', (step) => step.after('send').posture('Say goodbye.').terminal())
  .commit('send', { until: (g) => g.all(g.isSet('euros'), g.isTrue('agreed')), binds: { euros: 'euros' } })
  .correction('euros', { clears: ['agreed'], reopens: ['send'] })
  .build();

const sent = [];
const send = tool({
  name: 'send',
  description: 'Sends money.',
  input: z.object({ euros: z.number() }),
  run: ({ euros }) => ({ transfers: sent.push(euros) }),
});
const heard = ruleExtractor({
  name: 'heard',
  fields: { euros: integer({ anchors: ['euros'] }), agreed: yesNo() },
  promote: [
    { field: 'euros', stateKey: 'euros', merge: 'overwrite' },
    { field: 'agreed', stateKey: 'agreed', merge: 'overwrite' },
  ],
});
// What the caller says, and what the model makes of it.
const story = {
  'Yes, hello, send 40 euros to Ada.': [calls('send', { euros: 40 }), 'Shall I send 40 euros?'],
  'Yes.': [calls('send', { euros: 400 }), calls('send', { euros: 40 }), 'It is sent.'],
  'Thanks, send it again.': [calls('send', { euros: 40 }), 'That was all.'],
};
const simulator = await createSimulator({ brain: ({ text }) => story[text] });
const options = { baseUrl: simulator.url, apiKey: 'any', tools: [send], extractors: [heard] };
const call = await live({ ...options, flow: { flow: transfer } }).connect();
const answers = [];
call.on('toolExecution', ({ result }) => answers.push(JSON.stringify(result).split(' It did not run')[0]));
for (const text of Object.keys(story)) {
  const turn = call.next('turnRecord');
  await call.sendText(text);
  await turn;
  console.log(text, answers.slice(-2), call.whyBlocked().active);
}
assert.equal(answers.length, 4);
assert.match(answers[0], /not permitted yet; it needs: agreed is true/);
assert.match(answers[1], /not the .*euros.* that the user gave/);
assert.match(answers[3], /has already run/);
assert.deepEqual(sent, [40]);
assert.equal(call.explain().complete, true);
await call.disconnect();
await simulator.close();
