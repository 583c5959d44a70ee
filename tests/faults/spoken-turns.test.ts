/** Regression of the soak: what was said aloud was gone when its connection broke before a handle held it. */
import { expect, onTestFinished, test } from 'vitest';
import type { ConversationLedger, Fault } from '../../src/simulator/index.ts';
import { openSession, type SessionHandle } from '../../src/wire/index.ts';
import { manualSimulator } from '../interop/manual-simulator.ts';
import { verifies } from '../requirements.ts';

const MODELS = ['gemini-2.5-flash-native-audio-latest', 'gemini-3.1-flash-live-preview', 'gemini-3.8-live'];

interface Spoken {
  readonly session: SessionHandle;
  readonly ledger: () => ConversationLedger;
  readonly pass: (ms: number) => Promise<void>;
  readonly answers: () => number;
}

/** Holds a button for a second and a half, and says one thing. */
async function spoken(model: string, ...faults: Fault[]): Promise<Spoken> {
  let answers = 0;
  const { simulator, clock } = await manualSimulator({
    brain: ({ text }) => {
      answers += 1;
      return `Yes to ${text}, and gladly so`;
    },
    latencyMs: 150,
    faults,
    conversationOf: () => 'call',
    transcribe: () => 'a table for two',
  });
  const session = openSession(
    {
      ...{ apiKey: 'k', model, inputAudioTranscription: true },
      realtimeInputConfig: { automaticActivityDetection: { disabled: true } },
    },
    { transport: simulator.transport, clock, random: () => 0.5, environment: {} },
  );
  onTestFinished(() => session.disconnect());
  await clock.runUntil(() => session.phase === 'active', 1000);
  await clock.advanceAsync(200);
  await session.signalActivityStart();
  for (let chunk = 0; chunk < 15; chunk++) {
    await session.sendAudio(new Uint8Array(3200).fill(chunk));
    await clock.advanceAsync(100);
  }
  await session.signalActivityEnd();
  return {
    session,
    pass: (ms) => clock.advanceAsync(ms),
    answers: () => answers,
    ledger: () => {
      const ledger = simulator.ledger('call');
      if (ledger === undefined) throw new Error('there is no ledger');
      return ledger;
    },
  };
}

const wordsIn = ({ context }: ConversationLedger): number =>
  context.filter(
    (entry) => entry.type !== 'modelTurn' && 'text' in entry && entry.text.includes('a table for two'),
  ).length;

test.for(MODELS)(
  '%s: a spoken turn whose answer breaks off is known once, and answered',
  async (model, context) => {
    verifies(context, 'wire:outbox:spoken');
    const { ledger, pass, answers } = await spoken(model, {
      type: 'reset',
      at: { on: 'audio', nth: 3 },
      connection: 1,
    });
    await pass(10_000);
    expect(ledger().sessions).toHaveLength(2);
    expect(wordsIn(ledger())).toBe(1);
    expect(answers()).toBe(2);
  },
);

test.for(MODELS)('%s: one that was answered is told, and not asked again', async (model, context) => {
  verifies(context, 'wire:outbox:spoken');
  const { ledger, pass, answers, session } = await spoken(
    model,
    { type: 'unresumable', while: 'always', connection: 1 },
    { type: 'reset', at: { on: 'turnComplete', delayMs: 5000 }, connection: 1 },
  );
  await pass(20_000);
  expect(session.connection.state).toBe('open');
  expect(ledger().sessions).toHaveLength(2);
  expect(wordsIn(ledger())).toBe(1);
  if (model !== 'gemini-3.1-flash-live-preview') expect(answers()).toBe(1);
});

test.for(MODELS)(
  '%s: one that nobody answers is asked again, however long ago it was',
  async (model, context) => {
    verifies(context, 'wire:outbox:spoken');
    const { ledger, pass, answers } = await spoken(
      model,
      { type: 'deadAir', at: { on: 'userTurn' }, connection: 1 },
      { type: 'reset', at: { afterMs: 20_000 }, connection: 1 },
    );
    await pass(30_000);
    expect(ledger().sessions).toHaveLength(2);
    expect(wordsIn(ledger())).toBe(1);
    expect(answers()).toBe(1);
  },
);

test.for(MODELS)(
  '%s: a turn whose end the service never heard is heard again, however late that is noticed: it was lost',
  async (model, context) => {
    verifies(context, 'wire:outbox:spoken');
    const { session, ledger, pass, answers } = await spoken(model, {
      // Behind the beginning and fifteen chunks comes the end.
      type: 'ignoredMessage',
      at: { on: 'realtimeInput', nth: 17 },
      connection: 1,
    });
    await pass(5_000);
    expect(wordsIn(ledger())).toBe(0);
    void session.rotate({ atOnce: true });
    await pass(5_000);
    expect(wordsIn(ledger())).toBe(1);
    expect(answers()).toBe(1);
  },
);

test.for(MODELS)(
  '%s: a turn that was heard and breaks off twice in one moment is known once: it was told in words and in sound',
  async (model, context) => {
    verifies(context, 'wire:outbox:spoken');
    const { ledger, pass, answers } = await spoken(
      model,
      // With the end of the turn, so that the second connection hears all of it in one moment.
      { type: 'reset', at: { on: 'realtimeInput', nth: 17 }, connection: 1 },
      { type: 'reset', at: { on: 'inputTranscription', nth: 2, delayMs: 20 }, connection: 2 },
    );
    await pass(5_000);
    expect(wordsIn(ledger())).toBe(1);
    expect(answers()).toBe(1);
  },
);
