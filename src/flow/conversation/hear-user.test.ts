import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { initialFlowState } from '../monitor/step-flow.ts';
import { PlainState } from '../scenario/plain-state.ts';
import type { JsonValue } from '../state-reader.ts';
import { compileConversation } from './compile-conversation.ts';
import type { CompiledConversation } from './compiled-conversation.ts';
import type { SlotDefinition } from './conversation-document.ts';
import { type Hearing, hearUser } from './hear-user.ts';

/** Two stages, the first of which collects `asked`, the second `later`. */
function conversationOf(asked: readonly SlotDefinition[], later: readonly SlotDefinition[] = []) {
  const result = compileConversation({
    name: 'heard',
    timeZone: 'Europe/Berlin',
    inputs: ['go', ...[...asked, ...later].map(({ name, stateKey }) => stateKey ?? name)],
    frames: { asked: { slots: asked }, later: { slots: later } },
    stages: [
      { id: 'first', frame: 'asked', done: { isSet: 'go' }, next: ['second'] },
      { id: 'second', frame: 'later', done: { isSet: 'go' }, next: ['end'] },
      { id: 'end', terminal: true },
    ],
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.conversation;
}

/** 5 March 2026, noon in Berlin. */
const NOW_MS = Date.UTC(2026, 2, 5, 11);

function listener(conversation: CompiledConversation, stage = 'first') {
  const state = new PlainState([]);
  const idle = initialFlowState(conversation.flow);
  const marking = { ...idle, main: { ...idle.main, active: [stage] } };
  return {
    state,
    say(words: string): Hearing {
      const hearing = hearUser(conversation, words, state, marking, NOW_MS);
      state.apply(hearing.effects);
      return hearing;
    },
    get: (key: string): JsonValue | undefined => state.get(key),
  };
}

const guests: SlotDefinition = { name: 'guests', recogniser: { integer: { anchors: ['people', 'guests'] } } };

describe('What the user says', () => {
  test('fills slots, with how they are known', (context) => {
    verifies(context, 'govern:document:hear');
    const { say, get } = listener(
      conversationOf([guests, { name: 'day', stateKey: 'app:day', recogniser: 'dateTime' }]),
    );
    const { promotions } = say('four people, tomorrow at seven in the evening');
    expect([get('guests'), get('app:day')]).toEqual([4, '2026-03-06T19:00']);
    expect(get('stateMeta:guests')).toEqual({
      source: 'recogniser:integer',
      field: 'guests',
      confidence: 0.95,
    });
    expect(promotions.map(({ slot, accepted }) => [slot, accepted])).toEqual([
      ['guests', true],
      ['day', true],
    ]);
  });

  test('replaces what was said before, unless the first word counts', () => {
    const { say, get } = listener(
      conversationOf([
        guests,
        { name: 'size', recogniser: { oneOf: ['small', 'large'] }, correctable: false },
      ]),
    );
    say('two people, small');
    const { promotions } = say('no, five people, and large');
    expect([get('guests'), get('size')]).toEqual([5, 'small']);
    expect(promotions.map(({ slot }) => slot)).toEqual(['guests']);
    expect(say('five guests').promotions[0]).toMatchObject({
      accepted: false,
      reason: 'an equivalent value is already known',
    });
  });

  test('fills what nobody has asked for only where it can be nothing else', () => {
    const later: readonly SlotDefinition[] = [
      guests,
      { name: 'ok', recogniser: 'yesNo' },
      { name: 'count', recogniser: 'integer' },
      { name: 'pin', recogniser: 'digits' },
      { name: 'phone', recogniser: 'phone' },
      { name: 'mail', recogniser: 'email' },
      { name: 'quiet', recogniser: { oneOf: ['window'] }, heard: 'whileAsked' },
      { name: 'open', recogniser: 'yesNo', heard: 'anytime' },
    ];
    const { say } = listener(conversationOf([], later));
    const heard = say('yes, two people at the window, 555 123 4567, ada@example.com').promotions;
    expect(heard.map(({ slot }) => slot)).toEqual(['guests', 'mail', 'open']);
    expect(say('no').promotions.map(({ slot }) => slot)).toEqual(['open']);
  });

  test("is one slot's: the asked one before others, the empty one before full ones", () => {
    const day = (name: string): SlotDefinition => ({ name, recogniser: 'dateTime' });
    const conversation = conversationOf([day('from'), day('to')], [day('back')]);
    const first = listener(conversation);
    first.say('march 10');
    expect([first.get('from'), first.get('to')]).toEqual(['2026-03-10', undefined]);
    first.say('march 12');
    expect([first.get('from'), first.get('to')]).toEqual(['2026-03-10', '2026-03-12']);
    // Nobody knows which is meant.
    expect(first.say('march 14').promotions).toEqual([]);
    expect(first.get('back')).toBeUndefined();
    const second = listener(conversation, 'second');
    second.say('march 20');
    second.say('no, march 21');
    expect([second.get('from'), second.get('back')]).toEqual([undefined, '2026-03-21']);
  });

  test("of digits is the asked slot's, whoever else would take them", () => {
    const conversation = conversationOf(
      [{ name: 'account', recogniser: { digits: { min: 8, max: 8 } } }],
      [{ name: 'phone', recogniser: 'phone', heard: 'anytime' }],
    );
    const { say, get } = listener(conversation);
    say('1234 5678');
    expect([get('account'), get('phone')]).toEqual(['12345678', undefined]);
  });

  test('does not count where its validator refuses it', () => {
    const { say, get } = listener(
      conversationOf([
        { name: 'amount', recogniser: 'money', validator: { min: 50, max: 100 } },
        {
          name: 'code',
          recogniser: { pattern: '[A-Z]+\\d+' },
          validator: { minLength: 3, maxLength: 5, pattern: '7$' },
        },
        { name: 'kind', recogniser: { oneOf: ['a b', 'c d'] }, validator: { oneOf: ['C-D'] } },
      ]),
    );
    say('40 dollars, AB6, a b');
    say('400 dollars, ABCD67, a b');
    expect(say('A7').promotions).toEqual([]);
    say('60 dollars, AB7, c d');
    expect([get('amount'), get('code'), get('kind')]).toEqual([
      { amount: 60, currency: 'USD' },
      'AB7',
      'c d',
    ]);
  });

  test('is read back where the slot says so, and confirmed by a yes in a later turn', () => {
    const { say, get } = listener(conversationOf([{ ...guests, confirm: 'always' }]));
    say('yes, four people');
    expect(get('guests:confirmed')).toBeUndefined();
    say('yes');
    expect(get('guests:confirmed')).toBe(true);
    say('five people');
    expect(get('guests:confirmed')).toBeUndefined();
    say('five people, I said');
    expect(get('guests:confirmed')).toBe(true);
  });

  test('is not agreed to by a no: a single value is gone, of several nobody knows which', () => {
    const day: SlotDefinition = { name: 'day', recogniser: 'dateTime', confirm: 'always' };
    const one = listener(conversationOf([{ ...guests, confirm: 'always' }]));
    one.say('four people');
    one.say('no');
    expect([one.get('guests'), one.get('stateMeta:guests')]).toEqual([undefined, undefined]);
    const two = listener(conversationOf([{ ...guests, confirm: 'always' }, day]));
    two.say('four people on march 10');
    two.say('no');
    expect([two.get('guests'), two.get('guests:confirmed'), two.get('day:confirmed')]).toEqual([
      4,
      undefined,
      undefined,
    ]);
    two.say('no, five people');
    expect([two.get('guests'), two.get('day')]).toEqual([5, '2026-03-10']);
    two.say('yes');
    expect([two.get('guests:confirmed'), two.get('day:confirmed')]).toEqual([true, true]);
  });

  test('confirms before it answers another question of the same stage', () => {
    const { say, get } = listener(
      conversationOf([
        { ...guests, confirm: 'always' },
        { name: 'vegan', recogniser: 'yesNo' },
      ]),
    );
    say('four people');
    say('yes');
    expect([get('guests:confirmed'), get('vegan')]).toEqual([true, undefined]);
    say('no');
    expect([get('guests'), get('vegan')]).toEqual([4, false]);
  });

  test('is read back only when unsure, or corrected', () => {
    const { say, get } = listener(
      conversationOf([{ name: 'size', recogniser: { oneOf: ['small', 'large'] }, confirm: 'lowConfidence' }]),
    );
    say('small or large');
    expect([get('size'), get('size:confirmed')]).toEqual(['small', undefined]);
    say('yes');
    expect(get('size:confirmed')).toBe(true);
    const sure = listener(
      conversationOf([{ name: 'size', recogniser: { oneOf: ['small', 'large'] }, confirm: 'lowConfidence' }]),
    );
    sure.say('small');
    expect(sure.get('size:confirmed')).toBe(true);
    sure.say('large');
    expect([sure.get('size'), sure.get('size:confirmed')]).toEqual(['large', undefined]);
  });

  test('confirms what an extractor or the application has found, too', () => {
    const { say, get, state } = listener(conversationOf([{ name: 'street', confirm: 'always' }]));
    state.set('street', 'Long Lane 5');
    say('yes');
    expect(get('street:confirmed')).toBe(true);
  });

  test('in a digression is heard by the digression', () => {
    const result = compileConversation({
      name: 'x',
      inputs: ['ask'],
      frames: {
        f: {
          slots: [
            { name: 'a', recogniser: 'yesNo' },
            { name: 'b', recogniser: 'yesNo' },
          ],
        },
      },
      stages: [
        { id: 'first', collect: ['a'], next: ['end'] },
        { id: 'end', terminal: true },
      ],
      digressions: [
        {
          name: 'd',
          trigger: { isTrue: 'ask' },
          stages: [
            { id: 'inner', collect: ['b'], next: ['out'] },
            { id: 'out', terminal: true },
          ],
        },
      ],
    });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    const idle = initialFlowState(result.conversation.flow);
    const layer = { ...idle.main, active: ['inner'] };
    const marking = {
      ...idle,
      main: { ...idle.main, active: ['first'] },
      path: ['d'],
      digressions: { d: layer },
    };
    const { promotions } = hearUser(result.conversation, 'yes', new PlainState([]), marking);
    expect(promotions.map(({ slot }) => slot)).toEqual(['b']);
  });

  test('is the same to a later listener: nothing is kept between turns', () => {
    const conversation = conversationOf(
      [
        { ...guests, confirm: 'always' },
        { name: 'day', recogniser: 'dateTime', confirm: 'lowConfidence' },
      ],
      [{ name: 'ok', recogniser: 'yesNo' }],
    );
    const words = fc.constantFrom(
      'yes',
      'no',
      'four people',
      'five guests',
      'tomorrow',
      'march 10 at 5',
      '',
      'no, six people',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), fc.constantFrom('first', 'second'), (turns, stage) => {
        const one = listener(conversation, stage);
        for (const turn of turns) one.say(turn);
        const other = listener(conversation, stage);
        for (const turn of turns) other.say(turn);
        expect(other.state.entries()).toEqual(one.state.entries());
        // A confirmed value is there, and was not changed since.
        if (one.get('guests:confirmed') === true) expect(one.get('guests')).toBeDefined();
      }),
      { numRuns: 200 },
    );
  });

  test('is cut where it is too long to be meant', () => {
    const { say, get } = listener(conversationOf([guests]));
    say(`four people ${'la '.repeat(100_000)}`);
    expect(get('guests')).toBeUndefined();
    say(`${'la '.repeat(100_000)} four people`);
    expect(get('guests')).toBe(4);
  });
});
