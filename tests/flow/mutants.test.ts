import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Mutant, mutants } from '../../examples/card-support/mutants.ts';
import { compileConversation } from '../../src/flow/conversation/compile-conversation.ts';
import type { CompiledConversation } from '../../src/flow/conversation/compiled-conversation.ts';
import type { ConversationDocument } from '../../src/flow/conversation/conversation-document.ts';
import { type FuzzReport, fuzzFlow } from '../../src/flow/fuzz/fuzz-flow.ts';
import { runScenario } from '../../src/flow/scenario/run-scenario.ts';

const path = new URL('../../examples/card-support/conversation.json', import.meta.url);
const showcase = JSON.parse(readFileSync(path, 'utf8')) as ConversationDocument;

function compiled(document: ConversationDocument): CompiledConversation {
  const result = compileConversation(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.conversation;
}

/** The kinds of promises that were found broken. */
function broken({ findings }: FuzzReport): readonly string[] {
  return findings.map(({ invariant }) => Object.keys(invariant)[0] ?? '');
}

describe('The fuzzer', () => {
  it('finds nothing in the showcase', { timeout: 60_000 }, () => {
    const { findings } = fuzzFlow(compiled(showcase));
    expect(findings.map(({ sentence, scenario }) => [sentence, scenario.steps])).toEqual([]);
  });

  it.for(mutants.map((mutant) => [mutant.name, mutant] as const))(
    'finds it within ten seconds: %s',
    { timeout: 30_000 },
    ([, { breaks, mutate }]: readonly [string, Mutant]) => {
      const mutant = compiled(mutate(showcase));
      const report = fuzzFlow(mutant, { budget: { ms: 10_000 }, nowMs: () => performance.now() });
      const kind: unknown = expect.stringMatching(`^(?:${breaks.join('|')})$`);
      expect(broken(report)).toEqual(expect.arrayContaining([kind]));
      for (const { scenario } of report.findings) {
        expect(runScenario(mutant, scenario), scenario.name).toMatchObject({ passed: false });
      }
    },
  );

  it('finds also what every scenario of the document lets pass', () => {
    const unnoticed = mutants.filter(({ mutate }) => {
      const mutant = compiled(mutate(showcase));
      return mutant.scenarios.every((scenario) => runScenario(mutant, scenario).passed);
    });
    expect(unnoticed.length).toBeGreaterThan(0);
  });
});
