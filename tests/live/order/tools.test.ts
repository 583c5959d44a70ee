import { describe, expect, test } from 'vitest';
import { tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';
import { followRows } from './rows.ts';

const BY_HAND = { functionDeclarations: [{ name: 'byHand' }] };

/** A tool whose run ends when the test says. */
function held(
  name: string,
  kind: 'read' | 'commit' = 'commit',
): { tool: ReturnType<typeof tool>; give: () => void } {
  const runs: Array<() => void> = [];
  return {
    tool: tool({
      name,
      description: 'Waits.',
      policy: { kind },
      run: () => new Promise((resolve) => runs.push(() => resolve({ ok: true }))),
    }),
    give: () => runs.shift()?.(),
  };
}

describe('toolCall, toolOutcome, toolResponses', () => {
  test('the call holds the floor before the tool starts; the outcome, the event, new tools, then the answer, then extractors', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const book = tool({
      name: 'book',
      description: 'Books.',
      run: (_args, { state }) => {
        call.note(`run in ${call.handle.phase}`);
        state.set('booked', true);
        return { ok: true };
      },
    });
    await call.open({
      tools: [book],
      steering: { amendment: (state) => (state.has('booked') ? 'It is booked.' : undefined) },
      extractors: [
        {
          name: 'facts',
          trigger: 'afterToolCall',
          extract: ({ window }) => {
            call.note(`extract after ${window.turns.at(-1)?.tools.length} tools`);
            return { value: {} };
          },
        },
      ],
    });
    call.take();
    await call.peer.calls('book');
    expect(call.take().slice(0, 5)).toEqual([
      'run in toolCallExecuting',
      'toolExecution',
      '> contextUpdate',
      '> toolResponse',
      'extract after 1 tools',
    ]);
    await call.peer.completes();
    expect(call.of('turnRecord')).toMatchObject([
      { record: { tools: [{ name: 'book', outcome: 'succeeded' }] } },
    ]);
    await call.handle.disconnect();
  });

  test('calls that are refused at once leave the floor free: what waits for the end of the turn goes then', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({
      tools: [held('look').tool],
      phases: {
        initial: 'ask',
        phases: [
          {
            name: 'ask',
            instruction: 'Ask.',
            transitions: [{ to: 'book', when: (state) => state.has('day') }],
          },
          { name: 'book', instruction: 'Book.', terminal: true },
        ],
      },
    });
    await call.peer.calls('nothing');
    await call.peer.says('I cannot.', { thenCompletes: true });
    call.handle.state().set('day', 'friday');
    call.take();
    await call.peer.says('Well.', { thenCompletes: true });
    expect(call.take()).toContain('> contextUpdate');
    await call.handle.disconnect();
  });

  test('a background tool that goes on does not hold the floor once the inline calls of its batch are answered', async () => {
    const slow = tool({
      name: 'slow',
      description: 'Waits.',
      policy: { kind: 'read', background: true },
      run: () => new Promise(() => {}),
    });
    const quick = tool({ name: 'quick', description: 'Does not.', run: () => ({ ok: true }) });
    const call = await new OrderedCall().open({
      tools: [slow, quick],
      phases: {
        initial: 'ask',
        phases: [
          { name: 'ask', instruction: 'Ask.' },
          { name: 'book', instruction: 'Book.', external: true },
        ],
      },
    });
    await call.peer.sends({
      toolCall: {
        functionCalls: [
          { id: '1', name: 'quick', args: {} },
          { id: '2', name: 'slow', args: {} },
        ],
      },
    });
    await call.peer.says('Done, and more to come.', { thenCompletes: true });
    call.take();
    call.handle.goToPhase('book');
    expect(call.take()).toEqual(['phaseTransition', '> contextUpdate']);
    await call.handle.disconnect();
  });
});

describe('answeredByHand', () => {
  test('the answer goes out, is told and kept like that of a tool, and frees the floor', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({
      tools: [BY_HAND],
      extractors: [
        {
          name: 'facts',
          trigger: 'afterToolCall',
          extract: () => {
            call.note('extract');
            return { value: {} };
          },
        },
      ],
    });
    await call.peer.calls('byHand', { day: 'friday' }, 'hand-1');
    call.take();
    await call.handle.sendToolResponse([{ id: 'hand-1', name: 'byHand', response: { ok: true } }]);
    expect(call.take().slice(0, 3)).toEqual(['> toolResponse', 'toolExecution', 'extract']);
    expect(call.of('toolExecution')).toMatchObject([
      { callId: 'hand-1', name: 'byHand', args: { day: 'friday' }, result: { ok: true } },
    ]);
    await call.peer.says('Done.', { audioMs: 0, thenCompletes: true });
    expect(call.of('turnRecord')).toMatchObject([
      { record: { tools: [{ name: 'byHand', outcome: 'succeeded' }] } },
    ]);
    await call.handle.disconnect();
  });
});

describe('toolCallCancelled', () => {
  test('tools are stopped, and it is told, of calls that would be answered by hand too', async (context) => {
    verifies(context, 'live:order');
    const look = held('look', 'read');
    const call = await new OrderedCall().open({ tools: [look.tool, BY_HAND] });
    await call.peer.calls('look', {}, 'tool-1');
    await call.peer.calls('byHand', {}, 'hand-1');
    call.take();
    await call.peer.cancels('tool-1', 'hand-1');
    expect(call.take()).toEqual(['toolCancelled', 'toolCancelled']);
    expect(call.of('toolCancelled').flatMap(({ ids }) => ids)).toEqual(['tool-1', 'hand-1']);
    look.give();
    await call.peer.clock.advanceAsync(0);
    expect(call.take()).toEqual([]);
    await call.handle.disconnect();
  });
});

describe('interrupted', () => {
  test('the words are cut to what was heard, reads are aborted, it is counted, then told', async (context) => {
    verifies(context, 'live:order');
    const look = held('look', 'read');
    const call = await new OrderedCall().open({ tools: [look.tool] });
    await call.peer.says('One two three four', { audioMs: 4_000 });
    await call.peer.calls('look', {}, 'tool-1');
    await call.peer.clock.advanceAsync(600);
    call.handle.on('toolCancelled', () => call.note(`heard all: ${call.handle.playback.active}`));
    call.handle.on('interrupted', () =>
      call.note(
        `interruptions ${call.state('session:interruptCount')}, speaks ${call.state('session:isModelSpeaking')}`,
      ),
    );
    call.take();
    await call.peer.sends({ serverContent: { interrupted: true } });
    expect(call.take()).toEqual([
      'heard all: false',
      'toolCancelled',
      'interruptions 1, speaks false',
      'interrupted',
    ]);
    await call.peer.sends({ serverContent: { turnComplete: true } });
    const [turn] = call.of('turnRecord');
    expect(turn?.record).toMatchObject({ interrupted: true, tools: [{ outcome: 'cancelled' }] });
    expect(turn?.record.said).toBe('One two');
    expect(call.of('outputTranscript').at(-1)).toMatchObject({ text: 'One two', isFinal: true });
    await call.handle.disconnect();
  });

  test('a turn whose playback outlasts it is cut afterwards, in its record and in the state', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    await call.peer.says('One two three four', { audioMs: 4_000, thenCompletes: true });
    await call.peer.clock.advanceAsync(1_000);
    await call.peer.interrupts();
    const [first] = call.handle.turns;
    expect(first?.said).not.toBe('One two three four');
    expect(call.state('session:lastOutputTranscription')).toBe(first?.said);
    await call.handle.disconnect();
  });
});

followRows('tools.test.ts');
