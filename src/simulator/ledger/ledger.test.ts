import { expect, test } from 'vitest';
import { manualSimulator } from '../../../tests/interop/manual-simulator.ts';
import { dial, model38, type RawCaller, silence, speech } from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { auditLedger, type Brain, calls, type LedgerEntry } from '../index.ts';

const brain: Brain = ({ input, text }) => {
  if (input.type === 'toolResults') return 'Done.';
  return text.startsWith('tool') ? calls('f', { for: text }) : `Yes to ${text}`;
};
const tools = [{ functionDeclarations: [{ name: 'f' }] }];

function callId(call: RawCaller): string | undefined {
  return call.messages.findLast(({ toolCall }) => toolCall !== undefined)?.toolCall?.functionCalls?.[0]?.id;
}

const brief = (entries: readonly LedgerEntry[] = []) =>
  entries.map((entry) => `${entry.type} ${'text' in entry ? entry.text : entry.mimeType}`);

test('every kind of thing that reaches the model is there once, in order, with its words', async (context) => {
  verifies(context, 'sim:ledger');
  const { simulator, clock } = await manualSimulator({ brain, transcribe: () => 'spoken words' });
  const call = await dial(simulator, clock, { model: model38, tools });
  call.send({ clientContent: { turns: [{ role: 'user', parts: [{ text: 'a fact' }] }] } });
  call.send({ realtimeInput: { text: 'typed' } });
  await call.untilTurnComplete();
  await call.stream(silence(300));
  await call.stream(speech('some words'));
  await call.stream(silence(1500));
  await call.untilTurnComplete();
  call.send({ realtimeInput: { text: 'tool' } });
  await call.until(({ toolCall }) => toolCall !== undefined);
  const id = callId(call);
  await call.untilTurnComplete();
  call.send({ toolResponse: { functionResponses: [{ name: 'f', response: { n: 1 } }] } });
  await call.untilTurnComplete();
  call.send({ realtimeInput: { video: { mimeType: 'image/jpeg', data: '' } } });
  call.send({ contextUpdate: { systemInstruction: { parts: [{ text: 'Be brief.' }] } } });
  await clock.advanceAsync(20_000);
  const ledger = simulator.ledger();
  expect(brief(ledger?.context)).toEqual([
    'context a fact',
    'userText typed',
    'modelTurn Yes to a fact typed',
    'userSpeech spoken words',
    'modelTurn Yes to spoken words',
    'userText tool',
    'toolCall {"for":"tool"}',
    'toolResponse {"n":1}',
    'modelTurn Done.',
    'picture image/jpeg',
    'instruction Be brief.',
  ]);
  expect(ledger?.context.map(({ sequence }) => sequence)).toEqual(ledger?.context.map((_, i) => i + 1));
  expect(ledger?.context.find(({ type }) => type === 'toolResponse')).toMatchObject({ id, known: true });
  expect(simulator.sessions[0]?.conversation).toBe(ledger?.conversation);
});

test('a resumed session knows what stood at its handle: the rest is forgotten, and what is sent again is new', async (context) => {
  verifies(context, 'sim:ledger');
  const { simulator, clock } = await manualSimulator({ brain });
  const setup = { tools, sessionResumption: {} };
  const one = await dial(simulator, clock, setup);
  await clock.advanceAsync(200);
  one.say('first');
  await one.untilTurnComplete();
  await clock.advanceAsync(0);
  one.say('tool, second');
  await one.until(({ toolCall }) => toolCall !== undefined);
  const id = callId(one);
  one.drop();
  await clock.advanceAsync(0);
  const two = await dial(simulator, clock, { ...setup, sessionResumption: { handle: one.handles.at(-1) } });
  const ledger = simulator.ledger();
  expect(brief(ledger?.context)).toEqual(['userText first', 'modelTurn Yes to first']);
  expect(brief(ledger?.forgotten)).toEqual(['userText tool, second', 'toolCall {"for":"tool, second"}']);
  two.send({ toolResponse: { functionResponses: [{ id, name: 'f', response: {} }] } });
  two.say('second again');
  await two.untilTurnComplete();
  expect(ledger?.context.find(({ type }) => type === 'toolResponse')).toMatchObject({ id, known: false });
  expect(brief(ledger?.context).slice(-2)).toEqual([
    'userText second again',
    'modelTurn Yes to second again',
  ]);
  expect(ledger?.sessions).toMatchObject([
    { connection: 1, begin: 'fresh', inherited: 0 },
    { connection: 2, begin: 'resumed', inherited: 2 },
  ]);
});

test('conversations are apart, unless a setup names one: then a fresh session joins it with an empty context', async (context) => {
  verifies(context, 'sim:ledger');
  const { simulator, clock } = await manualSimulator({
    brain,
    conversationOf: ({ systemInstruction }) => systemInstruction?.parts[0]?.text?.match(/call \d+/)?.[0],
  });
  const named = { systemInstruction: { parts: [{ text: 'You are on call 7.' }] } };
  for (const [text, setup] of Object.entries({ one: named, other: {}, two: named })) {
    const call = await dial(simulator, clock, setup);
    call.say(text);
    await call.untilTurnComplete();
    call.hangUp();
    await clock.advanceAsync(0);
  }
  expect(simulator.conversations).toHaveLength(2);
  expect(brief(simulator.ledger('call 7')?.context)).toEqual(['userText two', 'modelTurn Yes to two']);
  expect(brief(simulator.ledger('call 7')?.forgotten)).toEqual(['userText one', 'modelTurn Yes to one']);
  expect(simulator.ledger()).toBeUndefined();
  expect(simulator.ledger('call 8')).toBeUndefined();
});

test('audio is counted by sample, and an utterance names the chunks it was heard in', async (context) => {
  verifies(context, 'sim:ledger:audio');
  const { simulator, clock } = await manualSimulator({ brain, hashAudio: true });
  const call = await dial(simulator, clock);
  const audio = [silence(500), speech('is anybody there'), silence(1500)] as const;
  for (const samples of audio) await call.stream(samples);
  const ledger = simulator.ledger();
  const total = audio.reduce((sum, { length }) => sum + length, 0);
  const account = ledger?.audio[0];
  expect(account).toMatchObject({ connection: 1, samples: total });
  expect(account?.hashes).toHaveLength(account?.chunks ?? 0);
  const spoken = ledger?.context.find((entry) => entry.type === 'userSpeech');
  const chunksBefore = 5;
  const chunksOfSpeech = Math.ceil(audio[1].length / 2400);
  expect(spoken?.audio.first).toBeGreaterThanOrEqual(chunksBefore - 1);
  expect(spoken?.audio.first).toBeLessThanOrEqual(chunksBefore + 1);
  expect(spoken?.audio.last).toBeGreaterThanOrEqual(chunksBefore + chunksOfSpeech - 1);
  const quiet = new Set(account?.hashes.slice(0, 5));
  expect(quiet.size).toBe(1);
});

test('equal contents have equal hashes, and an audit finds what is lost and what is doubled', async (context) => {
  verifies(context, 'sim:ledger:audit', 'sim:ledger');
  const { simulator, clock } = await manualSimulator({ brain });
  const call = await dial(simulator, clock);
  for (const text of ['#1', '#2', '#2']) {
    call.say(text);
    await call.untilTurnComplete();
  }
  const entries = simulator.ledger()?.context ?? [];
  const hashes = entries.flatMap((entry) => (entry.type === 'userText' ? [entry.hash] : []));
  expect(hashes[1]).toBe(hashes[2]);
  expect(hashes[0]).not.toBe(hashes[1]);
  expect(auditLedger(entries, ['#1', '#2', '#3'])).toEqual({ lost: ['#3'], doubled: ['#2'] });
  expect(auditLedger(entries, [{ mark: '#1', types: ['modelTurn'] }])).toEqual({ lost: [], doubled: [] });
  expect(auditLedger(entries, [{ mark: '#1', types: ['toolResponse'] }]).lost).toEqual(['#1']);
});

test('the ledger keeps what the window has let go of', async (context) => {
  verifies(context, 'sim:ledger');
  const { simulator, clock } = await manualSimulator({ brain });
  const window = {
    contextWindowCompression: { triggerTokens: '100', slidingWindow: { targetTokens: '50' } },
  };
  const call = await dial(simulator, clock, window);
  for (let i = 0; i < 12; i++) {
    call.say(`a turn of some words, number ${i}`);
    await call.untilTurnComplete();
  }
  expect(simulator.sessions[0]?.history.length).toBeLessThan(20);
  expect(simulator.ledger()?.context).toHaveLength(24);
});
