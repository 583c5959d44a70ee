import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { soundFlow } from '../../../tests/support/arbitrary-flow.ts';
import { compileFlow } from './compile-flow.ts';
import type { CompiledLayer } from './compiled-flow.ts';

function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozen);
}

function expectOrdered({ steps, required, resets }: CompiledLayer): void {
  steps.forEach((step, index) => {
    expect(step.index).toBe(index);
    for (const before of [...step.after.map((edge) => edge.step), ...step.preceded]) {
      expect(before).toBeLessThan(index);
    }
    for (const { step: source } of step.after) expect(steps[source]?.next).toContain(index);
  });
  for (const index of [...required, ...resets.flatMap((reset) => reset.steps)])
    expect(steps[index]).toBeDefined();
}

test('What compiles is frozen, ordered, whole and the same each time', (context) => {
  verifies(context, 'govern:compile:frozen');
  fc.assert(
    fc.property(soundFlow(), (definition) => {
      const result = compileFlow(definition);
      expect(result.ok).toBe(true);
      if (!result.ok) return;
      const { flow } = result;
      expect(isFrozen(flow)).toBe(true);
      expect(flow.definition).toEqual(definition);
      expect(compileFlow(definition)).toEqual(result);
      // What was compiled compiles again, to the same.
      expect(compileFlow(flow.definition)).toEqual(result);
      for (const layer of [flow.main, ...flow.digressions.map((digression) => digression.layer)]) {
        expectOrdered(layer);
      }
      const idsOf = (layer: { readonly steps: ReadonlyArray<{ readonly id: string }> }): string[] =>
        layer.steps.map(({ id }) => id).toSorted();
      expect(idsOf(flow.main)).toEqual(idsOf(definition));
    }),
    { numRuns: 60 },
  );
});
