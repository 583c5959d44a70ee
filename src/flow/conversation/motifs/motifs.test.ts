import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { FlowSimulator } from '../../scenario/flow-simulator.ts';
import { compileConversation } from '../compile-conversation.ts';
import type { ConversationDocument, ToolSpec } from '../conversation-document.ts';
import { collectFrame } from './collect-frame.ts';
import { confirmThenCommit } from './confirm-then-commit.ts';
import { withParts } from './conversation-part.ts';
import { disclosure } from './disclosure.ts';
import { faqDigression } from './faq-digression.ts';
import { handoff } from './handoff.ts';
import { identityVerification } from './identity-verification.ts';
import { say } from './say.ts';

const tool = (name: string, more: Partial<ToolSpec> = {}): ToolSpec => ({ name, description: name, ...more });

const document: ConversationDocument = withParts(
  {
    name: 'transfer',
    tools: [
      tool('checkIdentity', { mock: { response: { ok: true } }, saves: { 'user:verified': 'ok' } }),
      tool('transfer'),
      tool('callPerson'),
      tool('lookUp'),
    ],
  },
  say({ id: 'hello', text: 'Good morning.', next: ['legal'] }),
  disclosure({ id: 'legal', text: 'Calls are recorded.', next: ['who'] }),
  identityVerification({
    id: 'who',
    slots: [{ name: 'pin', recogniser: { digits: { min: 4, max: 4 } } }],
    tool: 'checkIdentity',
    attempts: 2,
    escalateTo: 'person',
    next: ['what'],
  }),
  collectFrame({
    id: 'what',
    slots: [
      { name: 'amount', recogniser: 'money' },
      { name: 'to', recogniser: { oneOf: ['Ada', 'Bob'] } },
    ],
    next: ['confirm'],
  }),
  confirmThenCommit({
    id: 'confirm',
    tool: 'transfer',
    binds: { amount: 'amount', to: 'to' },
    next: ['bye'],
  }),
  { stages: [{ id: 'bye', instruction: 'Say goodbye.', terminal: true }] },
  handoff({ id: 'person', tool: 'callPerson' }),
  faqDigression({ name: 'faq', topics: { fees: ['fee', 'fees'] }, tool: 'lookUp' }),
  faqDigression({ name: 'hours', topics: { hours: ['opening hours'] }, instruction: 'Say: nine to five.' }),
);

function simulate(): FlowSimulator {
  const result = compileConversation(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return new FlowSimulator(result.conversation);
}

function verified(): FlowSimulator {
  const call = simulate();
  call.model('Good morning.');
  call.turn();
  call.model('Calls are recorded.');
  call.turn();
  call.user('one two three four');
  call.beginCall({ tool: 'checkIdentity' }, 0);
  call.turn();
  return call;
}

describe('Motifs', () => {
  test('make plain data, which is the same when written out', (context) => {
    verifies(context, 'govern:document:motifs');
    const written: unknown = JSON.parse(JSON.stringify(document));
    expect(written).toEqual(document);
    expect(compileConversation(written)).toEqual(compileConversation(document));
  });

  test('say texts word for word, one after the other', () => {
    const call = simulate();
    call.model('Hello there, how are you?');
    call.turn();
    expect(call.marking.main.active).toEqual(['hello']);
    call.model('Good morning.');
    call.turn();
    expect(call.marking.main.active).toEqual(['legal']);
    const legal = call.flow.main.steps.find(({ id }) => id === 'legal');
    expect(legal?.timing).toEqual({ interruptible: false });
  });

  test('verify an identity by the tool alone, with values that are masked', () => {
    const call = simulate();
    call.model('Good morning.');
    call.turn();
    call.model('Calls are recorded.');
    call.turn();
    expect(call.admit({ tool: 'checkIdentity' }).ok).toBe(false);
    call.user('one two three four');
    expect(call.marking.main.active).toEqual(['who']);
    expect(call.conversation?.redact).toEqual(['pin']);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(call.beginCall({ tool: 'checkIdentity' }).ok).toBe(true);
      call.endCall('checkIdentity', false);
    }
    call.turn();
    expect(call.marking.main.active).toEqual(['person']);
    expect(call.beginCall({ tool: 'callPerson' }, 0).ok).toBe(true);
    call.turn();
    expect(call.marking.main.done).toContain('personEnd');
  });

  test('commit what was agreed to, once, and nothing else', () => {
    const call = verified();
    expect(call.marking.main.active).toEqual(['what']);
    call.user('yes, 40 dollars to Ada');
    expect(call.marking.main.active).toEqual(['confirm']);
    const args = { amount: { amount: 40, currency: 'USD' }, to: 'Ada' };
    expect(call.admit({ tool: 'transfer', args }).ok).toBe(false);
    call.user('yes');
    call.user('make that Bob');
    expect(call.admit({ tool: 'transfer', args: { ...args, to: 'Bob' } }).ok).toBe(false);
    call.user('yes');
    expect(call.admit({ tool: 'transfer', args }).ok).toBe(false);
    expect(call.beginCall({ tool: 'transfer', args: { ...args, to: 'Bob' } }, 0).ok).toBe(true);
    call.turn();
    expect(call.marking.main.done).toContain('bye');
  });

  test('answer questions in between, and go on where they were', () => {
    const call = verified();
    call.user('what are your fees?');
    expect(call.marking.path).toEqual(['faq']);
    expect(call.beginCall({ tool: 'lookUp' }, 0).ok).toBe(true);
    call.turn();
    call.turn();
    expect([call.marking.path, call.marking.main.active]).toEqual([[], ['what']]);
    call.user('and your opening hours?');
    expect(call.marking.path).toEqual(['hours']);
    call.user('40 dollars');
    expect([call.marking.path, call.marking.main.active]).toEqual([[], ['what']]);
    expect(call.state.get('amount')).toMatchObject({ amount: 40 });
  });

  test('join frames of one name', () => {
    const frames = (name: string) => ({ frames: { f: { slots: [{ name }] } } });
    expect(withParts({ name: 'x', ...frames('a') }, frames('b')).frames).toEqual({
      f: { slots: [{ name: 'a' }, { name: 'b' }] },
    });
  });
});
