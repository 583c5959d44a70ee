import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileConversation } from '../conversation/compile-conversation.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { describeUnexercised } from './describe-invariant.ts';
import { fuzzFlow } from './fuzz-flow.ts';

const path = new URL('../../../examples/card-support/conversation.json', import.meta.url);
const text = readFileSync(path, 'utf8');

interface Document {
  readonly frames: { readonly payment: { readonly slots: { name: string; correctable?: boolean }[] } };
  readonly digressions: { name: string; resume: string }[];
}

function mutated(change: (document: Document) => void) {
  // The file is one.
  const document = JSON.parse(text) as Document;
  change(document);
  const result = compileConversation({ ...document, scenarios: [] });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.conversation;
}

test('A promise about a correction that nobody can make is told as not put to the test', {
  timeout: 60_000,
}, () => {
  expect(fuzzFlow(mutated(() => undefined)).unexercised).toEqual([]);
  const { findings, unexercised } = fuzzFlow(
    mutated(({ frames }) => {
      for (const slot of frames.payment.slots) if (slot.name === 'payAmount') slot.correctable = false;
    }),
  );
  expect(findings).toEqual([]);
  expect(unexercised).toEqual([{ afterCorrection: 'payAmount', reopens: 'pay', denies: 'takePayment' }]);
  expect(unexercised.map(describeUnexercised)).toEqual([
    'Nothing changed payAmount where that would have mattered.',
  ]);
});

test('A question that ends the conversation is a dead end, not an end', { timeout: 60_000 }, () => {
  const conversation = mutated(({ digressions }) => {
    for (const one of digressions) if (one.name === 'faq') one.resume = 'terminate';
  });
  const found = fuzzFlow(conversation).findings.find(({ invariant }) => 'canAlwaysFinish' in invariant);
  expect(found).toMatchObject({ proven: true });
  expect(found && runScenario(conversation, found.scenario).passed).toBe(false);
});
