import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/index.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { Redactor } from './redactor.ts';
import type { ToolRecord } from './turn-record.ts';
import { TurnRecorder } from './turn-recorder.ts';

const CARD = '4242424242424242';

function setup() {
  const clock = new ManualClock();
  const state = new State();
  const redactor = new Redactor(state, { cards: true });
  const recorder = new TurnRecorder({ clock, state, redactor });
  const close = (number: number) => {
    recorder.end({ number, user: '', model: '', interrupted: false });
    const record = recorder.close();
    if (record === undefined) throw new Error('no turn has ended');
    return record;
  };
  return { clock, state, recorder, close };
}

const tool: ToolRecord = {
  callId: 'c1',
  name: 'pay',
  args: { card: CARD },
  result: 'paid',
  outcome: 'succeeded',
  durationMs: 12,
};

describe('A turn record', () => {
  test('tells of one turn all that happened, redacted', (context) => {
    verifies(context, 'record:turn');
    const { clock, recorder } = setup();
    clock.advance(5000);
    recorder.mark('speechStart');
    clock.advance(900);
    recorder.mark('speechEnd');
    clock.advance(300);
    recorder.mark('firstOutput');
    clock.advance(20);
    recorder.mark('firstAudio');
    recorder.mark('firstAudio', 99_999);
    recorder.tool({ ...tool, outcome: 'running', result: 'started' });
    recorder.tool(tool);
    recorder.usage({ promptTokenCount: 10, responseTokenCount: 1, totalTokenCount: 11 });
    recorder.usage({ promptTokenCount: 10, responseTokenCount: 5, totalTokenCount: 15 });
    clock.advance(80);
    recorder.mark('generationComplete');
    clock.advance(700);
    recorder.end({ number: 3, user: `It is ${CARD}`, model: 'Thanks', interrupted: true });
    clock.advance(4000);
    const record = recorder.close('payment');
    expect(record).toEqual({
      number: 3,
      heard: 'It is [card ending 4242]',
      said: 'Thanks',
      interrupted: true,
      stateDiff: {},
      phase: 'payment',
      tools: [{ ...tool, args: { card: '[card ending 4242]' } }],
      latency: {
        speechEndMs: 900,
        firstOutputMs: 1200,
        firstAudioMs: 1220,
        generationCompleteMs: 1300,
        endMs: 2000,
        responseMs: 300,
      },
      tokens: { prompt: 10, response: 5, total: 15 },
    });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
    expect(recorder.turns).toEqual([record]);
  });

  test('begins anew: nothing of one turn is in the next', (context) => {
    verifies(context, 'record:turn');
    const { clock, recorder, close } = setup();
    recorder.mark('textSent');
    recorder.tool(tool);
    recorder.usage({ totalTokenCount: 3 });
    close(1);
    clock.advance(60_000);
    expect(close(2)).toEqual({
      number: 2,
      heard: '',
      said: '',
      interrupted: false,
      stateDiff: {},
      tools: [],
      latency: { endMs: 0 },
      tokens: { prompt: 0, response: 0, total: 0 },
    });
  });

  test('counts what the user does over the answer to the next turn', () => {
    const { clock, recorder, close } = setup();
    recorder.mark('firstAudio');
    clock.advance(1000);
    recorder.mark('speechStart');
    clock.advance(200);
    expect(close(1).latency).toEqual({ firstOutputMs: 0, firstAudioMs: 0, endMs: 1200 });
    clock.advance(300);
    recorder.mark('speechEnd');
    clock.advance(400);
    recorder.mark('firstOutput');
    expect(close(2).latency).toEqual({ speechEndMs: 500, firstOutputMs: 900, endMs: 900, responseMs: 400 });
  });

  test('takes an end of speech that is reported late for what it was', () => {
    const { clock, recorder, close } = setup();
    recorder.mark('speechStart');
    clock.advance(1000);
    recorder.mark('firstOutput');
    clock.advance(100);
    recorder.mark('speechEnd', 700);
    expect(close(1).latency).toEqual({ speechEndMs: 700, firstOutputMs: 1000, endMs: 1100, responseMs: 300 });
  });

  test('is closed when the work of its boundary is done, while the next turn goes on', (context) => {
    verifies(context, 'record:turn');
    const { clock, state, recorder } = setup();
    recorder.mark('firstOutput');
    recorder.end({ number: 1, user: 'tea', model: 'ok', interrupted: false });
    recorder.mark('textSent');
    clock.advance(250);
    recorder.mark('firstOutput');
    recorder.tool(tool);
    state.set('order', 'tea');
    expect(recorder.close()).toMatchObject({
      heard: 'tea',
      tools: [],
      stateDiff: { order: { after: 'tea' } },
      latency: { firstOutputMs: 0, endMs: 0 },
    });
    expect(recorder.close()).toBeUndefined();
    recorder.end({ number: 2, user: '', model: '', interrupted: false });
    recorder.end({ number: 3, user: '', model: '', interrupted: false });
    expect(recorder.turns[1]).toMatchObject({
      number: 2,
      tools: [{ name: 'pay' }],
      latency: { responseMs: 250 },
    });
  });

  test('is amended by the words that came after it, and by what was heard of it', () => {
    const { recorder, close } = setup();
    const record = close(1);
    expect(recorder.amend(1, { user: `so: ${CARD}` })).toBe(true);
    expect(recorder.turns).toEqual([{ ...record, heard: 'so: [card ending 4242]' }]);
    recorder.end({ number: 2, user: 'Hi', model: 'Yes', interrupted: false });
    expect(recorder.amend(2, { model: 'Ye', interrupted: true })).toBe(true);
    expect(recorder.close()).toMatchObject({ heard: 'Hi', said: 'Ye', interrupted: true });
    expect(recorder.amend(9, { user: 'x' })).toBe(false);
    expect(recorder.turns).toHaveLength(2);
  });

  test('is one of the last 50, and tells of the last 100 calls', (context) => {
    verifies(context, 'record:turn');
    const { recorder, close } = setup();
    for (let call = 1; call <= 120; call++) recorder.tool({ ...tool, callId: `c${call}` });
    expect(close(1).tools.map(({ callId }) => callId)).toEqual(
      Array.from({ length: 100 }, (_, index) => `c${index + 21}`),
    );
    for (let turn = 2; turn <= 70; turn++) close(turn);
    expect(recorder.turns.map(({ number }) => number)).toEqual(
      Array.from({ length: 50 }, (_, index) => index + 21),
    );
  });
});

describe('A state diff', () => {
  test('has the first old and the last new value of what changed since the last record', (context) => {
    verifies(context, 'record:turn:stateDiff');
    const { state, close } = setup();
    state.set('order:size', 1);
    expect(close(1).stateDiff).toEqual({ 'order:size': { after: 1 } });
    state.set('order:size', 2);
    state.set('order:size', 3);
    state.set('there', true);
    state.delete('there');
    state.set('same', { a: 1 });
    state.set('__proto__', 'x');
    expect(close(2).stateDiff).toEqual(
      Object.fromEntries([
        ['order:size', { before: 1, after: 3 }],
        ['same', { after: { a: 1 } }],
        ['__proto__', { after: 'x' }],
      ]),
    );
    state.set('same', { a: 2 });
    state.set('same', { a: 1 });
    state.delete('order:size');
    expect(close(3).stateDiff).toEqual({ 'order:size': { before: 3 } });
  });

  test('leaves the keys of the runtime out, but for the phase', (context) => {
    verifies(context, 'record:turn:stateDiff');
    const { state, close } = setup();
    const writer = runtimeWriter(state);
    writer.set('session:turnCount', 1);
    writer.set('derived:sum', 1);
    writer.set('session:phase', 'menu');
    expect(close(1).stateDiff).toEqual({ 'session:phase': { after: 'menu' } });
  });

  test('is redacted', (context) => {
    verifies(context, 'record:turn:stateDiff');
    const { state, close } = setup();
    state.redact('ssn');
    state.set('user:ssn', '123');
    state.set('note', `call ${CARD}`);
    expect(close(1).stateDiff).toEqual({
      'user:ssn': { after: '[redacted]' },
      note: { after: 'call [card ending 4242]' },
    });
  });

  test('outlives a journal that forgets: the newest changes are told', () => {
    const { state, close } = setup();
    state.set('first', 1);
    for (let value = 0; value < 2000; value++) state.set('busy', value);
    expect(close(1).stateDiff).toEqual({ busy: { before: 975, after: 1999 } });
  });
});
