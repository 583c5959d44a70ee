import { expect, test } from 'vitest';
import { tool } from '../../../src/live/index.ts';
import type { ServerMessage } from '../../../src/wire/index.ts';
import { verifies } from '../../requirements.ts';
import { CallUnderTest } from './call-under-test.ts';
import { expectNoUnhandledRejections } from './unhandled-rejections.ts';

expectNoUnhandledRejections();

const look = tool({ name: 'look', description: 'Looks.', run: () => ({ ok: true }) });
const content = (serverContent: unknown): unknown => ({ serverContent });
const turnComplete = content({ turnComplete: true });

/** What no service should send, by what is wrong with it. */
const FRAMES: Readonly<Record<string, readonly unknown[]>> = {
  'tool calls of odd shapes': [
    { toolCall: {} },
    { toolCall: null },
    { toolCall: { functionCalls: null } },
    { toolCall: { functionCalls: {} } },
    { toolCall: { functionCalls: [] } },
    { toolCall: { functionCalls: [null, 7, 'look', [], {}] } },
    { toolCall: { functionCalls: [{ id: 7, name: 'look', args: 'x' }] } },
    { toolCall: { functionCalls: [{ id: 'odd', name: { a: 1 } }] } },
    { toolCall: { functionCalls: [{ id: 'nameless', args: {} }] } },
    {
      toolCall: { functionCalls: [{ id: 'ok', name: 'look', args: { ['__proto__']: { a: 1 } }, more: [1] }] },
    },
  ],
  'cancellations of odd shapes': [
    { toolCallCancellation: {} },
    { toolCallCancellation: { ids: null } },
    { toolCallCancellation: { ids: ['none', 7, null] } },
  ],
  'transcripts of a megabyte': [
    content({ inputTranscription: { text: 'x'.repeat(1_000_000) } }),
    content({ outputTranscription: { text: '4 '.repeat(500_000) } }),
  ],
  'transcripts of odd shapes': [
    content({ inputTranscription: {} }),
    content({ inputTranscription: { text: 7 } }),
    content({ outputTranscription: null }),
    content({ outputTranscription: { text: '', finished: true } }),
  ],
  'a GoAway of less than no time': [
    { goAway: { timeLeft: '-5s' } },
    { goAway: {} },
    { goAway: { timeLeft: 'soon' } },
    { goAway: { timeLeft: '1e400s' } },
    { goAway: null },
  ],
  'a turnComplete out of order': [turnComplete, turnComplete, content({ generationComplete: true })],
  'everything twice': [
    content({ modelTurn: { parts: [{ text: 'Yes.' }] } }),
    content({ generationComplete: true }),
    content({ generationComplete: true }),
    turnComplete,
    turnComplete,
    content({ interrupted: true, turnComplete: true, generationComplete: true }),
  ],
  'an interruption of nothing': [
    content({ interrupted: true }),
    content({ interrupted: true }),
    content({ interrupted: true }),
  ],
  'usage that is nonsense': [
    { usageMetadata: null },
    { usageMetadata: {} },
    { usageMetadata: { promptTokenCount: -5, responseTokenCount: 1e300, totalTokenCount: 'many' } },
    { usageMetadata: { promptTokensDetails: 'none', responseTokensDetails: [null, { modality: 7 }] } },
  ],
  'resumption that is nonsense': [
    { sessionResumptionUpdate: {} },
    { sessionResumptionUpdate: { resumable: true } },
    { sessionResumptionUpdate: { newHandle: 7, resumable: 'yes', lastConsumedClientMessageIndex: 'x' } },
  ],
  'a second setupComplete': [{ setupComplete: {} }, { setupComplete: { sessionId: 'other' } }],
  'media that is none': [
    content({ modelTurn: null }),
    content({ modelTurn: { parts: null } }),
    content({ modelTurn: { parts: [null, {}, { inlineData: null }, { inlineData: { data: '%%%' } }] } }),
    content({ modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=0', data: 'AAAA' } }] } }),
    content({ modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=x', data: 'AAA=' } }] } }),
    content({ modelTurn: { parts: [{ inlineData: { mimeType: 'audio/pcm;rate=-1', data: 'AAAA' } }] } }),
  ],
  'no messages at all': [{}, [], null, 7, 'text', true, { unheardOf: { deep: [1] } }],
};

test.for(Object.entries(FRAMES))('%s leave the session as it was', async ([, frames], context) => {
  verifies(context, 'hostile:frames');
  const call = await CallUnderTest.open({
    tools: [look],
    quiet: { deadAir: true, softTurnMs: 2_000 },
    redaction: { cards: true, digitRuns: 6 },
    telemetryIntervalMs: 100,
    interruptionAuthority: 'server',
    extractors: [{ name: 'order', extract: () => ({ value: { a: 1 } }) }],
    watchers: [{ key: 'session:turnCount', predicate: { type: 'changed' }, action: () => {} }],
  });
  for (const frame of frames) await call.peer.sends(frame as ServerMessage);
  await call.clock.advanceAsync(60_000);
  expect(call.codes.filter((code) => code === 'internal' || code === 'hookFailed')).toEqual([]);
  expect(call.log.of('disconnected')).toEqual([]);
  // Whatever turn was begun is over now.
  await call.peer.completes();
  await call.clock.advanceAsync(5_000);
  expect(['active', 'userSpeaking']).toContain(call.handle.phase);
  await call.expectAlive();
  await call.endAndOpenAnother();
});

test('a transcript of megabytes keeps its newest words, and each turn record is bounded', async (context) => {
  verifies(context, 'hostile:frames', 'hostile:memory');
  const call = await CallUnderTest.open();
  for (let piece = 0; piece < 8; piece++) await call.peer.hears(`${'word '.repeat(100_000)}${piece}`);
  await call.peer.completes();
  await call.clock.advanceAsync(0);
  const [told] = call.log.of('turnRecord');
  expect(told?.record.heard.endsWith('7')).toBe(true);
  expect(told?.record.heard.length).toBeLessThanOrEqual(65_536);
  await call.end();
});

test('every frame of the same turn in one message is told in the order of the protocol', async (context) => {
  verifies(context, 'hostile:frames');
  const call = await CallUnderTest.open({ tools: [look] });
  await call.peer.sends({
    toolCall: { functionCalls: [{ id: 'x', name: 'look', args: {} }] },
    serverContent: {
      modelTurn: { role: 'model', parts: [{ text: 'One.' }] },
      outputTranscription: { text: 'One.' },
      inputTranscription: { text: 'Hm?' },
      generationComplete: true,
      turnComplete: true,
    },
    usageMetadata: { promptTokenCount: 1, responseTokenCount: 2, totalTokenCount: 3 },
    goAway: { timeLeft: '10s' },
  } as ServerMessage);
  await call.clock.advanceAsync(0);
  expect(call.log.types('textDelta', 'turnComplete', 'toolExecution', 'goAway')).toEqual([
    'textDelta',
    'turnComplete',
    'goAway',
    'toolExecution',
  ]);
  expect((await call.peer.answerTo('x')).response).toEqual({ ok: true });
  await call.end();
});
