/**
 * Unit tests of an agent, as a user would write them: the test plays the service, step by step; there is no socket and no
 * model, and half a minute passes in no time.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { live, tool } from 'parlando';
import { EventLog, expectState, ScriptedPeer } from 'parlando/testing';
import * as z from 'zod';

// The agent under test; in a project of your own it is imported.
let kitchen;
const orderPizza = tool({
  name: 'order_pizza',
  description: 'Orders a pizza. Gives { minutes }.',
  input: z.object({ size: z.enum(['small', 'large']) }),
  policy: { idempotencyKey: 'pizza-{size}' },
  run: async ({ size }, { state }) => {
    const { minutes } = await kitchen(size);
    state.set('ordered', size);
    return { minutes };
  },
});
const agent = live({ apiKey: 'any', instruction: 'You take orders.', tools: [orderPizza] });

let peer, call, log;
beforeEach(async () => {
  peer = new ScriptedPeer();
  call = await agent.connect({ transport: peer.transport, clock: peer.clock });
  log = new EventLog(call);
});
afterEach(async () => {
  const ended = call.disconnect();
  await peer.clock.advanceAsync(2000); // an order that still runs is given time to end
  await ended;
  assert.equal(peer.clock.pending, 0); // nothing is left running
});

test('an order goes to the kitchen once, although the model calls twice', async () => {
  let baked = 0;
  kitchen = () => ({ minutes: 20 + baked++ });
  await peer.hears('A large one, please.');
  const first = await peer.calls('order_pizza', { size: 'large' });
  const second = await peer.calls('order_pizza', { size: 'large' });
  for (const id of [first, second]) assert.deepEqual((await peer.answerTo(id)).response, { minutes: 20 });
  expectState(call.state(), { ordered: 'large' });
  assert.equal(baked, 1);
});

test('a size that does not exist is explained to the model, and nothing is ordered', async () => {
  kitchen = () => assert.fail('nothing was ordered');
  const id = await peer.calls('order_pizza', { size: 'huge' });
  assert.match((await peer.answerTo(id)).response.error, /one of small, large/);
  expectState(call.state(), { ordered: undefined });
});

test('a kitchen that does not answer holds nobody up', async () => {
  kitchen = () => new Promise(() => {});
  const id = await peer.calls('order_pizza', { size: 'small' });
  await peer.clock.advanceAsync(30_000);
  assert.match((await peer.answerTo(id)).response.error, /no result within 30000 ms/);
});

test('the record of a turn that the caller cut short holds what was heard', async () => {
  await peer.says('We have margherita, funghi, and quattro stagioni.', { audioMs: 4000 });
  await peer.clock.advanceAsync(2000);
  await peer.interrupts();
  const { record } = await log.expect('turnRecord', { record: { interrupted: true } });
  assert.equal(record.said, 'We have margherita, funghi, and');
});
