import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from '../../../src/flow/definition/flow-definition.ts';
import { scriptedTextModel } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';
import { followRows } from './rows.ts';

const ASK_AND_BOOK: FlowDefinition = {
  name: 'booking',
  steps: [
    { id: 'ask', done: { decided: { agrees: true } }, posture: 'Ask whether to book.' },
    { id: 'book', after: ['ask'], done: { isSet: 'book:result' }, posture: 'Book it.' },
    { id: 'end', after: ['book'], terminal: true, posture: 'Say goodbye.' },
  ],
  decisions: [{ id: 'agrees', ask: 'Does the user want to book?', type: 'boolean', writes: 'agreed' }],
};

describe('decided and stepEnded', () => {
  test('answers are facts before the flow looks again; the step begins its work; the result moves it on', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    let finish: (() => void) | undefined;
    const model = scriptedTextModel(() => {
      call.note('asked');
      return { json: { q1: { outcome: 'yes', confidence: 0.95 } } };
    });
    await call.open({
      flow: {
        flow: ASK_AND_BOOK,
        decisions: { model },
        onStepEnter: {
          book: () => {
            call.note(`work, agreed: ${JSON.stringify(call.state('agreed'))}`);
            return new Promise((resolve) => {
              finish = () => resolve({ number: 7 });
            });
          },
        },
      },
    });
    call.take();
    await call.peer.hears('Yes, please.');
    await call.peer.says('All right.', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(1);
    const trace = call.take();
    expect(trace.filter((line) => ['asked', 'phaseTransition', 'work, agreed: true'].includes(line))).toEqual(
      ['asked', 'phaseTransition', 'work, agreed: true'],
    );
    finish?.();
    await call.peer.clock.advanceAsync(1);
    expect(call.state('book:result')).toEqual({ number: 7 });
    expect(call.of('phaseTransition').at(-1)).toMatchObject({ from: 'book', to: '' });
  });
});

describe('lateWords', () => {
  test('are heard, and asked about, when their turn is over', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const model = scriptedTextModel(() => ({ json: { q1: { outcome: 'yes', confidence: 0.95 } } }));
    await call.open({ flow: { flow: ASK_AND_BOOK, decisions: { model } } });
    await call.handle.userSpeechStarted();
    await call.handle.userSpeechEnded();
    await call.peer.says('All right.', { audioMs: 0, thenCompletes: true });
    expect(call.state('agreed')).toBeUndefined();
    await call.peer.hears('Yes, please.');
    await call.peer.clock.advanceAsync(1);
    expect(call.state('agreed')).toBe(true);
    expect(call.of('phaseTransition').at(-1)).toMatchObject({ from: 'ask', to: 'book' });
    await call.handle.disconnect();
  });
});

followRows('flow.test.ts');
