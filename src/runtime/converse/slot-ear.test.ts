import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import { compileFlow } from '../../flow/compile/compile-flow.ts';
import type { CompiledConversation, CompiledSlot } from '../../flow/conversation/compiled-conversation.ts';
import { hearUser } from '../../flow/conversation/hear-user.ts';
import { initialFlowState } from '../../flow/monitor/step-flow.ts';
import type { LiveEventBody } from '../live-event.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State, type StateOptions } from '../state/state.ts';
import { SlotEar } from './slot-ear.ts';

function slot(name: string, more: Partial<CompiledSlot>): CompiledSlot {
  return {
    name,
    stateKey: name,
    confirm: 'never',
    correctable: true,
    heard: 'anytime',
    stages: ['ask'],
    ...more,
  };
}

const amount = slot('amount', { recogniser: 'money' });
const account = slot('account', {
  stateKey: 'user:account',
  recogniser: { digits: { min: 4, max: 8 } },
  confirm: 'always',
  heard: 'whileAsked',
});
const pin = slot('pin', {
  recogniser: { digits: { min: 4, max: 8 } },
  heard: 'whileAsked',
  stages: ['check'],
});

function conversationOf(...slots: readonly CompiledSlot[]): CompiledConversation {
  const compiled = compileFlow({
    name: 'test',
    steps: [
      { id: 'ask', done: { isSet: 'user:account' } },
      { id: 'check', after: ['ask'], done: { isSet: 'pin' } },
    ],
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.problems));
  return {
    name: 'test',
    document: { name: 'test', stages: [] },
    flow: compiled.flow,
    slots,
    extractors: [],
    tools: [],
    state: {},
    redact: [],
    scenarios: [],
  };
}

function earOf(slots: readonly CompiledSlot[], options: StateOptions & { readonly now?: () => number } = {}) {
  const { now, ...stateOptions } = options;
  const state = new State(stateOptions);
  const write = runtimeWriter(state);
  const events: LiveEventBody[] = [];
  const errors: RuntimeError[] = [];
  write.set('flow:active', ['ask']);
  const ear = new SlotEar(conversationOf(...slots), {
    state,
    write,
    now,
    emit: (event) => events.push(event),
    report: (error) => errors.push(error),
  });
  const hear = (number: number, user: string): boolean => ear.hear({ number, user });
  return { ear, state, write, events, errors, hear };
}

describe('A slot', () => {
  test('is heard as in a simulation: the value, how it is known, and what became of it', (context) => {
    verifies(context, 'govern:document:hear');
    const { state, events, hear } = earOf([amount, account]);
    const conversation = conversationOf(amount, account);
    const words = 'take 40 dollars from 1234 5678';
    const simulated = hearUser(conversation, words, new State(), {
      ...initialFlowState(conversation.flow),
      main: { ...initialFlowState(conversation.flow).main, active: ['ask'] },
    });
    expect(hear(1, words)).toBe(true);
    for (const effect of simulated.effects) {
      expect(state.get(effect.key)).toEqual(effect.type === 'set' ? effect.value : undefined);
    }
    expect(simulated.promotions).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'statePromotion')).toEqual(
      simulated.promotions.map(({ slot: field, stateKey, value, accepted, reason }) => ({
        type: 'statePromotion',
        extractor: 'heard',
        field,
        stateKey,
        value,
        accepted,
        reason,
      })),
    );
    expect(events.filter(({ type }) => type === 'extraction')).toEqual([
      { type: 'extraction', name: 'heard.amount', value: state.get('amount') },
      { type: 'extraction', name: 'heard.account', value: '12345678' },
    ]);
    expect(state.evidence('user:account')).toMatchObject({ confidence: 0.9, source: 'recogniser:digits' });
  });

  test('is corrected by a later turn, and restating it changes nothing', () => {
    const { state, events, hear } = earOf([amount]);
    hear(1, 'forty dollars');
    hear(2, 'I said $40');
    hear(3, 'no, fifty dollars');
    expect(state.get('amount')).toMatchObject({ amount: 50 });
    const reasons = events.flatMap((event) => (event.type === 'statePromotion' ? [event.reason] : []));
    expect(reasons).toEqual([
      'promotion rule accepted the value',
      'an equivalent value is already known',
      'promotion rule accepted the value',
    ]);
  });

  test('of a turn that goes on is heard once, however often the turn is looked at', () => {
    const { state, events, hear } = earOf([account]);
    expect(hear(1, '1234 5678')).toBe(true);
    const told = events.length;
    const { revision } = state;
    expect(hear(1, '1234 5678')).toBe(false);
    expect(hear(1, '1234 5678 please')).toBe(true);
    expect([events.length, state.revision]).toEqual([told, revision]);
    // Said twice in two turns it is confirmed; in one turn it was not read back in between.
    expect(state.get('user:account:confirmed')).toBeUndefined();
    hear(2, '1234 5678');
    expect(state.get('user:account:confirmed')).toBe(true);
  });

  test('is confirmed by a yes of a later turn only', () => {
    const { state, hear } = earOf([account]);
    hear(1, 'yes');
    hear(1, 'yes 1234 5678');
    expect(state.get('user:account:confirmed')).toBeUndefined();
    hear(2, 'yes');
    expect(state.get('user:account:confirmed')).toBe(true);
  });

  test('that more words make another is the other; what they take back is as it was before the turn', () => {
    const { state, hear } = earOf([amount, account]);
    hear(1, 'take fifteen dollars');
    expect(state.get('amount')).toMatchObject({ amount: 15 });
    hear(1, 'take fifteen dollars, no wait, fifty dollars');
    expect(state.get('amount')).toMatchObject({ amount: 50 });
    hear(2, '1234 5678');
    hear(3, 'no');
    expect(state.has('user:account')).toBe(false);
    hear(3, 'no problem, yes, that is right');
    expect([state.get('user:account'), state.get('user:account:confirmed')]).toEqual(['12345678', true]);
    expect(state.get('stateMeta:user:account')).toMatchObject({ source: 'recogniser:digits' });
  });

  test('that somebody else has changed since is left alone by what the words take back', () => {
    const { state, hear } = earOf([account]);
    hear(1, '1234 5678');
    hear(2, 'no');
    state.set('user:account', '87654321');
    hear(2, 'no problem, yes');
    expect(state.get('user:account')).toBe('87654321');
  });

  test('is asked for by the step that was active when the turn began', () => {
    const { state, write, hear } = earOf([account, pin]);
    hear(1, '1234 5678');
    write.set('flow:active', ['check']);
    hear(1, '1234 5678 yes');
    expect(state.has('pin')).toBe(false);
    hear(2, '9999');
    expect([state.get('pin'), state.get('user:account')]).toEqual(['9999', '12345678']);
  });

  test('hears nothing in silence, and nothing new of a turn that is past', () => {
    const { state, hear } = earOf([amount]);
    expect(hear(1, '  ')).toBe(false);
    expect(hear(2, 'forty dollars')).toBe(true);
    expect(hear(1, 'ninety dollars')).toBe(false);
    expect(state.get('amount')).toMatchObject({ amount: 40 });
  });

  test('that is masked is masked in events', () => {
    const { state, events, hear } = earOf([account]);
    state.redact('user:account');
    hear(1, '1234 5678');
    expect(JSON.stringify(events)).not.toContain('12345678');
    expect(state.get('user:account')).toBe('12345678');
  });

  test('hears dates where it is told the time, in the time zone of the document', () => {
    const day = slot('day', { recogniser: 'dateTime' });
    const without = earOf([day]);
    without.hear(1, 'tomorrow at five pm');
    expect(without.state.has('day')).toBe(false);
    const { state, hear } = earOf([day], { now: () => Date.UTC(2026, 4, 1, 12) });
    hear(1, 'tomorrow at five pm');
    expect(state.get('day')).toContain('2026-05-02');
  });

  test('that the state refuses is reported, and the others are heard', () => {
    const { state, events, errors, hear } = earOf([amount, account], {
      schema: { 'user:account': z.number() },
    });
    hear(1, 'take 40 dollars from 1234 5678');
    expect(state.has('user:account')).toBe(false);
    expect(state.get('amount')).toMatchObject({ amount: 40 });
    expect(errors.map(({ code }) => code)).toEqual(['extractorFailed']);
    const promoted = events.flatMap((event) => (event.type === 'statePromotion' ? [event.stateKey] : []));
    expect(promoted).toEqual(['amount']);
    expect(JSON.stringify([events, errors.map(String)])).not.toContain('12345678');
  });
});

test('An ear knows which keys it may write', () => {
  const { ear } = earOf([account]);
  expect(ear.mayWrite(['x', 'user:account'])).toBe(true);
  expect(ear.mayWrite(['user:account:confirmed'])).toBe(true);
  expect(ear.mayWrite(['account', 'amount'])).toBe(false);
});
