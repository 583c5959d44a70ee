import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { compileConversation } from '../../flow/conversation/compile-conversation.ts';
import type { ConversationDocument } from '../../flow/conversation/conversation-document.ts';
import { FlowMonitor } from '../../flow/monitor/flow-monitor.ts';
import { FlowSimulator } from '../../flow/scenario/flow-simulator.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { writeEffects } from '../steer/write-effects.ts';
import { prepareState } from './options-of.ts';
import { SlotEar } from './slot-ear.ts';

const document: ConversationDocument = {
  name: 'table',
  frames: {
    booking: {
      slots: [
        {
          name: 'party',
          recogniser: { integer: { anchors: ['people'], min: 1, max: 20 } },
          confirm: 'always',
        },
        { name: 'phone', stateKey: 'user:phone', recogniser: 'phone', pii: true },
        { name: 'code', recogniser: { digits: { min: 4, max: 6 } }, confirm: 'lowConfidence' },
        { name: 'area', recogniser: { oneOf: ['inside', 'garden'] }, correctable: false },
      ],
    },
  },
  stages: [
    { id: 'size', collect: ['party', 'area'], next: ['contact'] },
    { id: 'contact', collect: ['phone', 'code'], next: ['done'] },
    { id: 'done', terminal: true },
  ],
};

const compiled = compileConversation(document);
if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
const { conversation } = compiled;

/** A live session without model and voice: its state, its flow, its ear. */
function live() {
  const state = new State();
  const write = runtimeWriter(state);
  const monitor = new FlowMonitor(conversation.flow);
  prepareState(state, conversation);
  const step = (input: Parameters<FlowMonitor['apply']>[0]): void => {
    writeEffects(write, monitor.apply(input, state).effects);
  };
  const ear = new SlotEar(conversation, { state, write, emit: () => {}, report: () => {} });
  step({ type: 'begin' });
  let number = 0;
  return {
    state,
    monitor,
    /** `looks`: after how many words the turn is looked at before it ends. */
    user(words: string, looks: readonly number[]): void {
      number += 1;
      step({ type: 'callerTurn' });
      const pieces = words.split(' ');
      for (const look of [...looks].sort((a, b) => a - b)) {
        ear.hear({ number, user: pieces.slice(0, look).join(' ') });
      }
      ear.hear({ number, user: words });
      step({ type: 'turn', counts: true });
    },
  };
}

const utterance = fc
  .array(
    fc.constantFrom(
      'four people',
      'six people',
      'yes',
      'no',
      'no wait',
      '0171 555 0199',
      'my code is 4821',
      '9304',
      'inside please',
      'the garden',
      'yes that is right',
      'hm',
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((parts) => parts.join(' '));

test('A session that looks at turns as they grow hears what a simulation hears of whole turns', (context) => {
  verifies(context, 'govern:document:hear');
  const turn = fc.tuple(utterance, fc.array(fc.nat(8), { maxLength: 3 }));
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 8 }), (turns) => {
      const session = live();
      const simulation = new FlowSimulator(conversation);
      for (const [words, looks] of turns) {
        session.user(words, looks);
        simulation.user(words);
        expect(session.monitor.state.main).toEqual(simulation.marking.main);
        expect(session.state.snapshot().values).toEqual(Object.fromEntries(simulation.state.entries()));
      }
    }),
    { numRuns: 500 },
  );
});
