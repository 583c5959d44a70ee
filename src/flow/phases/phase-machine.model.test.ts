import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { PhaseConfig, PhaseDefinition } from './phase.ts';
import { createPhaseGraph, type PhaseGraph } from './phase-graph.ts';
import { PhaseMachine } from './phase-machine.ts';

const KEYS = ['k0', 'k1', 'k2', 'k3'] as const;
const TOOLS = ['t0', 't1', 't2'] as const;
const key = fc.constantFrom(...KEYS);

interface Shape {
  readonly tools: readonly string[] | null;
  readonly terminal: boolean;
  readonly entryKey: string | undefined;
  readonly requires: readonly string[];
  readonly prepared: readonly string[];
  readonly needs: readonly string[];
  readonly clears: readonly string[];
  readonly edges: ReadonlyArray<{ readonly to: number; readonly key: string; readonly throws: boolean }>;
}

const shape: fc.Arbitrary<Shape> = fc.record({
  tools: fc.option(fc.subarray([...TOOLS]), { nil: null }),
  terminal: fc.boolean(),
  entryKey: fc.option(key, { nil: undefined, freq: 3 }),
  requires: fc.subarray([...KEYS], { maxLength: 2 }),
  prepared: fc.subarray([...KEYS], { maxLength: 2 }),
  needs: fc.subarray([...KEYS], { maxLength: 2 }),
  clears: fc.subarray([...KEYS], { maxLength: 1 }),
  edges: fc.array(fc.record({ to: fc.nat(), key, throws: fc.boolean() }), { maxLength: 4 }),
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('write' as const), key, value: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('delete' as const), key }) },
  { weight: 5, arbitrary: fc.record({ type: fc.constant('advance' as const) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('goTo' as const), to: fc.nat() }) },
);

function define(shapes: readonly Shape[]): PhaseDefinition[] {
  return shapes.map((one, index) => {
    const isTerminal = one.terminal && index > 0;
    const produces = one.prepared.filter((name) => one.requires.includes(name));
    const { entryKey } = one;
    return {
      name: `p${index}`,
      tools: one.tools,
      terminal: isTerminal,
      external: true,
      needs: one.needs,
      requires: one.requires,
      clearOnEnter: one.clears,
      preparations: produces.length === 0 ? [] : [{ name: 'prepare', produces }],
      ...(entryKey !== undefined && { guard: (state: StateReader) => state.get(entryKey) === true }),
      transitions: isTerminal
        ? []
        : one.edges.map((edge) => ({
            to: `p${edge.to % shapes.length}`,
            when: (state: StateReader): boolean => {
              if (edge.throws) throw new Error('guard');
              return state.get(edge.key) === true;
            },
          })),
    };
  });
}

/** The oracle: the rule of the specification, written once more and naively. */
function expected(shapes: readonly Shape[], at: number, values: ReadonlyMap<string, JsonValue>): string {
  const here = shapes[at];
  if (here === undefined || (here.terminal && at > 0)) return 'stay';
  for (const edge of here.edges) {
    const index = edge.to % shapes.length;
    const target = shapes[index];
    if (target === undefined || edge.throws || values.get(edge.key) !== true) continue;
    if (target.entryKey !== undefined && values.get(target.entryKey) !== true) continue;
    const lacking = target.requires.filter((name) => !values.has(name));
    if (lacking.length === 0) return `move p${index}`;
    const helps = target.prepared.some((name) => target.requires.includes(name) && lacking.includes(name));
    if (helps) return `blocked p${index}`;
  }
  return 'stay';
}

function graphOf(config: PhaseConfig): PhaseGraph {
  const result = createPhaseGraph(config);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.graph;
}

describe('Random phases under random state', () => {
  test('move as the rule says, once at a time, never out of a terminal phase or into an unknown one', (context) => {
    verifies(
      context,
      'flow:phases:oneMove',
      'flow:phases:admission',
      'flow:phases:history',
      'flow:phases:requires',
    );
    fc.assert(
      fc.property(
        fc.array(shape, { minLength: 1, maxLength: 5 }),
        fc.array(step, { maxLength: 40 }),
        (shapes, steps) => {
          const machine = new PhaseMachine(graphOf({ initial: 'p0', phases: define(shapes) }));
          const values = new Map<string, JsonValue>();
          const state: StateReader = { get: (name) => values.get(name), has: (name) => values.has(name) };
          let position = '';
          let turn = 0;
          for (const one of steps) {
            turn++;
            if (one.type === 'write') values.set(one.key, one.value);
            if (one.type === 'delete') values.delete(one.key);
            if (one.type !== 'advance' && one.type !== 'goTo') continue;
            const at = Number(position.slice(1));
            const wanted = position === '' ? 'move p0' : expected(shapes, at, values);
            const asked = { state, turn, nowMs: turn * 10 };
            const outcome =
              one.type === 'advance'
                ? machine.advance(asked)
                : machine.goTo(`p${one.to % shapes.length}`, 'x', asked);
            if (one.type === 'advance') {
              const target =
                outcome.type === 'move' ? outcome.move.to : outcome.type === 'blocked' ? outcome.to : '';
              expect(`${outcome.type} ${target}`.trim()).toBe(wanted);
            } else if (shapes[at]?.terminal === true && at > 0 && position !== '') {
              expect(outcome.type).toBe('refused');
            }
            if (outcome.type === 'move') {
              expect(outcome.move.from).toBe(position);
              expect(machine.history.at(-1)).toMatchObject({ from: position, to: outcome.move.to, turn });
              for (const effect of outcome.effects) {
                if (effect.type === 'delete') values.delete(effect.key);
              }
              position = outcome.move.to;
            }
            expect(machine.position).toBe(position);
            const tools = shapes[Number(position.slice(1))]?.tools ?? null;
            for (const tool of TOOLS) {
              const runs = position !== '' && (tools === null || tools.includes(tool));
              const admission = machine.admit(tool, state);
              expect(admission.ok).toBe(runs);
              if (!admission.ok) expect(admission.reason).toContain('did not run');
            }
          }
          // Each move begins where the one before it ended, and time adds up.
          machine.history.forEach((visit, index) => {
            const before = machine.history[index - 1];
            expect(visit.from).toBe(before?.to ?? '');
            expect(visit.durationMs).toBe(before === undefined ? 0 : visit.atMs - before.atMs);
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('change nothing by being looked at', () => {
    fc.assert(
      fc.property(fc.array(shape, { minLength: 1, maxLength: 4 }), fc.array(key), (shapes, truths) => {
        const looked = new PhaseMachine(graphOf({ initial: 'p0', phases: define(shapes) }));
        const left = new PhaseMachine(graphOf({ initial: 'p0', phases: define(shapes) }));
        const values = new Map<string, JsonValue>(truths.map((name) => [name, true]));
        const state: StateReader = { get: (name) => values.get(name), has: (name) => values.has(name) };
        for (let turn = 0; turn < 6; turn++) {
          const asked = { state, turn, nowMs: turn };
          const explained = looked.explain(state);
          expect(looked.explain(state)).toEqual(explained);
          looked.project(state);
          looked.enter(state);
          const moves = looked.advance(asked);
          expect(moves).toEqual(left.advance(asked));
          if (explained === undefined || moves.type === 'blocked') continue;
          // What was explained to hold is what happens.
          const first = explained.transitions.find(({ holds }) => holds)?.to;
          expect(moves.type === 'move' ? moves.move.to : undefined).toBe(first);
        }
      }),
    );
  });
});
