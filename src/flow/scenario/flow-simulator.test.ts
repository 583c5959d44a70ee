import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTICE, refundConversation } from '../../../tests/support/refund-conversation.ts';
import { compileConversation } from '../conversation/compile-conversation.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { hearUser } from '../conversation/hear-user.ts';
import type { FlowInput, FlowState } from '../monitor/flow-state.ts';
import { initialFlowState, stepFlow } from '../monitor/step-flow.ts';
import { FlowSimulator } from './flow-simulator.ts';
import { PlainState } from './plain-state.ts';
import { playStep } from './play-step.ts';
import type { ScenarioStep } from './scenario.ts';
import { turnCounts, userTurn } from './user-turn.ts';

function compiled(): CompiledConversation {
  const result = compileConversation(refundConversation);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.conversation;
}

const conversation = compiled();
const PAY = { tool: 'payRefund', args: { amount: { amount: 40, currency: 'USD' } } };

const step: fc.Arbitrary<ScenarioStep> = fc.constantFrom<ScenarioStep>(
  { user: 'it is about order 1234' },
  { user: 'order 9999' },
  { user: '$40' },
  { user: 'make it $75' },
  { user: 'yes' },
  { user: 'no' },
  { user: 'well' },
  { model: NOTICE },
  { model: 'hello' },
  { toolOk: { tool: 'verifyCaller', args: { code: '4711' } } },
  { toolFailed: 'verifyCaller' },
  { scheduleTool: { tool: 'quoteRefund', after: 1 } },
  { toolOk: 'quoteRefund' },
  { toolOk: PAY },
  { toolFailed: PAY },
  { scheduleTool: { ...PAY, after: 2 } },
  { toolOk: 'searchFaq' },
  { set: { key: 'intent:faq', value: true } },
  { set: { key: 'amount', value: 5 } },
  { set: { key: 'turn:x', value: 1 } },
  { decide: { sure: true } },
  'interrupt',
  'turn',
);

interface Shown {
  readonly marking: FlowState;
  readonly values: ReadonlyMap<string, unknown>;
}

function shown(simulator: FlowSimulator): Shown {
  return { marking: simulator.marking, values: new Map(simulator.state.entries()) };
}

describe('the simulator of flows', () => {
  it('comes to the same by a fork at each step as in one go, and a fork changes nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const whole = new FlowSimulator(conversation);
        let forked = new FlowSimulator(conversation);
        for (const one of steps) {
          playStep(whole, one, false);
          const before = shown(forked);
          const next = forked.fork();
          playStep(next, one, false);
          expect(shown(forked)).toEqual(before);
          forked = next;
          expect(shown(forked)).toEqual(shown(whole));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('comes to what the reducer comes to, when it is given the inputs of a live session', () => {
    const said = fc.constantFrom('order 1234', '$40', 'yes', 'no', 'well', undefined);
    const turns = fc.array(fc.record({ words: said, spoke: fc.constantFrom(NOTICE, undefined) }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(turns, (talk) => {
        const simulator = new FlowSimulator(conversation, { nowMs: 0 });
        const state = new PlainState();
        let marking = initialFlowState(conversation.flow);
        const put = (input: FlowInput): void => {
          const next = stepFlow(conversation.flow, marking, input, state);
          state.apply(next.effects);
          marking = next.state;
        };
        put({ type: 'begin' });
        talk.forEach(({ words, spoke }, turns) => {
          if (spoke !== undefined) simulator.model(spoke);
          if (words === undefined) simulator.turn();
          else simulator.user(words);
          // As a live session is told: the speech begins, keys of the turn go, words are read, the model's are compared.
          if (words !== undefined) put({ type: 'callerTurn' });
          state.clear('turn:');
          if (words !== undefined) state.apply(hearUser(conversation, words, state, marking, 0).effects);
          if (spoke !== undefined) put({ type: 'spoke', text: spoke });
          put({ type: 'turn', counts: words !== undefined || turns > 0 });
          expect(shown(simulator)).toEqual({ marking, values: new Map(state.entries()) });
        });
      }),
      { numRuns: 60 },
    );
  });

  it('never lets the payment run without a yes to this amount, whatever happens', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const simulator = new FlowSimulator(conversation);
        for (const one of steps) {
          const runs = simulator.runs.length;
          const agreed = simulator.state.get('agreed');
          playStep(simulator, one, false);
          const run = simulator.runs[runs];
          if (run?.tool === 'payRefund') expect(agreed).toBe(true);
        }
        expect(
          simulator.runs.filter(({ ok, tool }) => tool === 'payRefund' && ok !== false).length,
        ).toBeLessThan(2);
        expect(simulator.faults).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a turn', () => {
  it('reaches the flow in the order of a live session', () => {
    const answers = { sure: { outcome: 'yes', confidence: 1 } } as const;
    const acts = userTurn({ words: 'yes', answers, spoke: 'Good.', counts: true });
    const order = acts.map((act) => (act.type === 'input' ? act.input.type : act.type));
    expect(order.filter((act) => act !== 'settle')).toEqual([
      'callerTurn',
      'clearTurnKeys',
      'hear',
      'spoke',
      'decided',
      'turn',
    ]);
  });

  it('counts when the user spoke, or when the model spoke again after a turn without tools', () => {
    const quiet = { turns: 1, calledBefore: false, called: false };
    expect(turnCounts(true, { ...quiet, calledBefore: true, called: true })).toBe(true);
    expect(turnCounts(false, quiet)).toBe(true);
    expect(turnCounts(false, { ...quiet, turns: 0 })).toBe(false);
    expect(turnCounts(false, { ...quiet, calledBefore: true })).toBe(false);
    expect(turnCounts(false, { ...quiet, called: true })).toBe(false);
  });
});
