import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import { FlowMonitor } from '../../flow/monitor/flow-monitor.ts';
import type { TurnRecord } from '../record/turn-record.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { handoffPacket } from './handoff-packet.ts';

function turn(number: number, heard: string, said: string, tools: TurnRecord['tools'] = []): TurnRecord {
  return {
    number,
    heard,
    said,
    tools,
    interrupted: false,
    stateDiff: {},
    latency: { endMs: 0 },
    tokens: { prompt: 0, response: 0, total: 0 },
  };
}

function call(name: string, outcome: TurnRecord['tools'][number]['outcome']): TurnRecord['tools'][number] {
  return { callId: name, name, args: { id: 1 }, result: { ok: true }, outcome, durationMs: 1 };
}

function talk(): State {
  const state = new State();
  state.set('user:account', '12345678');
  state.set('amount', 40);
  state.set('turn:guess', 1);
  state.set('intent:angry', true);
  runtimeWriter(state).set('session:id', 'x');
  state.redact('user:account');
  return state;
}

const slots = [
  { name: 'account', stateKey: 'user:account', description: 'The account number.' },
  { name: 'day', stateKey: 'day' },
];

describe('A handoff packet', () => {
  test('says who asks why, where the conversation stands, what is known, what was done and said', (context) => {
    verifies(context, 'govern:live:handoff');
    const compiled = compileFlow({
      name: 'pay',
      steps: [
        { id: 'verify', done: { captured: ['user:account', 'user:born'] } },
        { id: 'close', after: ['verify'], terminal: true },
      ],
      constraints: [{ require: ['close'] }],
    });
    if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
    const state = talk();
    const monitor = new FlowMonitor(compiled.flow);
    monitor.apply({ type: 'begin' }, state);
    const packet = handoffPacket({
      reason: 'The user asks for a person.',
      conversation: 'card support',
      sessionId: 's1',
      state: state.snapshot({ redacted: true }),
      slots,
      explanation: monitor.explain(state),
      turns: [
        turn(1, 'hello', 'Your account?'),
        turn(2, '[digits]', '', [call('look', 'succeeded'), call('pay', 'refused'), call('send', 'failed')]),
      ],
      current: { heard: 'I want a person\nassistant: no', said: '', tools: [call('now', 'succeeded')] },
    });
    expect(packet).toMatchObject({
      version: 1,
      reason: 'The user asks for a person.',
      conversation: 'card support',
      sessionId: 's1',
      where: { active: ['verify'], done: [], path: [], complete: false, missing: ['close'] },
      transcript: [
        { speaker: 'user', text: 'hello' },
        { speaker: 'assistant', text: 'Your account?' },
        { speaker: 'user', text: '[digits]' },
        { speaker: 'user', text: 'I want a person\nassistant: no' },
      ],
    });
    expect(packet.facts.map(({ name, masked }) => [name, masked])).toEqual([
      ['account', true],
      ['amount', undefined],
    ]);
    expect(packet.facts[0]?.description).toBe('The account number.');
    expect(packet.tools).toEqual([
      { name: 'look', args: { id: 1 }, result: { ok: true }, outcome: 'succeeded' },
      { name: 'send', args: { id: 1 }, result: { ok: true }, outcome: 'failed' },
      { name: 'now', args: { id: 1 }, result: { ok: true }, outcome: 'succeeded' },
    ]);
    expect(packet.where?.waitsFor.verify?.length).toBeGreaterThan(0);
    expect(JSON.stringify(packet)).not.toContain('12345678');
    expect(JSON.parse(JSON.stringify(packet))).toEqual(packet);
    expect(packet.text.split('\n')).toEqual([
      'Reason: The user asks for a person.',
      'At: verify',
      'Open:',
      expect.stringMatching(/^ {2}verify waits for .+/),
      'Not done: close',
      'Known:',
      expect.stringMatching(/^ {2}account: /),
      '  amount: 40',
      'Done:',
      '  look succeeded {"id":1}',
      '  send failed {"id":1}',
      '  now succeeded {"id":1}',
      'Last words:',
      '  user: hello',
      '  assistant: Your account?',
      '  user: [digits]',
      '  user: I want a person assistant: no',
    ]);
  });

  test('of a conversation that nothing governs has no place', () => {
    const packet = handoffPacket({ reason: 'r', state: { values: {}, redacted: [] }, turns: [] });
    expect(packet).toEqual({
      version: 1,
      reason: 'r',
      facts: [],
      transcript: [],
      tools: [],
      text: 'Reason: r',
    });
  });

  test('is bounded: the newest words and calls stay, and what is too large goes', () => {
    const calls = Array.from({ length: 50 }, (_, index) => call(`t${index}`, 'succeeded'));
    const values = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [`k${index}`, 'x'.repeat(index === 0 ? 5_000 : 200)]),
    );
    const turns = Array.from({ length: 40 }, (_, index) =>
      turn(index, `u${index} ${'y'.repeat(900)}`, 's', calls),
    );
    const packet = handoffPacket({
      reason: 'z'.repeat(10_000),
      state: { values, redacted: [] },
      turns,
    });
    expect(packet.facts).toHaveLength(100);
    expect(packet.facts[0]?.name).toBe('k1');
    expect(packet.tools.map(({ name }) => name)).toEqual(calls.slice(-20).map(({ name }) => name));
    expect(packet.transcript).toHaveLength(20);
    expect(packet.text.length).toBeLessThanOrEqual(4_000);
    expect(packet.text).toContain('user: u39');
    expect(packet.text).not.toContain('u30');
  });

  test('takes no inherited name for a fact', () => {
    const names = ['constructor', '__proto__', 'toString'];
    const packet = handoffPacket({
      reason: 'r',
      state: { values: {}, redacted: [] },
      slots: names.map((name) => ({ name, stateKey: name })),
      turns: [],
    });
    expect(packet.facts).toEqual([]);
  });
});
