import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { FlowError } from '../flow-error.ts';
import { custom, not } from '../guard/guards.ts';
import type { FlowDefinition } from './flow-definition.ts';
import { readFlow } from './read-flow.ts';
import { writeFlow } from './write-flow.ts';

function problemsOf(document: unknown): readonly string[] {
  const reading = readFlow(document);
  return reading.ok ? [] : reading.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('readFlow', () => {
  test('It takes JSON text and data alike', () => {
    const flow = { name: 'order', steps: [{ id: 'end', terminal: true }] };
    expect(readFlow(flow)).toEqual({ ok: true, flow });
    expect(readFlow(`\uFEFF${JSON.stringify(flow, null, 2)}`)).toEqual({ ok: true, flow });
  });

  test.each([
    ['', ': It is no JSON: at 1:1 it ends where a value should be.'],
    [
      '{\n  "name": "x",\n  steps: []}',
      ': It is no JSON: at 3:3 there is "steps: []}" where a name in quotes should be.',
    ],
    ['{"a":1,}', ': It is no JSON: at 1:8 there is "}" where a name in quotes should be.'],
    ['[1,]', ': It is no JSON: at 1:4 there is "]" where a value should be.'],
    ['[1 2]', ': It is no JSON: at 1:4 there is "2]" where "," or "]" should be.'],
    ['{"a" 1}', ': It is no JSON: at 1:6 there is "1}" where ":" should be.'],
    ['{"a":01}', ': It is no JSON: at 1:7 there is "1}" where "," or "}" should be.'],
    ['{}\n{}', ': It is no JSON: at 2:1 there is "{}" where the end should be.'],
    ['["a\nb"]', ': It is no JSON: at 1:2 there is "\\"a\\nb\\"]" where a value should be.'],
    ['["\\x"]', ': It is no JSON: at 1:2 there is "\\"\\\\x\\"]" where a value should be.'],
    ['[NaN]', ': It is no JSON: at 1:2 there is "NaN]" where a value should be.'],
    ['[}', ': It is no JSON: at 1:2 there is "}" where a value should be.'],
    ['"an open text', ': It is no JSON: at 1:1 there is "\\"an open tex" where a value should be.'],
  ])('Broken JSON is located: %j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  test('Whatever is changed in a text, it is told exactly when it is no JSON any more, with a place within it', () => {
    const text = JSON.stringify({ name: 'x', steps: [{ id: 'ä"\\', n: [1.5e3, true, null, {}] }] });
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('', ',', '}', '"', '\\', '1', 'x'), (at, put) => {
        const broken = `${text.slice(0, at)}${put}${text.slice(at + 1)}`;
        const told = problemsOf(broken).find((problem) => problem.includes('no JSON'));
        expect(told !== undefined).toBe(!isJson(broken));
        const column = Number(/at 1:(\d+)/.exec(told ?? '')?.[1] ?? 1);
        expect(column).toBeGreaterThanOrEqual(1);
        expect(column).toBeLessThanOrEqual(broken.length + 1);
      }),
    );
  });

  test('Hostile texts are refused in bounded time', (context) => {
    verifies(context, 'govern:document:hostile');
    const before = performance.now();
    expect(problemsOf('['.repeat(1_000_000))).toHaveLength(1);
    expect(problemsOf(`"${'\\'.repeat(1_000_001)}`)).toHaveLength(1);
    expect(problemsOf(`{"name":"x","steps":${'['.repeat(50_000)}${']'.repeat(50_000)}}`)).toEqual([
      'steps[0]: It must be an object, not a list.',
    ]);
    expect(problemsOf(`"${'x'.repeat(5_000_000)}"`)).toEqual([': It is longer than 4000000 characters.']);
    const steps = Array.from({ length: 10_000 }, (_, index) => ({ id: `s${index}`, done: 'always' }));
    expect(problemsOf(JSON.stringify({ name: 'x', steps }))).toEqual([
      'steps: It must not have more than 2000; it has 10000.',
    ]);
    expect(performance.now() - before).toBeLessThan(5000);
    expect(problemsOf('{"name":"x","steps":[],"__proto__":{"polluted":true}}')).toEqual([
      '__proto__: There is no such field here.',
    ]);
    expect('polluted' in {}).toBe(false);
  });

  test('Data of any kind is read or refused, and nothing is thrown', () => {
    for (const value of [undefined, null, 7, [], new Date(0), () => 1, Symbol('x'), 1n]) {
      expect(problemsOf(value)).toHaveLength(1);
    }
    const trap = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(problemsOf(trap)).toEqual([': It cannot be read: one of its fields threw.']);
    fc.assert(fc.property(fc.anything(), (value) => void problemsOf(value)));
  });
});

describe('writeFlow', () => {
  const flow: FlowDefinition = {
    name: 'order',
    steps: [
      { id: 'ask', done: { all: [{ isSet: 'a' }, not(custom(() => true))] } },
      { id: 'end', after: [{ step: 'ask', when: custom(() => true, 'x') }], terminal: true },
    ],
  };

  test('Functions are named with their places, and never lost in silence', (context) => {
    verifies(context, 'govern:guards:custom');
    expect(problemsOf(flow)).toEqual([]);
    const error = thrownBy(() => writeFlow(flow));
    expect(error).toMatchObject({
      code: 'notSerialisable',
      problems: [{ path: 'steps[0].done.all[1].not.custom' }, { path: 'steps[1].after[0].when.custom' }],
    });
    expect(error?.message).toContain('steps[0].done.all[1].not.custom: It is a function');
  });

  test('What is no flow is not written', () => {
    const nan: FlowDefinition = { name: 'x', steps: [{ id: 'a', done: { atLeast: ['k', Number.NaN] } }] };
    expect(thrownBy(() => writeFlow(nan))).toMatchObject({
      code: 'invalidFlow',
      problems: [{ path: 'steps[0].done.atLeast[1]' }],
    });
  });
});

function thrownBy(write: () => unknown): FlowError | undefined {
  try {
    write();
  } catch (error) {
    if (error instanceof FlowError) return error;
    throw error;
  }
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
