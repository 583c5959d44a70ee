/**
 * A call about an overdue card, governed by one document (conversation.json): who it is, what is owed, what is paid and
 * when. First without any model: its scenarios pass, and a search for a way around its promises finds none. Then live,
 * typed and spoken, with a model that is too eager, and once to the point where a person takes over.
 * `parlando flow simulate conversation.json` lets you play.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { compileConversation } from 'parlando/flow/conversation';
import { fuzzFlow, runScenario } from 'parlando/flow/scenario';
import { telephone } from './telephone.mjs';

const text = await readFile(new URL('conversation.json', import.meta.url), 'utf8');
const document = JSON.parse(text);
const compiled = compileConversation(text);
assert(compiled.ok, JSON.stringify(compiled.problems));
const { conversation } = compiled;

console.log('— proven without a model');
for (const scenario of conversation.scenarios) {
  assert.deepEqual(runScenario(conversation, scenario), { name: scenario.name, passed: true });
}
console.log(`${conversation.scenarios.length} scenarios pass`);
const { findings, invariants, stepsPlayed } = fuzzFlow(conversation, { budget: { steps: 10_000 } });
const broken = findings.filter(({ proven }) => proven).map(({ sentence }) => sentence);
assert.deepEqual(broken, []);
console.log(`${invariants.length} promises hold, whatever users and models did in ${stepsPlayed} steps`);

const TO_THE_OFFER = [
  'Hello, this is Ada Moreno.',
  'My card ends in 4821.',
  'What is it about?',
  'I beg your pardon?',
  'What do I owe?',
  'I can pay part of it.',
];
const TO_THE_READING = ['I could do 250 dollars.', 'On December 4th, please.'];

console.log('\n— live, typed');
const typed = await telephone(document, [
  ...TO_THE_OFFER,
  ...TO_THE_READING,
  'By the way, what are the late fees?',
  'Good to know.',
  'Yes, go ahead.',
  'Wait, make it 300 dollars.',
  'Yes, please.',
  'By email, please.',
  'No, that was everything.',
]);
show(typed);
const TOO_EARLY = /^"takePayment" is not permitted yet; it needs: /;
expectRefusals(typed, [
  [250, TOO_EARLY], // before anybody knows who calls
  [250, TOO_EARLY], // before a yes
  [250, TOO_EARLY], // the yes was to another amount
  [900, /is not the "payAmount" that the user gave/],
  [300, /has already run/],
]);
expectPaid(typed, 300);
assert(typed.moves.some((to) => to === 'answerFaq'));
assert.deepEqual(typed.verbatim, [
  { step: 'recordingNotice', passed: true },
  { step: 'disclose', passed: false }, // it only said thank you
  { step: 'disclose', passed: false }, // in its own words
  { step: 'disclose', passed: true },
]);
assert.equal(typed.values['app:receiptSent'], 'email');
assert(typed.explanation.complete);

console.log('\n— live, spoken');
const spoken = await telephone(
  document,
  [...TO_THE_OFFER, ...TO_THE_READING, 'Yes, go ahead.', 'Yes.', 'By email, please.', 'No, thank you.'],
  { spoken: true },
);
show(spoken);
assert(spoken.records.slice(1).every(({ latency }) => latency.speechEndMs !== undefined));
expectRefusals(spoken, [
  [250, TOO_EARLY],
  [250, TOO_EARLY],
  [900, /is not the "payAmount" that the user gave/],
  [250, /has already run/],
]);
expectPaid(spoken, 250);
assert(spoken.explanation.complete);

console.log('\n— live, handed over to a person');
const desk = [];
const handedOver = await telephone(
  withDesk(document),
  [...TO_THE_OFFER, 'I lost my job last week.', 'Thank you.'],
  {
    fetch: async (_url, init) => {
      desk.push(JSON.parse(String(init?.body)));
      return Response.json({ ticket: 'T-7781', reason: 'hardship' });
    },
  },
);
show(handedOver);
expectRefusals(handedOver, [
  [250, TOO_EARLY],
  [50, /takePayment/],
]);
assert.deepEqual(callsOf(handedOver, 'takePayment', 'succeeded'), []);
assert(handedOver.explanation.terminated);
assert.equal(desk.length, 1);
const [{ handoffPacket: packet }] = desk;
console.log(`\nWhat the colleague gets:\n${packet.text.replace(/^/gm, '  ')}`);
assert.equal(packet.reason, 'hardship');
assert.deepEqual(packet.where.path, ['concern']);
assert(packet.facts.some(({ name, value }) => name === 'concern' && value === 'hardship'));
assert(packet.facts.some(({ name, masked }) => name === 'lastFour' && masked));
assert.deepEqual(
  packet.tools.map(({ name }) => name),
  ['verifyIdentity', 'lookUpBalance'],
);
assert.match(packet.text, /user: I lost my job last week\./);
assert.doesNotMatch(JSON.stringify(packet), /4821/);

/** The same document, where the tickets go to a service. */
function withDesk({ tools, ...rest }) {
  const http = { url: 'https://desk.harbourcard.example/tickets', method: 'POST' };
  const bound = tools.map(({ mock, ...tool }) => (tool.handoff ? { ...tool, http } : { ...tool, mock }));
  return { ...rest, tools: bound };
}

function show({ records }) {
  for (const { heard, said, tools } of records) {
    if (heard !== '') console.log(`caller: ${heard}`);
    for (const { name, args, outcome, result } of tools) {
      const amount = args.amount === undefined ? '' : ` ${args.amount.amount}`;
      const why = outcome === 'refused' ? `: ${result.error.split(/ (?:It|This call) did not run/)[0]}` : '';
      console.log(`  tool: ${name}${amount} ${outcome}${why}`);
    }
    if (said !== '') console.log(`agent:  ${said}`);
  }
}

function callsOf({ records }, tool, outcome) {
  return records
    .flatMap(({ tools }) => tools)
    .filter((one) => one.name === tool && one.outcome === outcome)
    .map(({ args }) => args);
}

/** Each refusal says why and what else there is, and `explain()` said the same at that moment. */
function expectRefusals({ refusals }, expected) {
  assert.deepEqual(
    refusals.map(({ name, args }) => [name, args.amount.amount]),
    expected.map(([amount]) => ['takePayment', amount]),
  );
  for (const [index, [, why]] of expected.entries()) {
    const { error, explanation } = refusals[index];
    assert.match(error, why);
    assert.match(error, / did not run and must not be reported as done/);
    if (!TOO_EARLY.test(error)) continue;
    assert.match(error, /Available now: /);
    assert('takePayment' in explanation.blockedTools);
    assert(explanation.toolConditions.takePayment.some(({ holds }) => !holds));
  }
}

/** Once, as agreed, in the records and in the state. */
function expectPaid(call, amount) {
  const agreed = { amount: { amount, currency: 'USD' }, date: '2026-12-04' };
  assert.deepEqual(callsOf(call, 'takePayment', 'succeeded'), [agreed]);
  assert.deepEqual(call.values.payAmount, agreed.amount);
  assert.equal(call.values['app:paymentReference'], 'HC-20417');
}
