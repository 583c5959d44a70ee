import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { modelProfile } from '../model/profile.ts';
import { EMPTY_OUTBOX, keep, learn, type NewEntry, written } from './outbox.ts';
import type { OutboxState } from './outbox-state.ts';
import { type NewSession, replay } from './replay.ts';
import { asTurn } from './turn-frame.ts';

const MODELS = ['gemini-3.8-live', 'gemini-2.5-flash-native-audio', 'gemini-3.1-flash-live-preview'];
const RESPONSE: NewEntry = {
  kind: 'toolResponse',
  frame: JSON.stringify({
    toolResponse: { functionResponses: [{ id: 'c1', name: 'look', response: { found: 1 } }] },
  }),
  calls: ['c1'],
  asks: true,
};
const TEXT: NewEntry = {
  kind: 'turn',
  frame: JSON.stringify({ realtimeInput: { text: 'And then?' } }),
  calls: [],
  asks: true,
};

/** A tool response whose answer the user has cut off, in a handle that came well after it. */
function savedAndCutOff(): OutboxState {
  const asked = learn(keep(EMPTY_OUTBOX, RESPONSE), { type: 'called', calls: ['c1'] }, 0);
  const sent = written({ ...asked, crossMs: 50 }, 1, 3, 0);
  const cut = learn(learn(sent, { type: 'interrupted' }, 200), { type: 'turnComplete' }, 200);
  return learn(cut, { type: 'handle' }, 200);
}

function resumedOn(
  model: string,
  state: OutboxState,
  session: Partial<NewSession> = {},
): ReturnType<typeof replay> {
  const profile = modelProfile(model, 'googleAi');
  return replay(state, {
    resumed: true,
    reseeded: false,
    lostCalls: [],
    openCalls: [],
    crossMs: 50,
    mayAsk: true,
    nowMs: 1_000,
    profile,
    ...session,
  });
}

describe.each(MODELS)('On %s, after a connection is lost', (model) => {
  test('a tool response that the handle holds is not sent twice, though nobody answered it', (context) => {
    verifies(context, 'wire:outbox:once');
    const { ids, nudge, counts } = resumedOn(model, savedAndCutOff());
    expect(ids).toEqual([]);
    expect(counts).toEqual({ turns: 0, toolResponses: 0 });
    expect(nudge).toBeDefined();
    expect(nudge).not.toContain('found');
  });

  test('a tool response that two handles held is told to a fresh session: it was lost while nobody had answered it', (context) => {
    verifies(context, 'wire:outbox:once');
    const held = learn(savedAndCutOff(), { type: 'handle' }, 400);
    const { ids, state } = resumedOn(model, held, { resumed: false, lostCalls: ['c1'] });
    expect(ids).toEqual([1]);
    expect(state.entries[0]?.frame).toContain('found');
    expect(resumedOn(model, held).ids).toEqual([]);
  });

  test('the turn of the user that follows it asks, and nothing else', (context) => {
    verifies(context, 'wire:outbox:once');
    const asked = written(keep(savedAndCutOff(), TEXT), 2, 4, 190);
    const { ids, nudge } = resumedOn(model, asked);
    expect(ids).toEqual([2]);
    expect(nudge).toBeUndefined();
  });
});

test('a tool response is not answered by the end of the turn that called it: it was lost with the answer', (context) => {
  verifies(context, 'wire:outbox:once');
  const called = learn({ ...EMPTY_OUTBOX, crossMs: 50 }, { type: 'modelBegan' }, 0);
  const sent = written(keep(called, RESPONSE), 1, 3, 900);
  const speaking = learn(learn(sent, { type: 'turnComplete' }, 900), { type: 'modelBegan' }, 1_000);
  const { ids } = resumedOn('gemini-live-2.5-flash-native-audio', speaking, {
    resumed: false,
    reseeded: true,
  });
  expect(ids).toEqual([1]);
});

test('a handle that is late behind the next answer holds what came before that: a result was sent twice', (context) => {
  verifies(context, 'wire:outbox:once');
  const sent = written(keep({ ...EMPTY_OUTBOX, crossMs: 50 }, RESPONSE), 1, 3, 0);
  const cut = learn(learn(sent, { type: 'interrupted' }, 800), { type: 'turnComplete' }, 800);
  const asked = learn(written(keep(cut, TEXT), 2, 4, 800), { type: 'modelBegan' }, 950);
  const state = learn(asked, { type: 'handle' }, 1_300);
  expect(resumedOn('gemini-3.8-live', state).ids).toEqual([2]);
});

test('what needs no answer says so once, however often it is sent again', (context) => {
  verifies(context, 'wire:outbox:once');
  const profile = modelProfile('gemini-3.1-flash-live-preview', 'googleAi');
  const once = asTurn(TEXT.frame, false, profile);
  expect(asTurn(asTurn(once, false, profile), false, profile)).toBe(once);
  expect(asTurn(once, true, profile)).toBe(TEXT.frame);
});
