import type { Reporter, TestModule } from 'vitest/node';
import { requirements } from './requirements.ts';

/** Fails a full run when a requirement id is proven by no passing test and is not a listed gap. */
export class RequirementsReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>): void {
    const proven = new Set<string>();
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      for (const test of module.children.allTests('passed')) {
        for (const id of test.meta().verifies ?? []) proven.add(id);
      }
    }
    const ids = Object.keys(requirements);
    const gaps = ids.filter((id) => requirements[id]?.gap !== undefined && !proven.has(id));
    const unproven = ids.filter((id) => requirements[id]?.gap === undefined && !proven.has(id));
    console.log(`\nRequirements: ${proven.size} of ${ids.length} proven, ${gaps.length} known gaps`);
    // Only the whole suite can prove the whole manifest: a filtered run reports and passes.
    const wholeSuite: boolean = process.env.npm_lifecycle_event === 'test';
    console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    if (!wholeSuite || unproven.length === 0) return;
    for (const id of unproven) console.error(`  unproven: ${id}: ${requirements[id]?.promise}`);
    process.exitCode = 1;
  }
}

// vitest loads reporters by their default export.
// biome-ignore lint/style/noDefaultExport: vitest's reporter contract
export default RequirementsReporter;
