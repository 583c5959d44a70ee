import { expect, test } from 'vitest';
import { cardFlow, cardTools, cardWrites } from '../../../tests/support/card-flow.ts';
import type { FlowDefinition } from '../definition/flow-definition.ts';
import { compileFlow } from './compile-flow.ts';

const surroundings = {
  tools: cardTools,
  writes: [...cardWrites, 'intent:harm', 'intent:abuse'].filter((key) => !key.endsWith('*')),
};

/** Fields that hold the names of something else, plainly or in lists. */
const REFERRING =
  /(after|step|escalateTo|allow|deny|isTrue|isSet|calledOk|done|captured|once|before|tool|steps|clears|reopens|slot|ambient|confirmTools|amount)(\[\d+\])?$/;
const FIRST_OF_PAIR = /(eq|atLeast|atMost)\[0\]$/;

interface Mutant {
  readonly path: string;
  readonly definition: FlowDefinition;
}

/** The flow with one name changed, for each name in it that refers to something. */
function mutants(): Mutant[] {
  const found: Mutant[] = [];
  const copy = (): Record<string, unknown> => JSON.parse(JSON.stringify(cardFlow));
  const look = (value: unknown, path: string, keys: readonly (string | number)[]): void => {
    if (typeof value === 'object' && value !== null) {
      const isList = Array.isArray(value);
      for (const [key, inner] of Object.entries(value)) {
        look(inner, isList ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, [...keys, key]);
      }
    } else if (typeof value === 'string' && (REFERRING.test(path) || FIRST_OF_PAIR.test(path))) {
      const root = copy();
      let at: unknown = root;
      for (const key of keys.slice(0, -1)) at = Reflect.get(Object(at), key);
      Reflect.set(Object(at), keys.at(-1) ?? '', `${value}_typo`);
      // It differs in one text.
      found.push({ path, definition: root as unknown as FlowDefinition });
    }
  };
  look(cardFlow, '', []);
  return found;
}

test('A flow in which one name is wrong has a problem at that name', () => {
  expect(compileFlow(cardFlow, surroundings).ok).toBe(true);
  const all = mutants();
  expect(all.length).toBeGreaterThan(50);
  for (const { path, definition } of all) {
    const result = compileFlow(definition, surroundings);
    const places = result.ok ? [] : result.problems.map((problem) => problem.path);
    // Problems in a guard are told at the guard.
    expect(
      places.some((place) => path.startsWith(place)),
      `${path}: ${places.join(', ')}`,
    ).toBe(true);
  }
});

test('A flow that lost one of its steps has a problem at what spoke of it', () => {
  for (const [index, { id }] of cardFlow.steps.entries()) {
    if (id === 'close') continue;
    const result = compileFlow({ ...cardFlow, steps: cardFlow.steps.toSpliced(index, 1) }, surroundings);
    const kinds = result.ok ? [] : result.problems.map(({ kind }) => kind);
    expect(kinds, id).toContain('unknownStep');
  }
});
