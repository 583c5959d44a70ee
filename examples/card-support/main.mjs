/**
 * A call about an overdue card, governed by one document: who it is, what is owed, what is paid and when. No model is needed
 * to see that it holds: its scenarios pass, a payment is refused until the caller has said yes to exactly that amount and
 * day, and a search for a way around its promises finds none. `parlando flow simulate conversation.json` lets you try.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { explainFlow } from 'parlando/flow';
import { compileConversation } from 'parlando/flow/conversation';
import { FlowSimulator, fuzzFlow, runScenario } from 'parlando/flow/scenario';

const document = await readFile(new URL('conversation.json', import.meta.url), 'utf8');
const compiled = compileConversation(document);
assert(compiled.ok, JSON.stringify(compiled.problems));
const { conversation } = compiled;

for (const scenario of conversation.scenarios) {
  assert.deepEqual(runScenario(conversation, scenario), { name: scenario.name, passed: true });
  console.log(`passes    ${scenario.name}`);
}

/** A caller who has come as far as the amount and the day. */
const call = new FlowSimulator(conversation);
call.model('This call is recorded. You can ask for a person at any time.');
call.turn();
call.user('Hello, this is Ada Moreno.');
call.user('My card ends in 4821.');
runs('verifyIdentity', { name: 'Ada Moreno', proof: '4821' });
call.model('This is an attempt to collect a debt. Anything you tell me will be used for that purpose.');
call.turn();
runs('lookUpBalance');
call.user('I can pay part of it.');
call.user('Let us say $250.');
call.user('On December 4th.');

// The model is eager: it takes 250, then 2,500.
const payment = { amount: { amount: 250, currency: 'USD' }, date: '2026-12-04' };
const tooMuch = { ...payment, amount: { amount: 2500, currency: 'USD' } };
refuses(payment, /needs: .*payAgreed is true/);
const { activeProgress, blockedTools } = explainFlow(conversation.flow, call.marking, call.state);
assert.deepEqual(Object.keys(activeProgress), ['pay']);
assert('takePayment' in blockedTools);

call.user('Yes, that is fine.');
refuses(tooMuch, /not the "payAmount" that the user gave/);
call.user('Hold on, 300 dollars is better.');
refuses(payment, /needs: .*payAgreed is true/);
call.user('Yes.');
runs('takePayment', { ...payment, amount: { amount: 300, currency: 'USD' } });
assert.equal(call.state.get('app:paymentReference'), 'HC-20417');
refuses(payment, /has already run/);

const { findings, invariants, stepsPlayed } = fuzzFlow(conversation, { budget: { steps: 20_000 } });
const broken = findings.filter(({ proven }) => proven).map(({ sentence }) => sentence);
assert.deepEqual(broken, []);
console.log(`holds     ${invariants.length} promises, whatever users and models did in ${stepsPlayed} steps`);

function runs(tool, args = {}) {
  const admission = call.beginCall({ tool, args }, 0);
  assert(admission.ok, admission.reason);
  call.turn();
  console.log(`runs      ${tool}`);
}

function refuses(args, why) {
  const admission = call.admit({ tool: 'takePayment', args });
  assert(!admission.ok);
  assert.match(admission.reason, why);
  console.log(`refuses   takePayment: ${admission.reason.split(' It did not run')[0]}`);
}
