import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { digits, email, phone } from '../../flow/recognise/contact.ts';
import { dateTime } from '../../flow/recognise/date-time.ts';
import { fuzzy } from '../../flow/recognise/fuzzy.ts';
import { integer } from '../../flow/recognise/integer.ts';
import { money } from '../../flow/recognise/money.ts';
import { oneOf } from '../../flow/recognise/one-of.ts';
import type { Recogniser } from '../../flow/recognise/recogniser.ts';
import { yesNo } from '../../flow/recognise/yes-no.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import { State } from '../state/state.ts';
import type { Extraction, ExtractionRequest, Extractor } from './extractor.ts';
import type { JsonObject } from './json-object.ts';
import { resolve } from './resolver.ts';
import { ruleExtractor } from './rule-extractor.ts';

let nowMs = 0;

function read(extractor: Extractor, state: State, ...users: string[]): Extraction | Promise<Extraction> {
  const turns = users.map(
    (user, index): TranscriptTurn => ({
      number: index + 1,
      user,
      model: 'four',
      tools: [],
      interrupted: false,
      startedMs: 0,
    }),
  );
  const request: ExtractionRequest = {
    window: { turns, turn: turns.length, trigger: 'everyTurn' },
    state,
    signal: new AbortController().signal,
    nowMs: () => nowMs,
  };
  return extractor.extract(request);
}

describe('A rule extractor', () => {
  test('answers at once with what was said, its source and confidence', () => {
    const party = ruleExtractor({
      name: 'party',
      fields: { guests: integer(), ok: yesNo(), size: oneOf(['L']) },
    });
    expect(read(party, new State(), 'yes, four of us')).toEqual({
      value: { guests: 4, ok: true },
      evidence: {
        guests: { source: 'recogniser:integer', confidence: 0.9 },
        ok: { source: 'recogniser:yesNo', confidence: 0.9 },
      },
      problems: [],
    });
  });

  test('takes each field from the newest turn that says it', () => {
    const party = ruleExtractor({ name: 'party', window: 3, fields: { guests: integer(), ok: yesNo() } });
    expect(read(party, new State(), 'four of us, yes', 'five', 'thanks')).toMatchObject({
      value: { guests: 5, ok: true },
    });
  });

  test('reads each turn once unless told otherwise, and runs only when the user spoke', () => {
    const party = ruleExtractor({ name: 'party', fields: { ok: yesNo() } });
    expect(party).toMatchObject({ window: 1, remember: true });
    const turn = { number: 1, model: 'hi', tools: [], interrupted: false, startedMs: 0 };
    const shouldRun = (user: string) =>
      party.shouldExtract?.({ turns: [{ ...turn, user }], turn: 1, trigger: 'everyTurn' });
    expect([shouldRun(' '), shouldRun('no')]).toEqual([false, true]);
  });

  test('is not held up by an utterance made to be slow', async () => {
    const now = () => ({ year: 2025, month: 3, day: 5, hour: 14, minute: 20 });
    const all = ruleExtractor({
      name: 'all',
      fields: {
        a: integer({ anchors: ['people'] }),
        b: money(),
        c: oneOf(['one', 'people']),
        d: fuzzy(['Quattro Stagioni']),
        e: yesNo(),
        f: dateTime({ now }),
        g: digits(),
        h: phone(),
        i: email(),
      },
    });
    for (const seed of [
      'a',
      '1,',
      'a-',
      'a.',
      'people 4 ',
      'one hundred and ',
      ' ',
      'a dot ',
      'in a b ',
      '?',
      'no,',
    ]) {
      const startedMs = performance.now();
      await read(all, new State(), seed.repeat(250_000));
      expect(performance.now() - startedMs, seed).toBeLessThan(1000);
    }
  });

  test('goes on without a field whose recogniser throws', () => {
    const broken: Recogniser<string> = {
      kind: 'broken',
      recognise: () => {
        throw new Error('boom');
      },
    };
    const both = ruleExtractor({ name: 'both', fields: { broken, guests: integer() } });
    expect(read(both, new State(), 'four')).toMatchObject({
      value: { guests: 4 },
      problems: [{ field: 'broken', error: 'its recogniser threw' }],
    });
  });
});

describe('A look-up', () => {
  test('binds what was recognised, then state, and waits for what is missing', async (context) => {
    verifies(context, 'extract:rules');
    const asked: JsonObject[] = [];
    const table = resolve({
      args: ['guests', 'app:city'],
      run: (args) => {
        asked.push(args);
        return 'T1';
      },
    });
    const booking = ruleExtractor({ name: 'booking', fields: { guests: integer(), table } });
    const state = new State();
    state.set('guests', 9);
    expect(await read(booking, state, 'four')).toMatchObject({ value: { guests: 4 } });
    expect(asked).toEqual([]);
    state.set('app:city', 'Bonn');
    expect(await read(booking, state, 'four')).toMatchObject({
      value: { guests: 4, table: 'T1' },
      evidence: { table: { source: 'resolver', confidence: 1 } },
    });
    await read(booking, state, 'thanks');
    expect(asked).toEqual([
      { guests: 4, 'app:city': 'Bonn' },
      { guests: 9, 'app:city': 'Bonn' },
    ]);
  });

  test('is kept for its time by its arguments, and the oldest goes first', async () => {
    let calls = 0;
    const double = resolve({ args: ['n'], ttlMs: 1000, run: ({ n }) => ++calls && Number(n) * 2 });
    const numbers = ruleExtractor({ name: 'numbers', cacheSize: 2, fields: { n: integer(), double } });
    const calling = async (said: string): Promise<number> => {
      const before = calls;
      expect(await read(numbers, new State(), said)).toMatchObject({ value: { double: Number(said) * 2 } });
      return calls - before;
    };
    nowMs = 0;
    expect([await calling('1'), await calling('1'), await calling('2'), await calling('1')]).toEqual([
      1, 0, 1, 0,
    ]);
    nowMs = 999;
    expect(await calling('1')).toBe(0);
    nowMs = 1000;
    expect(await calling('1')).toBe(1);
    expect([await calling('3'), await calling('4'), await calling('1')]).toEqual([1, 1, 1]);
  });

  test('that fails leaves its field out, is told, and is asked again', async (context) => {
    verifies(context, 'extract:rules');
    let calls = 0;
    const cause = new Error('down');
    const bad = resolve({
      args: ['n'],
      run: () => (++calls === 1 ? Promise.reject(cause) : Promise.resolve(null)),
    });
    const numbers = ruleExtractor({ name: 'numbers', fields: { n: integer(), bad } });
    expect(await read(numbers, new State(), '1')).toEqual({
      value: { n: 1 },
      evidence: { n: { source: 'recogniser:integer', confidence: 0.9 } },
      problems: [{ field: 'bad', error: 'its resolver failed', cause }],
    });
    expect(await read(numbers, new State(), '1')).toMatchObject({ value: { n: 1, bad: null }, problems: [] });
  });
});
