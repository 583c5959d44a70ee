import { describe, expect, it } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { cardFlow } from '../../../tests/support/card-flow.ts';
import { plantedFaults, refundConversation } from '../../../tests/support/refund-conversation.ts';
import { compileFlow } from '../compile/compile-flow.ts';
import { compileConversation } from '../conversation/compile-conversation.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import type { ConversationDocument } from '../conversation/conversation-document.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { type FuzzReport, fuzzFlow } from './fuzz-flow.ts';

function compiled(document: ConversationDocument): CompiledConversation {
  const result = compileConversation(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.conversation;
}

function broken({ findings }: FuzzReport): readonly string[] {
  return findings.map(({ invariant, sentence }) => `${Object.keys(invariant)[0]}: ${sentence}`);
}

describe('fuzzing a conversation', () => {
  const healthy = compiled(refundConversation);

  it('finds nothing in a healthy conversation', { timeout: 30_000 }, (context) => {
    verifies(context, 'govern:fuzz');
    expect(broken(fuzzFlow(healthy))).toEqual([]);
  });

  it.for(plantedFaults)(
    'finds that $name, and a scenario that shows it',
    { timeout: 30_000 },
    (fault, context) => {
      verifies(context, 'govern:fuzz');
      const faulty = compiled(fault.plant(refundConversation));
      const report = fuzzFlow(faulty);
      const found = report.findings.find(({ invariant }) => fault.breaks.some((kind) => kind in invariant));
      expect(found?.sentence, broken(report).join('\n')).toBeDefined();
      if (found === undefined) return;
      expect(found.scenario.steps.length).toBeLessThanOrEqual(16);
      const result = runScenario(faulty, found.scenario);
      expect(result).toMatchObject({ passed: false, step: found.scenario.steps.length - 1 });
    },
  );

  it('finds the same for the same seed', { timeout: 30_000 }, () => {
    const [fault] = plantedFaults;
    const faulty = compiled(fault?.plant(refundConversation) ?? refundConversation);
    const options = { seed: 7, budget: { steps: 8000, runs: 10 } };
    expect(fuzzFlow(faulty, options)).toEqual(fuzzFlow(faulty, options));
  });

  it('keeps to its budget of steps and of time', { timeout: 30_000 }, () => {
    const few = fuzzFlow(healthy, { budget: { steps: 500 } });
    expect(few.stepsPlayed).toBeLessThan(700);
    expect(few.exhausted).toBe(false);
    let now = 0;
    const timed = fuzzFlow(healthy, { budget: { ms: 50 }, nowMs: () => now++ });
    expect(timed.stepsPlayed).toBeLessThan(1000);
  });

  it('takes promises that the document does not make', { timeout: 30_000 }, () => {
    const report = fuzzFlow(healthy, {
      invariants: [{ neverRuns: 'searchFaq', unless: { isTrue: 'verified' } }],
    });
    const [finding] = report.findings;
    expect(finding?.scenario.steps).toEqual(
      [{ set: { key: 'intent:faq', value: true } }, 'turn', { expectDenied: 'searchFaq' }].slice(
        -(finding?.scenario.steps.length ?? 3),
      ),
    );
  });

  it('explores a flow without a document', { timeout: 30_000 }, () => {
    const result = compileFlow(cardFlow);
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const report = fuzzFlow(result.flow, { budget: { steps: 12_000 } });
    expect(report.places).toBeGreaterThan(500);
    for (const { scenario } of report.findings) {
      expect(runScenario(result.flow, scenario)).toMatchObject({
        passed: false,
        step: scenario.steps.length - 1,
      });
    }
  });

  it('takes names of prototypes for names', { timeout: 30_000 }, () => {
    const result = compileFlow({
      name: 'constructor',
      steps: [
        { id: '__proto__', allow: ['constructor'], done: { calledOk: 'constructor' } },
        { id: 'toString', after: ['__proto__'], terminal: true },
      ],
      constraints: [
        {
          commit: {
            tool: 'constructor',
            until: { isTrue: 'valueOf' },
            binds: { hasOwnProperty: '__proto__' },
          },
        },
      ],
    });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const report = fuzzFlow(result.flow, { budget: { steps: 4000 } });
    expect(broken(report)).toEqual([]);
    expect(report.places).toBeGreaterThan(4);
    expect(report.exhausted).toBe(true);
  });

  it('is done in the time it is given with a flow of two thousand steps', { timeout: 60_000 }, () => {
    const steps = Array.from({ length: 1999 }, (_, index) => ({
      id: `s${index}`,
      ...(index > 0 && { after: [`s${index - 1}`] }),
      done: { isTrue: `k${index}` },
    }));
    const result = compileFlow({
      name: 'long',
      steps: [...steps, { id: 'end', after: ['s1998'], terminal: true }],
    });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    let nowMs = 0;
    const started = process.hrtime.bigint();
    const clock = (): number => {
      nowMs = Number((process.hrtime.bigint() - started) / 1_000_000n);
      return nowMs;
    };
    const report = fuzzFlow(result.flow, { budget: { ms: 1500 }, nowMs: clock });
    expect(report.exhausted).toBe(false);
    expect(clock()).toBeLessThan(15_000);
  });
});
