import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { cutAtWord } from './heard-text.ts';
import { PlaybackLedger } from './playback-ledger.ts';

const BYTES_PER_MS = 48;

function heard(ms: number, ofMs: number): { clock: ManualClock; ledger: PlaybackLedger } {
  const clock = new ManualClock();
  const ledger = new PlaybackLedger({ clock });
  ledger.onAudio(ofMs * BYTES_PER_MS, 24_000, 1, 0);
  clock.advance(ms);
  ledger.interrupted(1);
  return { clock, ledger };
}

describe('the cut', () => {
  test('falls behind the last whole word', () => {
    const text = 'Hello, my name is Ada. And yours?';
    expect(cutAtWord(text, 4)).toBe('');
    expect(cutAtWord(text, 5)).toBe('Hello');
    expect(cutAtWord(text, 8)).toBe('Hello,');
    expect(cutAtWord(text, 9)).toBe('Hello, my');
    expect(cutAtWord(text, 21)).toBe('Hello, my name is Ada');
    expect(cutAtWord(text, 999)).toBe(text);
    expect(cutAtWord("I don't know", 5)).toBe('I');
  });

  test('needs no spaces in scripts without them and splits no character', () => {
    expect(cutAtWord('私の名前はエイダです', 4)).toBe('私の名前');
    expect(cutAtWord('東京 Tokyo 𠮷野家', 10)).toBe('東京 Tokyo');
    expect(cutAtWord('สวัสดี', 5)).toBe('สวัส');
  });

  test('is always a prefix, never longer, and nothing changes at a boundary that was reached', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 40 }), (text, characters) => {
        const cut = cutAtWord(text, characters);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.length).toBeLessThanOrEqual(Math.max(0, characters));
        if (cut !== text) expect(cutAtWord(text, cut.length)).toBe(cut);
        expect(cut).not.toMatch(/[\uD800-\uDBFF]$/);
      }),
    );
  });
});

describe('heard text', () => {
  test('a turn that went on after an interruption by nobody was never cut again', () => {
    const clock = new ManualClock();
    const ledger = new PlaybackLedger({ clock });
    ledger.onAudio(4000 * BYTES_PER_MS, 24_000, 1, 0);
    clock.advance(500);
    expect(ledger.interrupted(1)).toEqual({ turn: 1, heardMs: 500, receivedMs: 4000 });
    clock.advance(1000);
    ledger.onAudio(3000 * BYTES_PER_MS, 24_000, 1, 1);
    ledger.generationComplete(1);
    clock.advance(500);
    expect(ledger.interrupted(2)).toEqual({ turn: 1, heardMs: 1000, receivedMs: 3500 });
    // Seven words in 3.5 s, of which one second was heard.
    expect(ledger.heardText(1, 'aaaa bbbb cccc dddd eeee ffff gggg')).toBe('aaaa bbbb');
    expect(ledger.interrupted(3)).toBeUndefined();
  });

  test('follows 16 characters a second as long as nothing better is known', (context) => {
    verifies(context, 'voice:playback:heardText');
    const { ledger } = heard(1000, 5000);
    expect(ledger.heardText(1, 'The quick brown fox jumps over the lazy dog')).toBe('The quick brown');
  });

  test('follows the speed of the voice once two seconds of whole turns have shown it', () => {
    const { clock, ledger } = heard(0, 0);
    const say = (turn: number, ms: number, text: string): void => {
      ledger.onAudio(ms * BYTES_PER_MS, 24_000, turn, turn * 10);
      clock.advance(ms);
      ledger.turnEnded(turn, text);
    };
    say(2, 400, 'much too short to be counted, so this says nothing');
    say(3, 1500, '123456789012345');
    say(3, 1, '123456789012345');
    expect(cutOfNext(ledger, clock, 4)).toBe('12345 7890 2345');
    say(5, 1000, '1234567890');
    expect(cutOfNext(ledger, clock, 6)).toBe('12345 7890');
  });

  test('follows the share of the audio when the model had generated it all', () => {
    const { ledger } = heard(2000, 4000);
    ledger.generationComplete(1);
    expect(ledger.heardText(1, 'one two three four five six')).toBe('one two three');
  });

  test('is capped by the audio received: a transcript that ran ahead was not heard', () => {
    const { ledger } = heard(9000, 500);
    expect(ledger.heardText(1, 'one two three four')).toBe('one two');
  });

  test('is everything when all of a generated turn was heard', () => {
    const { ledger } = heard(500, 500);
    ledger.generationComplete(1);
    expect(ledger.heardText(1, 'one two three four')).toBe('one two three four');
  });

  test('is uncut without audio, and empty without text', () => {
    const { ledger } = heard(100, 1000);
    expect(ledger.heardText(7, 'never spoken')).toBe('never spoken');
    expect(ledger.heardText(1, '')).toBe('');
  });

  test('follows the times of the words where the server gives them', (context) => {
    verifies(context, 'voice:playback:wordTimes');
    const { ledger } = heard(900, 3000);
    const words = (from: number, ...names: string[]) =>
      names.map((word, i) => ({ word, startMs: from + i * 400, endMs: from + i * 400 + 350 }));
    const pieces = [
      { text: 'Slowly, very', words: words(0, 'Slowly', 'very') },
      { text: ' slowly now.', words: words(800, 'slowly', 'now') },
    ];
    expect(ledger.heardText(1, pieces)).toBe('Slowly, very');
    expect(ledger.heardText(1, [...pieces, { text: ' untimed' }])).toBe('Slowly, very');
  });

  test('distrusts word times that count from elsewhere than the turn', () => {
    const { ledger } = heard(1000, 3000);
    const words = [{ word: 'One', startMs: 61_000, endMs: 61_200 }];
    expect(ledger.heardText(1, [{ text: 'One', words }])).toBe('One');
  });

  test('keeps the punctuation of the last word heard', () => {
    const { ledger } = heard(500, 3000);
    const words = [
      { word: 'Well', startMs: 0, endMs: 400 },
      { word: 'then', startMs: 600, endMs: 900 },
    ];
    expect(ledger.heardText(1, [{ text: 'Well, then', words }])).toBe('Well,');
  });

  test('only old turns are forgotten: those are uncut', () => {
    const { clock, ledger } = heard(100, 1000);
    for (let turn = 2; turn < 10; turn++) ledger.onAudio(48, 24_000, turn, 1);
    clock.advance(10);
    expect(ledger.heardText(1, 'a text that is longer')).toBe('a text that is longer');
  });
});

/** Interrupts a turn after one second and returns what of a text was heard. */
function cutOfNext(ledger: PlaybackLedger, clock: ManualClock, turn: number): string {
  const generation = turn * 10;
  clock.advance(5000);
  ledger.onAudio(5000 * BYTES_PER_MS, 24_000, turn, generation);
  clock.advance(1000);
  ledger.interrupted(generation + 1);
  return ledger.heardText(turn, '12345 7890 2345 7890');
}
