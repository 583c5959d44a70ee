import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { NOTICE, refundConversation } from '../../../tests/support/refund-conversation.ts';
import { compileConversation } from '../conversation/compile-conversation.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { runScenario } from './run-scenario.ts';
import type { Scenario, ScenarioStep } from './scenario.ts';

function compiled(): CompiledConversation {
  const result = compileConversation(refundConversation);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.conversation;
}

const conversation = compiled();

const PAY = { tool: 'payRefund', args: { amount: { amount: 40, currency: 'USD' } } };
const VERIFY = { tool: 'verifyCaller', args: { code: '4711' } };

const TO_THE_SUM: readonly ScenarioStep[] = [
  { user: 'it is about order 1234' },
  { toolOk: VERIFY },
  { model: NOTICE },
  'turn',
  { toolOk: 'quoteRefund' },
];
const TO_THE_PAYMENT: readonly ScenarioStep[] = [...TO_THE_SUM, { user: '$40' }, { user: 'yes' }];

function run(...steps: readonly ScenarioStep[]): ReturnType<typeof runScenario> {
  return runScenario(conversation, { name: 'a scenario', steps });
}

describe('a scenario', () => {
  it('shows that the commit is denied before its guard and allowed after', (context) => {
    verifies(context, 'govern:scenario:asserts');
    expect(
      run(
        { expectActive: ['welcome'] },
        { expectDenied: PAY },
        ...TO_THE_SUM,
        { expectActive: ['sum'] },
        { user: '$40' },
        { expectDenied: PAY },
        { user: 'yes' },
        { expectAllowed: PAY },
        { expectDenied: { tool: 'payRefund', args: { amount: { amount: 400, currency: 'USD' } } } },
        { toolOk: PAY },
        { expectDenied: PAY },
        { expectDone: ['pay', 'close'] },
        { expectComplete: true },
      ),
    ).toEqual({ name: 'a scenario', passed: true });
  });

  it.each<[string, readonly ScenarioStep[], string]>([
    ['expectActive', [{ expectActive: ['pay'] }], 'pay not active; active: sum'],
    ['expectDone', [{ expectDone: ['pay'] }], 'pay not done; done: welcome, verify, notice, quote'],
    ['expectOpen', [{ expectOpen: ['quote', 'pay'] }], 'quote done; active: sum'],
    ['expectAllowed', [{ expectAllowed: PAY }], 'payRefund was refused: '],
    ['expectDenied', [{ expectDenied: 'searchFaq' }], 'searchFaq would run; active: sum'],
    ['expectSlot', [{ expectSlot: { key: 'order', value: '9' } }], 'order is "1234", not "9"'],
    ['expectSlot', [{ expectSlot: { key: 'order', value: null } }], 'order is "1234", not null'],
    ['expectSlot', [{ expectSlot: { key: 'amount', value: 40 } }], 'amount is null, not 40'],
    ['expectComplete', [{ expectComplete: true }], 'active: sum'],
    ['expectPath', [{ expectPath: ['faq'] }], 'the digressions under way are none'],
    ['expectTerminated', [{ expectTerminated: true }], 'the conversation is not terminated'],
    ['toolOk', [{ toolOk: PAY }], 'payRefund was refused: '],
    ['toolFailed', [{ toolFailed: PAY }], 'payRefund was refused: '],
    ['scheduleTool', [{ scheduleTool: { ...PAY, after: 1 } }], 'payRefund was refused: '],
    ['toolResult', [{ toolResult: { tool: 'payRefund', ok: true } }], 'no call of payRefund is under way'],
  ])('fails at %s and says what was the case', (_, steps, reason) => {
    const result = run(...TO_THE_SUM, ...steps);
    expect(result).toMatchObject({ name: 'a scenario', passed: false, step: TO_THE_SUM.length });
    expect(result.passed ? '' : result.reason).toContain(reason);
  });

  it.each<[string, readonly ScenarioStep[]]>([
    ['expectPath', [{ set: { key: 'intent:threat', value: true } }, 'turn', { expectPath: [] }]],
    ['expectTerminated', [{ expectTerminated: false }]],
    ['expectComplete', [{ toolOk: PAY }, { expectComplete: false }]],
  ])('fails at %s where the contrary is the case', (_, steps) => {
    const ending: readonly ScenarioStep[] = [
      { set: { key: 'intent:threat', value: true } },
      'turn',
      'turn',
      'turn',
    ];
    const before = steps[0] && 'expectTerminated' in Object(steps[0]) ? ending : TO_THE_PAYMENT;
    expect(run(...before, ...steps)).toMatchObject({ passed: false });
  });

  it('does what a mock sets, and nothing where another answer is given', () => {
    expect(run(...TO_THE_SUM, { expectSlot: { key: 'verified', value: true } }).passed).toBe(true);
    const answered: ScenarioStep = { toolOk: { ...VERIFY, response: { ok: true } } };
    expect(
      run({ user: 'order 1234' }, answered, { expectSlot: { key: 'verified', value: null } }).passed,
    ).toBe(true);
  });

  it('runs a call from its admission to its result', () => {
    const overlapping: readonly ScenarioStep[] = [
      ...TO_THE_PAYMENT,
      { expectAllowed: PAY },
      'turn',
      { expectDenied: PAY },
    ];
    expect(
      run(...overlapping, { toolResult: { tool: 'payRefund', ok: false } }, { expectAllowed: PAY }).passed,
    ).toBe(true);
    expect(
      run(...overlapping, { toolResult: { tool: 'payRefund', ok: true } }, { expectDone: ['pay'] }).passed,
    ).toBe(true);
    // Without a result it is no call, and reserves nothing.
    expect(run(...overlapping)).toMatchObject({ passed: false, step: overlapping.length - 1 });
  });

  it('ends a scheduled call when its turns have ended', () => {
    const scheduled: readonly ScenarioStep[] = [
      ...TO_THE_PAYMENT,
      { scheduleTool: { ...PAY, after: 2 } },
      'turn',
    ];
    expect(
      run(...scheduled, { expectOpen: ['pay'] }, { expectDenied: PAY }, 'turn', { expectDone: ['pay'] }),
    ).toEqual({
      name: 'a scenario',
      passed: true,
    });
  });

  it('counts failures and interruptions, and turns of the user, but not the voicing of a result', () => {
    const lost: ScenarioStep = { user: 'well, the weather' };
    const stuck = [lost, lost, lost];
    expect(run({ user: 'order 1234' }, ...stuck, { expectDone: ['handoff'] }).passed).toBe(true);
    const voiced: readonly ScenarioStep[] = [lost, lost, { toolFailed: VERIFY }, 'turn', 'interrupt'];
    expect(run({ user: 'order 1234' }, ...voiced, { expectOpen: ['handoff'] }).passed).toBe(true);
  });

  it('removes what was of the turn at its end', () => {
    const set: ScenarioStep = { set: { key: 'turn:note', value: 1 } };
    expect(
      run(set, { expectSlot: { key: 'turn:note', value: 1 } }, 'turn', {
        expectSlot: { key: 'turn:note', value: null },
      }).passed,
    ).toBe(true);
  });

  it('takes names of prototypes for names', () => {
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect(
        run(
          { expectSlot: { key, value: null } },
          { set: { key, value: 1 } },
          { expectSlot: { key, value: 1 } },
        ).passed,
      ).toBe(true);
      expect(run({ expectDenied: key }, { toolResult: { tool: key, ok: true } }).passed).toBe(false);
      expect(run({ decide: JSON.parse(`{ "${key}": true }`) }, 'turn').passed).toBe(true);
    }
  });

  it('shares nothing between runs', () => {
    const scenario: Scenario = {
      name: 'again',
      steps: [...TO_THE_PAYMENT, { toolOk: PAY }, { expectDone: ['close'] }],
    };
    expect(runScenario(conversation, scenario)).toEqual(runScenario(conversation, scenario));
  });
});
