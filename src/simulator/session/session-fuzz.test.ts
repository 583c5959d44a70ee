import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  dial,
  model38,
  nativeModel,
  silence,
  speech,
  vertexModel,
  vertexPath,
} from '../../../tests/interop/raw-caller.ts';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { calls, createSimulator } from '../index.ts';

const audio = (samples: Int16Array) => ({
  realtimeInput: {
    audio: {
      data: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString('base64'),
      mimeType: 'audio/pcm;rate=24000',
    },
  },
});

const messages: readonly unknown[] = [
  { clientContent: { turns: [{ role: 'user', parts: [{ text: 'hello' }] }], turnComplete: true } },
  { clientContent: { turns: [{ role: 'user', parts: [{ text: 'tool' }] }], turnComplete: true } },
  { clientContent: { turns: [{ parts: [{ text: 'more' }] }, {}] } },
  { clientContent: {} },
  { realtimeInput: { text: 'tool' } },
  audio(speech('This is speech')),
  audio(silence(1000)),
  { realtimeInput: { audio: {} } },
  { realtimeInput: { video: { data: 'AAAA' } } },
  { realtimeInput: { mediaChunks: [] } },
  { realtimeInput: { audioStreamEnd: true } },
  { toolResponse: {} },
  { toolResponse: { functionResponses: [{}] } },
  { toolResponse: { functionResponses: [{ name: 'slow', response: { a: 1 }, scheduling: 'INTERRUPT' }] } },
  { toolResponse: { functionResponses: [{ name: 'fast', willContinue: true }] } },
  { contextUpdate: {} },
  { contextUpdate: { tools: {} } },
];

/** Each turnComplete has its generationComplete, its interruption or its silence. */
function expectTurnsToEnd(kinds: readonly string[]): void {
  let ended = false;
  for (const kind of kinds) {
    ended ||= /^(?:interrupted|generationComplete|waitingForInput)$/.test(kind);
    if (kind !== 'turnComplete') continue;
    expect(ended).toBe(true);
    ended = false;
  }
}

test('no order of legal messages breaks a session: it goes on, or closes with a documented code', {
  timeout: 60_000,
}, async (context) => {
  verifies(context, 'sim:parse:total');
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(nativeModel, model38, vertexModel),
      fc.array(fc.tuple(fc.nat(messages.length - 1), fc.constantFrom(0, 20, 300, 3000)), { maxLength: 25 }),
      async (model, sequence) => {
        const clock = new ManualClock();
        const simulator = await createSimulator({
          clock,
          brain: ({ text }) =>
            text.includes('tool') ? [calls('fast'), calls('slow'), 'Done.'] : `You said ${text}.`,
        });
        const functions =
          model === vertexModel
            ? [{ name: 'fast' }, { name: 'slow' }]
            : [{ name: 'fast' }, { name: 'slow', behavior: 'NON_BLOCKING' }];
        const options = model === vertexModel ? { path: vertexPath, headers: { 'x-goog-api-key': 'k' } } : {};
        const call = await dial(
          simulator,
          clock,
          { model, tools: [{ functionDeclarations: functions }], sessionResumption: {} },
          options,
        );
        for (const [message, waitMs] of sequence) {
          call.send(messages[message]);
          await clock.advanceAsync(waitMs);
        }
        await clock.advanceAsync(60_000);
        expect(simulator.notes).toEqual([]);
        if (call.closed !== undefined) expect(call.closed.code).toBe(1007);
        if (model !== vertexModel) expectTurnsToEnd(call.kinds);
        await simulator.close();
      },
    ),
    { numRuns: 60 },
  );
});
