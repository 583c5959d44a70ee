import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/index.ts';
import { State } from '../state/state.ts';
import { Redactor } from './redactor.ts';
import { Transcripts } from './transcripts.ts';

function setup() {
  const clock = new ManualClock();
  return { clock, words: new Transcripts({ clock }) };
}

describe('Assembly', () => {
  test('joins the pieces of both sides, spaces as they come', (context) => {
    verifies(context, 'record:transcript:assembled');
    const { words } = setup();
    words.userSaid("What's the");
    words.userSaid(' weather?');
    words.modelSaid('It is ');
    words.modelSaid('sunny.');
    expect(words.current()).toEqual({
      number: 1,
      user: "What's the weather?",
      model: 'It is sunny.',
      tools: [],
      interrupted: false,
      startedMs: 0,
    });
    expect(words.close(1)).toEqual({ user: "What's the weather?", model: 'It is sunny.' });
    expect(words.current()).toBeUndefined();
  });

  test('replaces an interim piece by the next one, and settles it by what is none', (context) => {
    verifies(context, 'record:transcript:assembled');
    const { words } = setup();
    words.userSaid('Hello. ');
    words.userSaid('wear', { interim: true });
    words.userSaid('where is', { interim: true });
    expect(words.current()?.user).toBe('Hello. where is');
    words.userSaid('Where is it?');
    expect(words.close(1).user).toBe('Hello. Where is it?');
  });

  test('gives the whole of the pieces, redacted, as it gives the pieces themselves', (context) => {
    verifies(context, 'record:redaction:stream');
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('4242', ' ', '42', 'four ', 'my card ', '1'), { maxLength: 30 }),
        (pieces) => {
          const { words } = setup();
          const redactor = new Redactor(new State(), { cards: true, digitRuns: 9 });
          const shown = pieces.map((piece) => {
            words.userSaid(piece);
            return redactor.push('userWords', piece);
          });
          expect(shown.join('') + redactor.flush('userWords')).toBe(redactor.text(words.close(1).user));
        },
      ),
    );
  });

  test('takes typed text for words of the user, each on its line', () => {
    const { words } = setup();
    words.userTyped('Hi');
    words.userTyped('there');
    words.modelSaid('Hello');
    expect(words.close(1)).toEqual({ user: 'Hi\nthere', model: 'Hello' });
  });

  test('keeps the tools that answered, in short', (context) => {
    verifies(context, 'record:transcript:bounded');
    const { words } = setup();
    words.toolAnswered('weather', { city: 'Oslo', text: 'x'.repeat(300) });
    words.toolAnswered('note', 'saved');
    const tools = words.current()?.tools;
    expect(tools?.map(({ name, summary }) => [name, summary.length])).toEqual([
      ['weather', 200],
      ['note', 5],
    ]);
    expect(tools?.[0]?.summary.slice(0, 16)).toBe('{"city":"Oslo","');
  });

  test('cuts no secret in two in a summary', () => {
    const redactor = new Redactor(new State(), { cards: true });
    const words = new Transcripts({
      clock: new ManualClock(),
      cutLength: (text, length) => redactor.cutLength(text, length),
    });
    words.toolAnswered('pay', `${'x'.repeat(190)}4242424242424242`);
    expect(words.current()?.tools[0]?.summary).toBe('x'.repeat(190));
  });

  test('remembers 50 turns, and of endless words the newest', (context) => {
    verifies(context, 'record:transcript:bounded');
    const { words } = setup();
    for (let turn = 1; turn <= 60; turn++) {
      words.userSaid(`turn ${turn}`);
      words.close(turn);
    }
    expect(words.window(100).map(({ number }) => number)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 11),
    );
    for (let piece = 0; piece < 4000; piece++) words.userSaid(`piece ${piece} of a talk without end. `);
    const { user } = words.close(61);
    expect(user.length).toBeLessThanOrEqual(65_536);
    expect(user.endsWith('piece 3999 of a talk without end. ')).toBe(true);
  });

  test('gives the last turns, with the one in progress when asked for, as they were then', () => {
    const { words } = setup();
    for (const turn of [1, 2, 3]) {
      words.modelSaid(`model ${turn}`);
      words.close(turn);
    }
    words.userSaid('now');
    const window = words.window(2, { includeCurrent: true });
    expect(window.map(({ number, user, model }) => [number, user, model])).toEqual([
      [3, '', 'model 3'],
      [4, 'now', ''],
    ]);
    words.userSaid(' or never');
    expect(window[1]?.user).toBe('now');
    expect(words.window(2).map(({ number }) => number)).toEqual([2, 3]);
    expect(words.window(1, { includeCurrent: true }).map(({ number }) => number)).toEqual([4]);
    expect(words.window(0, { includeCurrent: true })).toEqual([]);
  });

  test('leaves turns without words and tools out, and numbers as the session does', () => {
    const words = new Transcripts({ clock: new ManualClock(), firstTurn: 8 });
    expect(words.close(8)).toEqual({ user: '', model: '' });
    words.userSaid('hi');
    expect(words.current()?.number).toBe(9);
    words.close(11);
    expect(words.close(11)).toEqual({ user: '', model: '' });
    expect(words.window(9).map(({ number }) => number)).toEqual([11]);
  });
});

describe('Late words', () => {
  test('that come after the answer has begun are of the turn', (context) => {
    verifies(context, 'record:transcript:lateWords');
    const { words } = setup();
    words.speechStarted();
    words.userSaid('What time');
    words.modelSaid('It is ');
    expect(words.userSaid(' is it?')).toBe(1);
    words.modelSaid('nine.');
    expect(words.close(1)).toEqual({ user: 'What time is it?', model: 'It is nine.' });
  });

  test('that trail the end of their turn are put into it, when the user has not begun anew', (context) => {
    verifies(context, 'record:transcript:lateWords');
    const { clock, words } = setup();
    words.speechStarted();
    words.userSaid('What time');
    words.modelSaid('Nine.');
    words.close(1);
    clock.advance(1999);
    expect(words.userSaid(' is it?')).toBe(1);
    expect(words.window(1)[0]?.user).toBe('What time is it?');
    clock.advance(1);
    expect(words.userSaid('Thanks')).toBe(2);
    expect(words.window(1, { includeCurrent: true })[0]?.user).toBe('Thanks');
  });

  test('make a turn out of what seemed empty', () => {
    const { words } = setup();
    words.speechStarted();
    words.modelBegan();
    words.close(1);
    expect(words.window(1)).toEqual([]);
    expect(words.userSaid('Hello')).toBe(1);
    expect(words.window(1)).toMatchObject([{ number: 1, user: 'Hello' }]);
  });

  test('that follow the end of a turn are of the next one when nothing detects speech', () => {
    const { words } = setup();
    words.userSaid('Hi');
    words.modelSaid('Hello.');
    words.close(1);
    expect(words.userSaid('Bye')).toBe(2);
  });

  test('settle the interim words that they belong to', () => {
    const { clock, words } = setup();
    words.userSaid('what tim', { interim: true });
    words.modelSaid('Nine.');
    expect(words.close(1).user).toBe('what tim');
    clock.advance(600);
    words.speechStarted();
    expect(words.userSaid('What time is it?')).toBe(1);
    expect(words.userSaid('Thanks')).toBe(2);
    expect(words.window(2, { includeCurrent: true }).map(({ user }) => user)).toEqual([
      'What time is it?',
      'Thanks',
    ]);
  });

  test('after the user began anew are of the new turn, however soon', (context) => {
    verifies(context, 'record:transcript:lateWords');
    const { words } = setup();
    words.speechStarted();
    words.userSaid('Hi');
    words.modelSaid('Hello.');
    words.close(1);
    words.speechStarted();
    expect(words.userSaid('Bye')).toBe(2);
  });

  test('of a user who cuts in are of the next turn, before and after the end of this one', (context) => {
    verifies(context, 'record:transcript:lateWords');
    const { words } = setup();
    words.userSaid('Tell me a story');
    words.modelSaid('Once upon a time');
    words.interrupted();
    expect(words.userSaid('No')).toBe(2);
    expect(words.close(1)).toEqual({ user: 'Tell me a story', model: 'Once upon a time' });
    expect(words.userSaid(', stop')).toBe(2);
    words.modelSaid('All right');
    expect(words.close(2)).toEqual({ user: 'No, stop', model: 'All right' });
    expect(words.window(2).map(({ interrupted }) => interrupted)).toEqual([true, false]);
  });

  test('that are typed or begun while the model speaks are of the next turn', () => {
    const { words } = setup();
    words.modelSaid('Welcome');
    expect(words.userTyped('Order tea')).toBe(2);
    expect(words.turn(2)?.user).toBe('Order tea');
    expect(words.close(1)).toEqual({ user: '', model: 'Welcome' });
    words.modelSaid('Tea it is');
    words.speechStarted();
    expect(words.userSaid('and cake')).toBe(3);
    expect(words.close(2)).toEqual({ user: 'Order tea', model: 'Tea it is' });
    expect(words.current()?.user).toBe('and cake');
    expect([1, 2, 3, 4].map((number) => words.turn(number)?.user)).toEqual([
      '',
      'Order tea',
      'and cake',
      undefined,
    ]);
  });

  test('never get lost: every word is in exactly one turn', (context) => {
    verifies(context, 'record:transcript:lateWords');
    const step = fc.constantFrom(
      'start',
      'say',
      'guess',
      'type',
      'model',
      'cutIn',
      'close',
      'wait',
      'waitLong',
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, words } = setup();
        const spoken: string[] = [];
        let turn = 1;
        const word = () => `<${spoken.push('') - 1}>`;
        for (const name of steps) {
          if (name === 'start') words.speechStarted();
          else if (name === 'say') words.userSaid(word());
          else if (name === 'guess') words.userSaid('?', { interim: true });
          else if (name === 'type') words.userTyped(word());
          else if (name === 'model') words.modelSaid('m');
          else if (name === 'cutIn') words.interrupted();
          else if (name === 'close') words.close(turn++);
          else clock.advance(name === 'wait' ? 100 : 3000);
        }
        words.close(turn++);
        words.close(turn);
        const turns = words.window(50);
        const found = turns.flatMap(({ user }) => user.match(/<\d+>/g) ?? []);
        expect(found.toSorted()).toEqual(spoken.map((_, index) => `<${index}>`).toSorted());
        const numbers = turns.map(({ number }) => number);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});

describe('What was heard', () => {
  test('is left of the words of a turn, in progress or ended', (context) => {
    verifies(context, 'record:transcript:heard');
    const { words } = setup();
    words.modelSaid('Once upon a time');
    words.interrupted();
    words.cut(1, 'Once upon');
    expect(words.close(1).model).toBe('Once upon');
    words.modelSaid('Two for the price of one');
    words.close(2);
    words.cut(2, 'Two');
    words.cut(7, 'nothing');
    expect(words.window(2)).toMatchObject([
      { model: 'Once upon', interrupted: true },
      { model: 'Two', interrupted: true },
    ]);
  });

  test('has no half of a secret at its end', (context) => {
    verifies(context, 'record:transcript:heard');
    const redactor = new Redactor(new State(), { cards: true });
    const words = new Transcripts({
      clock: new ManualClock(),
      cutLength: (text, length) => redactor.cutLength(text, length),
    });
    words.modelSaid('I have 4242 4242 4242 4242 on file');
    words.cut(1, 'I have 4242 4242 42');
    expect(words.close(1).model).toBe('I have ');
  });
});

describe('Counting for repair', () => {
  test('leaves out the greeting, the voicing of a result, and turns that nothing came of', (context) => {
    verifies(context, 'record:transcript:repair');
    const { words } = setup();
    let turn = 0;
    const counts = (talk: () => void) => {
      talk();
      words.close(++turn);
      return words.countsForRepair();
    };
    expect(words.countsForRepair()).toBe(false);
    expect(counts(() => words.modelSaid('Welcome!'))).toBe(false);
    expect(counts(() => words.userSaid('Hi'))).toBe(true);
    expect(counts(() => words.modelSaid('Are you there?'))).toBe(true);
    expect(counts(() => words.toolAnswered('weather', 'sunny'))).toBe(false);
    expect(counts(() => words.modelSaid('It is sunny.'))).toBe(false);
    expect(counts(() => undefined)).toBe(false);
  });

  test('takes every turn when nothing is transcribed', (context) => {
    verifies(context, 'record:transcript:repair');
    const { words } = setup();
    words.modelBegan();
    words.close(1);
    expect(words.countsForRepair()).toBe(true);
    words.toolAnswered('weather', 'sunny');
    words.close(2);
    expect(words.countsForRepair()).toBe(true);
  });
});
