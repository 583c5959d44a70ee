import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileConversation } from '../conversation/compile-conversation.ts';
import { PlainState } from '../scenario/plain-state.ts';
import type { JsonValue } from '../state-reader.ts';
import { FlowMonitor } from './flow-monitor.ts';
import { restoredState } from './restored-state.ts';
import { initialFlowState } from './step-flow.ts';

const path = new URL('../../../examples/card-support/conversation.json', import.meta.url);
const compiled = compileConversation(readFileSync(path, 'utf8'));
if (!compiled.ok) throw new Error('the example does not compile');
const { flow } = compiled.conversation;

type Json = Record<string, JsonValue>;

function begun(): Json {
  const state = new PlainState();
  const monitor = new FlowMonitor(flow);
  state.apply(monitor.apply({ type: 'begin' }, state).effects);
  state.apply(
    monitor.apply(
      { type: 'spoke', text: 'This call is recorded. You can ask for a person at any time.' },
      state,
    ).effects,
  );
  state.apply(monitor.apply({ type: 'turn', counts: true }, state).effects);
  state.set('turn:faqTopic', 'fees');
  state.apply(monitor.apply({ type: 'settle' }, state).effects);
  state.apply(
    monitor.apply({ type: 'admitted', callId: '1', tool: 'lookUpFaq', argumentsHash: 'x' }, state).effects,
  );
  state.apply(
    monitor.apply({ type: 'decided', answers: { agreesToPay: { outcome: 'no', confidence: 1 } } }, state)
      .effects,
  );
  return JSON.parse(JSON.stringify(monitor.state)) as Json;
}

/** What a session does with what its store gave. */
function restore(monitor: FlowMonitor, value: unknown): readonly string[] {
  const { state, faults } = restoredState(flow, value);
  if (state !== undefined) monitor.restore(state);
  return faults;
}

/** Everything that a monitor does, after it was given this. */
function driven(value: unknown): readonly string[] {
  const state = new PlainState();
  const monitor = new FlowMonitor(flow);
  const faults = restore(monitor, value);
  for (const input of [
    { type: 'settle' },
    { type: 'callerTurn' },
    { type: 'admitted', callId: 'a', tool: 'lookUpFaq', argumentsHash: 'x' },
    { type: 'toolEnded', callId: 'a', ok: true },
    { type: 'toolEnded', callId: '1', ok: false },
    { type: 'spoke', text: 'Hello.' },
    { type: 'interrupted' },
    { type: 'turn', counts: true },
    { type: 'turn', counts: true },
  ] as const) {
    state.apply(monitor.apply(input, state).effects);
  }
  monitor.admit('takePayment', state, { args: {} });
  monitor.explain(state);
  monitor.project(state);
  expect(JSON.parse(JSON.stringify(monitor.state))).toEqual(monitor.state);
  return faults;
}

const good = begun();
const main = good.main as Json;

describe('A state that is restored', () => {
  test('is taken as it is where it is one', () => {
    const monitor = new FlowMonitor(flow);
    expect(restore(monitor, good)).toEqual([]);
    expect(monitor.state).toEqual(good);
    expect(good).toMatchObject({ path: ['faq'], open: { 1: { tool: 'lookUpFaq' } } });
  });

  test.each<[string, unknown, string]>([
    ['null', null, 'state: it must be an object'],
    ['a list', [], 'state: it must be an object'],
    ['nothing in it', {}, 'digressions: it is missing'],
    ['no path', { ...good, path: null }, 'path: it must be a list'],
    ['a text for a path', { ...good, path: 'safety' }, 'path: it must be a list'],
    ['an object in the path', { ...good, path: [{}] }, 'path[0]: there is no such digression here'],
    ['a digression twice', { ...good, path: ['faq', 'faq'] }, 'path[1]: it is there twice'],
    ['no marking', { ...good, main: null }, 'main: it must be an object'],
    ['no calls', { ...good, main: { ...main, calls: null } }, 'main.calls: it must be an object'],
    [
      'a negative count',
      { ...good, main: { ...main, calls: { takePayment: -5 } } },
      'main.calls.takePayment: it must be a whole number from 0',
    ],
    [
      'unknown steps',
      { ...good, main: { ...main, done: ['nope'] } },
      'main.done[0]: there is no such step here',
    ],
    ['no open calls', { ...good, open: null }, 'open: it must be an object'],
    ['an open call that is none', { ...good, open: { x: null } }, 'open.x: it must be an object'],
    [
      'a repair that is none',
      { ...good, repair: { identify: null } },
      'repair.identify: it must be an object',
    ],
    [
      'a digression that is none',
      { ...good, digressions: { faq: null } },
      'digressions.faq: it must be an object',
    ],
    ['no answers', { ...good, answers: null }, 'answers: it must be an object'],
    ['no slots', { ...good, slots: null }, 'slots: it must be an object'],
    ['a text for a number', { ...good, turns: 'x' }, 'turns: it must be a whole number from 0'],
    ['a prototype', JSON.parse('{"__proto__": {"terminated": true}}'), 'terminated: it is missing'],
    [
      'a field that throws',
      new Proxy(
        {},
        {
          getOwnPropertyDescriptor: () => {
            throw new Error('no');
          },
        },
      ),
      'state: it cannot be read',
    ],
  ])('with %s is put right, and that is told', (_, value, fault) => {
    expect(driven(value)).toContain(fault);
  });

  test('of no use at all is where the conversation begins', () => {
    const state = new PlainState();
    const monitor = new FlowMonitor(flow);
    restore(monitor, null);
    expect(monitor.state).toEqual(initialFlowState(flow));
    monitor.advance({ state, turn: 0, boundary: undefined } as unknown as Parameters<
      FlowMonitor['advance']
    >[0]);
    expect(monitor.position).toBe('recordingNotice');
  });

  test('never throws, whatever was done to it, and what was put right is a state', () => {
    const places = placesIn(good);
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>(
        undefined,
        Number.NaN,
        -1,
        1.5,
        '',
        'faq',
        'identify',
        ['identify', 'identify'],
        { x: 1 },
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...places), odd), { minLength: 1, maxLength: 4 }),
        (changes) => {
          const copy = JSON.parse(JSON.stringify(good)) as Json;
          for (const [place, value] of changes) put(copy, place, value);
          driven(copy);
          const monitor = new FlowMonitor(flow);
          restore(monitor, copy);
          const again = new FlowMonitor(flow);
          expect(restore(again, JSON.parse(JSON.stringify(monitor.state)))).toEqual([]);
          expect(again.state).toEqual(monitor.state);
        },
      ),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.anything(), (value) => void driven(value)),
      { numRuns: 200 },
    );
  });
});

function placesIn(value: JsonValue, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...at, key])),
  ];
}

function put(target: unknown, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (typeof target !== 'object' || target === null) return;
  const record = target as Record<string, unknown>;
  if (rest.length === 0) record[first] = value;
  else put(record[first], rest, value);
}
