import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, model38, type RawCaller, silence, speech } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import type { ManualClock } from '../../testing/manual-clock.ts';
import { createDemoBrain, demoCallerLines } from '../index.ts';
import { readBookingWords, spokenTime } from './booking-words.ts';

const tools = [{ functionDeclarations: [{ name: 'check_table' }, { name: 'book_table' }] }];

/** Answers tool calls and collects them until the turn completes. */
async function turn(call: RawCaller, answers: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const before = call.outputText.length;
  for (;;) {
    let sent: { id?: string; name: string; args?: unknown } | undefined;
    await call.until((message) => {
      sent = message.toolCall?.functionCalls?.[0];
      return sent !== undefined || message.serverContent?.turnComplete === true;
    });
    if (sent === undefined) return call.outputText.slice(before);
    const response = answers[sent.name] ?? {};
    call.send({ toolResponse: { functionResponses: [{ id: sent.id, name: sent.name, response }] } });
  }
}

function callsOf(call: RawCaller): readonly unknown[] {
  return call.messages.flatMap(({ toolCall }) =>
    (toolCall?.functionCalls ?? []).map(({ name, args }) => [name, args]),
  );
}

async function typed(
  call: RawCaller,
  text: string,
  answers?: Readonly<Record<string, unknown>>,
): Promise<string> {
  call.say(text);
  return turn(call, answers);
}

async function spoken(
  call: RawCaller,
  clock: ManualClock,
  answers?: Readonly<Record<string, unknown>>,
): Promise<string> {
  call.sendAudio(silence(300));
  call.sendAudio(speech('whatever it is that the caller says'));
  call.send({ realtimeInput: { audioStreamEnd: true } });
  await clock.advanceAsync(0);
  return turn(call, answers);
}

test('a table is booked by text, with a correction and a full evening', async (context) => {
  verifies(context, 'sim:brain:demo');
  const { simulator, clock } = await manualSimulator({ brain: createDemoBrain() });
  const call = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  expect(await typed(call, 'Hello')).toBe('Good evening, Trattoria Parlando! For how many people?');
  expect(await typed(call, 'Two')).toBe('For which day?');
  expect(await typed(call, 'hm')).toBe('Sorry, I did not get that. For which day?');
  expect(await typed(call, 'Saturday')).toBe('At what time?');
  const full = { check_table: { available: false, alternative: '21:00' } };
  expect(await typed(call, 'eight', full)).toBe(
    'One moment, let me look. I am sorry, we are full then. I could offer 9 pm. Would another time suit you?',
  );
  const free = { check_table: { available: true } };
  expect(await typed(call, 'At nine, but make it three', free)).toBe(
    'One moment, let me look. I have a table for 3 on Saturday at 9 pm. Under what name?',
  );
  const booked = { book_table: { output: { reference: 'P42' } } };
  expect(await typed(call, 'Grace Hopper', booked)).toBe(
    'Thank you, Grace Hopper. A table for 3 on Saturday at 9 pm is booked. Your reference is P42.',
  );
  expect(await typed(call, 'Thanks, bye')).toBe('Goodbye, see you soon!');
  expect(callsOf(call)).toEqual([
    ['check_table', { party_size: 2, day: 'saturday', time: '20:00' }],
    ['check_table', { party_size: 3, day: 'saturday', time: '21:00' }],
    ['book_table', { party_size: 3, day: 'saturday', time: '21:00', name: 'Grace Hopper' }],
  ]);
});

test('a table is booked by scripted speech', async (context) => {
  verifies(context, 'sim:brain:demo');
  const { simulator, clock } = await manualSimulator({ brain: createDemoBrain() });
  const call = await dial(simulator, clock, {
    tools,
    inputAudioTranscription: {},
    outputAudioTranscription: {},
  });
  const answers = { check_table: { available: true }, book_table: { reference: 'P7' } };
  const said: string[] = [];
  for (const _line of demoCallerLines) said.push(await spoken(call, clock, answers));
  expect(call.inputText).toBe(demoCallerLines.join(''));
  expect(said).toEqual([
    'Good evening, Trattoria Parlando! For which day?',
    'One moment, let me look. I have a table for 4 on Friday at 7:30 pm. Under what name?',
    'Thank you, Ada Lovelace. A table for 4 on Friday at 7:30 pm is booked. Your reference is P7.',
    'Goodbye, see you soon!',
  ]);
  expect(await spoken(call, clock)).toMatch(/^Sorry, I did not catch that/);
});

test('a booking that is refused as not permitted is read back, and booked on a yes', async (context) => {
  verifies(context, 'sim:brain:demo');
  const { simulator, clock } = await manualSimulator({ brain: createDemoBrain() });
  const call = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  const refused = { check_table: {}, book_table: { error: 'book_table is not permitted in the phase "x".' } };
  expect(await typed(call, 'A table for two tomorrow at 19:30, my name is Ada', refused)).toMatch(
    /So, 2 people tomorrow at 7:30 pm\. Shall I book it\?$/,
  );
  const told = { role: 'model', parts: [{ text: '[name: Ada, seating: the long table]' }] };
  call.send({ clientContent: { turns: [told], turnComplete: false } });
  expect(await typed(call, 'hm', refused)).toBe('Sorry, shall I book it?');
  expect(await typed(call, 'No', refused)).toBe('What may I change?');
  expect(await typed(call, 'Make it five people', refused)).toBe(
    'One moment. So, 5 people tomorrow at 7:30 pm, at the long table. Shall I book it?',
  );
  const booked = { book_table: { reference: 'P42' } };
  expect(await typed(call, 'Yes, please', booked)).toBe(
    'Thank you, Ada, it is booked. Your reference is P42.',
  );
});

test('it books without tools, with asynchronous ones, and survives their errors', async (context) => {
  verifies(context, 'sim:brain:demo');
  const { simulator, clock } = await manualSimulator({ brain: createDemoBrain() });
  const order = 'A table for two tomorrow at 19:30, my name is Ada';
  const plain = await dial(simulator, clock, { outputAudioTranscription: {} });
  expect(await typed(plain, order)).toMatch(/A table for 2 tomorrow at 7:30 pm is booked\.$/);
  const newest = await dial(simulator, clock, { model: model38, tools, outputAudioTranscription: {} });
  newest.say(order);
  for (let i = 0; i < 4; i++) await turn(newest, { check_table: {}, book_table: {} });
  await clock.advanceAsync(30_000);
  expect(newest.outputText).toMatch(/is booked\.$/);
  const failing = await dial(simulator, clock, { tools, outputAudioTranscription: {} });
  expect(await typed(failing, order, { check_table: { error: 'down' } })).toMatch(/our book does not answer/);
});

test.for([
  ["I'd like a table for four people", undefined, { party: 4 }],
  ['four of us, tonight', undefined, { party: 4, day: 'today' }],
  ['On Friday at half past seven, please.', undefined, { day: 'friday', time: '19:30' }],
  ['quarter to eight', undefined, { time: '19:45' }],
  ["at 8 o'clock", undefined, { time: '20:00' }],
  ['11:30 am on Sunday', undefined, { day: 'sunday', time: '11:30' }],
  ['at 10 am', undefined, { time: '10:00' }],
  ['for 7 pm', undefined, { time: '19:00' }],
  ['seven', 'time', { time: '19:00' }],
  ['seven', 'party', { party: 7 }],
  ['just me', 'party', { party: 1 }],
  ["I'm looking for a table", undefined, {}],
  ['My name is Ada Lovelace.', 'name', { name: 'Ada Lovelace' }],
  ["It's Müller", 'name', { name: 'Müller' }],
  ['yes', 'name', {}],
  ['at noon', undefined, { time: '12:00' }],
] as const)('%s', ([text, asked, slots], context) => {
  verifies(context, 'sim:brain:demo');
  expect(readBookingWords(text, asked)).toEqual(slots);
});

test('times are spoken as people say them', (context) => {
  verifies(context, 'sim:brain:demo');
  expect(['19:30', '20:00', '11:05', '12:00', '00:15'].map(spokenTime)).toEqual([
    '7:30 pm',
    '8 pm',
    '11:05 am',
    '12 pm',
    '12:15 am',
  ]);
});
