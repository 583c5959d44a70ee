/** What a new connection is asked again, and when (design §3, Outbox). */
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { activeRig, type Rig, settle } from '../../../tests/support/wire-peer.ts';

const BLOCKING = 'gemini-2.5-flash-native-audio-preview-12-2025';
const ASKS = { clientContent: { turnComplete: true } };

async function say(rig: Rig, ...messages: ReadonlyArray<Record<string, unknown>>): Promise<void> {
  for (const message of messages) rig.server.say(message);
  await settle();
}

const calls = (...ids: readonly string[]) => ({
  toolCall: { functionCalls: ids.map((id) => ({ id, name: `look_${id}`, args: {} })) },
});
const words = { serverContent: { modelTurn: { parts: [{ text: 'Yes.' }] } } };
const turnComplete = { serverContent: { turnComplete: true } };
const handle = { sessionResumptionUpdate: { newHandle: 'h', resumable: true } };

/** What the newest connection was sent after its setup. */
function sent(rig: Rig): readonly unknown[] {
  return rig.server.received.slice(1);
}

async function lose(rig: Rig): Promise<void> {
  const { length } = rig.connections;
  rig.server.peer.reset();
  await rig.clock.runUntil(() => rig.connections.length > length && rig.session.phase !== 'setupSent', 5_000);
  expect(rig.session.connection.state).toBe('open');
}

describe('A prompt without words', () => {
  test('was sent again as nothing, once it was answered', async (context) => {
    verifies(context, 'wire:outbox:once');
    const rig = await activeRig();
    await say(rig, handle);
    await rig.session.sendClientContent([], true);
    await say(rig, words, turnComplete);
    await lose(rig);
    expect(sent(rig)).toEqual([]);
    expect(rig.events.at(-1)).toMatchObject({ type: 'rotated', replayed: { turns: 0 } });
  });

  test('is asked again as long as it is not answered; before a later turn that asks it is nothing', async () => {
    const rig = await activeRig();
    await say(rig, handle);
    await rig.session.sendClientContent([], true);
    await lose(rig);
    expect(sent(rig)).toEqual([{ clientContent: { turns: [], turnComplete: true } }]);
    await rig.session.sendText('one');
    await lose(rig);
    expect(sent(rig)).toEqual([
      { clientContent: { turns: [{ role: 'user', parts: [{ text: 'one' }] }], turnComplete: true } },
    ]);
  });
});

describe('A turn whose call was lost with its session', () => {
  /** The text is told to a fresh session, and not asked for, because the call is to bring its result. */
  async function waiting(model: string): Promise<Rig> {
    const rig = await activeRig({ model });
    await rig.session.sendText('one');
    await say(rig, calls('lost'));
    await lose(rig);
    expect(sent(rig)).toMatchObject([{ clientContent: { turnComplete: false } }]);
    return rig;
  }

  test('is asked again when nobody answers that call', async (context) => {
    verifies(context, 'wire:outbox:asks');
    const rig = await waiting(BLOCKING);
    await rig.session.beginToolExecution(['lost']);
    expect(sent(rig).slice(1)).toEqual([ASKS]);
    await rig.session.beginToolExecution(['lost']);
    expect(sent(rig)).toHaveLength(2);
  });

  test('was asked again while the model waited for another call', async (context) => {
    verifies(context, 'wire:outbox:asks');
    const rig = await waiting(BLOCKING);
    await rig.session.signalActivityStart();
    await rig.session.signalActivityEnd();
    await say(rig, calls('open'));
    await rig.session.beginToolExecution(['lost']);
    expect(sent(rig)).toHaveLength(1);
    // The model has acted since: what it says after its own call is its answer.
    await rig.session.beginToolExecution(['open']);
    expect(sent(rig)).toHaveLength(1);
  });

  test('was asked again while the user spoke, and after an interruption', async (context) => {
    verifies(context, 'wire:outbox:asks');
    const speaking = await waiting(BLOCKING);
    await speaking.session.signalActivityStart();
    await speaking.session.beginToolExecution(['lost']);
    expect(sent(speaking)).toHaveLength(1);
    const interrupted = await waiting(BLOCKING);
    await say(interrupted, { serverContent: { interrupted: true } });
    await interrupted.session.beginToolExecution(['lost']);
    expect(sent(interrupted)).toHaveLength(1);
  });

  test.each(['BLOCKING', 'NON_BLOCKING'] as const)(
    'waits for a call that the session was resumed with if the model does (%s)',
    async (behavior) => {
      const tools = [{ functionDeclarations: [{ name: 'look_carried', behavior }] }];
      const rig = await activeRig({ model: BLOCKING, tools });
      await say(rig, calls('carried'), handle);
      await rig.session.sendText('one');
      await say(rig, calls('lost'));
      await lose(rig);
      expect(rig.session.state.openCalls).toEqual(['carried']);
      const before = sent(rig).length;
      await rig.session.beginToolExecution(['lost']);
      expect(sent(rig).slice(before)).toEqual(behavior === 'BLOCKING' ? [] : [ASKS]);
      await rig.session.beginToolExecution(['carried']);
      expect(sent(rig).slice(before)).toEqual([ASKS]);
    },
  );

  test('is asked again by the last result, when another call was open as the first one came', async (context) => {
    verifies(context, 'wire:outbox:asks');
    const rig = await activeRig({ model: BLOCKING });
    await say(rig, calls('one', 'two'));
    await lose(rig);
    await rig.session.sendToolResponse([{ id: 'one', name: 'look_one', response: { found: 1 } }]);
    expect(sent(rig)).toMatchObject([{ clientContent: { turnComplete: false } }]);
    await rig.session.sendToolResponse([
      { id: 'two', name: 'look_two', response: { found: 2 }, scheduling: 'SILENT' },
    ]);
    expect(sent(rig).at(-1)).toMatchObject({ clientContent: { turnComplete: true } });
  });
});

describe('A call that came again', () => {
  test('after its handle was taken for one that the handle does not know', async (context) => {
    verifies(context, 'wire:outbox:once');
    const rig = await activeRig({ model: BLOCKING });
    await say(rig, calls('a'), handle, calls('a'));
    await lose(rig);
    expect(rig.session.state.openCalls).toEqual(['a']);
    await rig.session.sendToolResponse([{ id: 'a', name: 'look_a', response: { found: 1 } }]);
    expect(sent(rig)).toMatchObject([{ toolResponse: { functionResponses: [{ id: 'a' }] } }]);
  });
});

describe('The progress of a call', () => {
  const response = { name: 'look_a', response: { done: 'half' } };

  test('was told again after the call was cancelled; what was answered for good is', async (context) => {
    verifies(context, 'wire:outbox:once');
    const rig = await activeRig();
    await say(rig, handle, calls('a', 'b'), handle);
    await rig.session.sendToolResponse([
      { id: 'a', willContinue: true, ...response },
      { id: 'b', name: 'look_b', response: { found: 1 } },
    ]);
    await rig.session.sendToolResponse([{ id: 'a', willContinue: true, ...response }]);
    await say(rig, { toolCallCancellation: { ids: ['a', 'b'] } });
    await lose(rig);
    expect(sent(rig)).toMatchObject([
      { toolResponse: { functionResponses: [{ id: 'b', response: { found: 1 } }] } },
    ]);
    expect(JSON.stringify(sent(rig))).not.toContain('half');
  });
});

describe('The user, after a lost connection', () => {
  test('still speaks if this side says so, and not if only the service did', async () => {
    const rig = await activeRig();
    await say(rig, { serverContent: {}, voiceActivity: { type: 'ACTIVITY_START' } });
    await lose(rig);
    expect(rig.session.phase).toBe('active');
    await rig.session.signalActivityStart();
    await lose(rig);
    expect(rig.session.phase).toBe('userSpeaking');
    await say(rig, { serverContent: {}, voiceActivity: { type: 'ACTIVITY_END' } });
    await lose(rig);
    expect(rig.session.phase).toBe('active');
  });
});
