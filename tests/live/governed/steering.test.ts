import { describe, expect, test } from 'vitest';
import type { FlowDefinition } from '../../../src/flow/definition/flow-definition.ts';
import { type LiveOptions, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';

const MODELS = {
  '2.5': 'gemini-2.5-flash-native-audio-preview-12-2025',
  '3.1': 'gemini-3.1-flash-live-preview',
  '3.8': 'gemini-3.8-live',
} as const;

const MODES = ['instructionUpdate', 'contextInjection', 'hybrid', 'contextUpdate'] as const;

const EVERYWHERE = Object.entries(MODELS).flatMap(([family, model]) =>
  MODES.map((mode) => ({ family, model, mode })),
);

const BOOKING: FlowDefinition = {
  name: 'booking',
  steps: [
    {
      id: 'notice',
      verbatim: 'This call is recorded.',
      posture: 'Greet the caller.',
      ground: 'Shop: {app:shop}.',
    },
    {
      id: 'ask',
      after: ['notice'],
      done: { isSet: 'day' },
      posture: 'Ask for the day.',
      ground: 'Guest: {guest}.',
      allow: ['look'],
    },
    { id: 'book', after: ['ask'], done: { calledOk: 'book' }, posture: 'Book the table.', allow: ['book'] },
    { id: 'end', after: ['book'], terminal: true, posture: 'Say goodbye.' },
  ],
  constraints: [{ require: ['ask', 'book'] }],
};

const NOTICE = 'word for word: "This call is recorded."';

const tools = ['look', 'book'].map((name) => tool({ name, description: name, run: () => ({ ok: true }) }));

async function opened(options: Partial<LiveOptions> = {}): Promise<OrderedCall> {
  const call = new OrderedCall();
  return call.open({
    instruction: 'Base.',
    tools,
    flow: { flow: BOOKING },
    quiet: { deadAir: false },
    ...options,
  });
}

/** What the model was sent, with one kind of quotes. */
const sent = (call: OrderedCall, from = 0): readonly string[] =>
  call.peer.received.slice(from).map((frame) => JSON.stringify(frame).replaceAll('\\"', '"'));
const mentions = (call: OrderedCall, words: string, from = 1): number =>
  sent(call, from).filter((frame) => frame.includes(words)).length;

async function turn(call: OrderedCall, said = 'Well.'): Promise<void> {
  await call.handle.sendText('Hello.');
  await call.peer.says(said, { audioMs: 0, thenCompletes: true });
  await call.peer.clock.advanceAsync(3_000);
}

describe('The model is told', () => {
  test.for(EVERYWHERE)(
    'what the steps say, once for each change ($family, $mode)',
    async ({ model, mode }, context) => {
      verifies(context, 'govern:live:steering', 'acceptance:control:steeringSuppressed');
      const call = await opened({ model, steering: { mode } });
      call.handle.state().set('guest', 'Ann');
      // Before the first word: in the setup, or right after it.
      const beginning = sent(call).join('\n');
      for (const words of ['Greet the caller.', NOTICE, 'Shop: .', 'Still to be done: ask, book.']) {
        expect(beginning).toContain(words);
      }
      await turn(call, 'Good day. Is this recorded?');
      await turn(call);
      expect(mentions(call, 'Ask for the day.')).toBe(0);
      await turn(call, 'This call is recorded.');
      const moved = call.peer.received.length;
      for (let at = 0; at < 3; at++) await turn(call);
      expect(mentions(call, 'Ask for the day.')).toBe(1);
      expect(mentions(call, 'Guest: Ann.')).toBe(1);
      expect(mentions(call, NOTICE, moved)).toBe(0);
      // What goes away and comes back is said again.
      for (const guest of ['Bob', 'Bob', 'Ann']) {
        call.handle.state().set('guest', guest);
        await turn(call);
      }
      await turn(call);
      expect(mentions(call, 'Guest: Bob.')).toBe(1);
      expect(mentions(call, 'Guest: Ann.')).toBe(2);
      call.handle.state().set('day', 'Monday');
      await turn(call);
      await turn(call);
      expect(mentions(call, 'Book the table.')).toBe(1);
      expect(mentions(call, 'Still to be done: book.')).toBe(1);
      expect(call.of('error').filter(({ error }) => error.code !== 'invalidOptions')).toEqual([]);
      await call.handle.disconnect();
    },
  );

  test('which tools there are before it is given the result that brings them', async (context) => {
    verifies(context, 'govern:live:steering', 'acceptance:control:toolsBeforeResponse');
    const finding = tool({
      name: 'look',
      description: 'look',
      run: (_args, { state }) => {
        state.set('day', 'Monday');
        return { free: true };
      },
    });
    const call = await opened({ tools: [finding, ...tools.slice(1)] });
    await turn(call, 'This call is recorded.');
    expect(call.state('session:declaredTools')).toEqual(['look']);
    const before = call.peer.received.length;
    const id = await call.peer.calls('look');
    const frames = sent(call, before);
    const declared = frames.findIndex((frame) => frame.includes('"name":"book"'));
    const answered = frames.findIndex((frame) => frame.includes('functionResponses') && frame.includes(id));
    expect(declared).toBeGreaterThanOrEqual(0);
    expect(answered).toBeGreaterThan(declared);
    expect(frames[declared]).toContain('Book the table.');
    expect(frames[declared]).not.toContain('"name":"look"');
    expect(call.state('session:declaredTools')).toEqual(['book']);
    await call.handle.disconnect();
  });

  test('where the conversation is, by a new connection that knows nothing of it', async (context) => {
    verifies(context, 'govern:live:steering');
    const call = await opened({ sessionResumption: false });
    await turn(call, 'This call is recorded.');
    call.handle.state().set('guest', 'Ann');
    await turn(call);
    const before = call.peer.received.length;
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.advanceAsync(30_000);
    const again = sent(call, before).join('\n');
    expect(again).toContain('"setup"');
    expect(again).toContain('Ask for the day.');
    expect(again).toContain('Guest: Ann.');
    expect(again).toContain('Still to be done: ask, book.');
    expect(call.state('session:declaredTools')).toEqual(['look']);
    await call.handle.disconnect();
  });
});
