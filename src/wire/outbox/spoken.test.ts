import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { modelProfile } from '../model/profile.ts';
import { EMPTY_OUTBOX, isSettled, learn, type OutboxNews } from './outbox.ts';
import type { OutboxState } from './outbox-state.ts';
import { replay } from './replay.ts';

const said = (words: string): OutboxNews => ({ type: 'heard', words });
const HANDLE: OutboxNews = { type: 'handle' };
const BEGAN: OutboxNews = { type: 'modelBegan' };
const COMPLETE: OutboxNews = { type: 'turnComplete' };
const GENERATED: OutboxNews = { type: 'generated' };
const COUNTED: OutboxNews = { type: 'counted' };
const CUT: OutboxNews = { type: 'interrupted' };

const given = (...news: OutboxNews[]): OutboxState =>
  news.reduce<OutboxState>((state, next, at) => learn(state, next, at * 100), {
    ...EMPTY_OUTBOX,
    crossMs: 50,
  });

/** What a resumed session is told, and whether it is asked. */
function told(
  state: OutboxState,
  mayAsk = true,
): { readonly frames: readonly unknown[]; readonly nudge: boolean } {
  const profile = modelProfile('gemini-3.8-live', 'googleAi');
  const {
    ids,
    nudge,
    state: next,
  } = replay(state, {
    ...{ resumed: true, reseeded: false, lostCalls: [], openCalls: [], crossMs: 50 },
    ...{ mayAsk, nowMs: 10_000, profile },
  });
  const frames = next.entries
    .filter(({ id }) => ids.includes(id))
    .map(({ frame }) => JSON.parse(frame) as unknown);
  return { frames, nudge: nudge !== undefined };
}

const turnOf = (text: string, turnComplete: boolean) => ({
  clientContent: { turns: [{ role: 'user', parts: [{ text }] }], turnComplete },
});

describe('What the user said aloud', () => {
  test('is told and asked again while the model has not answered it', (context) => {
    verifies(context, 'wire:outbox:spoken');
    const state = given(said(' A table'), said(' for two.'));
    expect(told(state)).toEqual({ frames: [turnOf('A table for two.', true)], nudge: false });
    expect(told(state, false).frames).toEqual([turnOf('A table for two.', false)]);
  });

  test('is told and not asked again once it was answered, until a handle holds it', (context) => {
    verifies(context, 'wire:outbox:spoken');
    const answered = [said('One.'), BEGAN, COMPLETE];
    expect(told(given(...answered))).toEqual({ frames: [turnOf('One.', false)], nudge: false });
    expect(isSettled(given(...answered, HANDLE))).toBe(true);
  });

  test('is whole also when its last words come behind the beginning of the answer', (context) => {
    verifies(context, 'wire:outbox:spoken');
    expect(told(given(said('One'), BEGAN, said(' and two.'))).frames).toEqual([turnOf('One and two.', true)]);
  });

  test('is of the next turn when it cut the answer off', (context) => {
    verifies(context, 'wire:outbox:spoken');
    const state = given(said('One.'), BEGAN, CUT, COMPLETE, HANDLE, said('Two.'));
    expect(told(state).frames).toEqual([turnOf('Two.', true)]);
  });

  test('is asked for and not told when a handle came after it', (context) => {
    verifies(context, 'wire:outbox:spoken');
    expect(told(given(said('One.'), HANDLE))).toEqual({ frames: [], nudge: true });
  });

  test('is not in a handle that comes while it is being answered: that one is late', (context) => {
    verifies(context, 'wire:outbox:spoken');
    expect(told(given(said('One.'), BEGAN, HANDLE)).frames).toEqual([turnOf('One.', true)]);
  });

  test('is in the handle that follows the whole answer, though no turnComplete came: it was sent twice', (context) => {
    verifies(context, 'wire:outbox:spoken');
    const ended = given(said('One.'), BEGAN, GENERATED, COUNTED, HANDLE);
    expect(isSettled(ended)).toBe(true);
    expect(told(ended)).toEqual({ frames: [], nudge: false });
    // The cost of a turn may be told in its midst, and a handle may be late behind the last word.
    expect(told(given(said('One.'), BEGAN, COUNTED, GENERATED, HANDLE)).frames).toHaveLength(1);
    expect(told(given(said('One.'), BEGAN, GENERATED, COUNTED, BEGAN, HANDLE)).frames).toHaveLength(1);
  });

  test('is in no handle that counts fewer messages, though it was answered: it was lost to a handle that lagged', (context) => {
    verifies(context, 'wire:outbox:spoken');
    const heard = learn({ ...EMPTY_OUTBOX, crossMs: 50 }, said('One.'), 0, 7);
    const lagging = { ...HANDLE, index: 6 };
    const answered = [BEGAN, COMPLETE].reduce((state, news) => learn(state, news, 500, 9), heard);
    expect(told(learn(answered, lagging, 900, 9)).frames).toEqual([turnOf('One.', false)]);
    expect(isSettled(learn(answered, { ...HANDLE, index: 7 }, 900, 9))).toBe(true);
    expect(told(learn(heard, lagging, 900, 9)).frames).toEqual([turnOf('One.', true)]);
  });

  test('counts as answered by a turn that said nothing', (context) => {
    verifies(context, 'wire:outbox:spoken');
    expect(isSettled(given(said('One.'), COMPLETE, HANDLE))).toBe(true);
  });
});
