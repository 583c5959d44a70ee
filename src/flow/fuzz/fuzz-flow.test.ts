import { describe, expect, it } from 'vitest';
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

  it('finds nothing in a healthy conversation', { timeout: 30_000 }, () => {
    expect(broken(fuzzFlow(healthy))).toEqual([]);
  });

  it.each(plantedFaults)('finds that $name, and a scenario that shows it', { timeout: 30_000 }, (fault) => {
    const faulty = compiled(fault.plant(refundConversation));
    const report = fuzzFlow(faulty);
    const found = report.findings.find(({ invariant }) => fault.breaks.some((kind) => kind in invariant));
    expect(found?.sentence, broken(report).join('\n')).toBeDefined();
    if (found === undefined) return;
    expect(found.scenario.steps.length).toBeLessThanOrEqual(16);
    const result = runScenario(faulty, found.scenario);
    expect(result).toMatchObject({ passed: false, step: found.scenario.steps.length - 1 });
  });

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
});
