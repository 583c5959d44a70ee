import { describe, expect, test } from 'vitest';
import { State, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';

const PHASES = {
  initial: 'ask',
  phases: [
    { name: 'ask', instruction: 'Ask.' },
    { name: 'book', instruction: 'Book.', external: true },
  ],
} as const;

describe('A listener', () => {
  test('that throws on every event disturbs nobody, and is told of each time', async (context) => {
    verifies(context, 'live:isolation');
    const quiet = await new OrderedCall().open({ phases: PHASES });
    const loud = await new OrderedCall().open({ phases: PHASES });
    loud.handle.onEvent(() => {
      throw new Error('a bug');
    });
    for (const call of [quiet, loud]) {
      await call.handle.sendText('Hello.');
      await call.peer.says('Good evening.', { thenCompletes: true });
      await call.handle.disconnect();
    }
    const told = (call: OrderedCall): readonly string[] =>
      call.events.map(({ type }) => type).filter((type) => type !== 'error');
    expect(told(loud)).toEqual(told(quiet));
    expect(loud.of('error').every(({ error }) => error.code === 'listenerFailed')).toBe(true);
    expect(loud.of('error').length).toBeGreaterThan(3);
  });

  test('may write, send, move and ask for the end from within any event', async (context) => {
    verifies(context, 'live:isolation');
    const call = await new OrderedCall().open({ phases: PHASES });
    const { handle } = call;
    handle.on('outputTranscript', () => {
      handle.state().set('heard', true);
      void handle.sendAudio(new Uint8Array(640));
    });
    handle.on('turnComplete', () => {
      void handle.sendText('Next.');
      handle.goToPhase('book');
    });
    handle.on('phaseTransition', () => void handle.updateInstruction('Be quick.'));
    handle.on('turnRecord', () => void handle.disconnect());
    await call.peer.says('Done.', { thenCompletes: true });
    await handle.done();
    const order = call.events.map(({ type }) => type).filter((type) => type !== 'audio');
    expect(order.indexOf('turnRecord')).toBeLessThan(order.lastIndexOf('phaseTransition'));
    expect([order.at(-1), handle.conversationPhase, call.state('heard')]).toEqual([
      'disconnected',
      'book',
      true,
    ]);
    expect(call.of('error')).toEqual([]);
  });

  test('that causes itself for ever is stopped and told of; the call goes on', async (context) => {
    verifies(context, 'live:isolation');
    const call = await new OrderedCall().open({ phases: PHASES });
    call.handle.on('goAway', () => {}); // who comes first hears the events so far, too
    await call.peer.clock.advanceAsync(0);
    const stop = call.handle.on('phaseTransition', ({ to }) =>
      call.handle.goToPhase(to === 'book' ? 'ask' : 'book'),
    );
    call.handle.goToPhase('book');
    stop();
    expect(call.of('error').map(({ error }) => error.code)).toEqual(['controlQueueFull']);
    await call.peer.says('Hello.', { thenCompletes: true });
    expect(call.of('turnRecord')).toHaveLength(1);
    await call.handle.disconnect();
    expect(call.events.at(-1)?.type).toBe('disconnected');
  });
});

describe('Events', () => {
  test('are numbered without a gap, and carry the turn they are of and the generation', async (context) => {
    verifies(context, 'live:stamps');
    const look = tool({ name: 'look', description: 'Looks.', run: () => ({ ok: true }) });
    const call = await new OrderedCall().open({
      tools: [look],
      phases: PHASES,
      telemetryIntervalMs: 100,
      extractors: [{ name: 'facts', extract: () => Promise.resolve({ value: { day: 1 } }) }],
    });
    await call.handle.sendText('Hello.');
    await call.peer.calls('look');
    await call.peer.says('Good evening, and', { audioMs: 3_000 });
    await call.peer.interrupts();
    await call.peer.clock.advanceAsync(350);
    await call.peer.says('Yes?', { thenCompletes: true });
    await call.peer.clock.advanceAsync(350);
    await call.handle.disconnect();
    expect(call.events.map(({ seq }) => seq)).toEqual(call.events.map((_, index) => index + 1));
    expect(call.of('turnRecord').map(({ turn, record }) => [turn, record.number])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const generations = call.of('audio').map(({ turn, generation }) => `${turn}.${generation}`);
    expect([...new Set(generations)]).toEqual(['1.0', '2.1']);
    const stamps = call.events.map(({ generation }) => generation);
    expect(stamps).toEqual([...stamps].sort());
  });
});

describe('A state that outlives the call', () => {
  test('is let go of at the end: writes reach nothing of the call, and the next call starts on it', async (context) => {
    verifies(context, 'live:end');
    const state = new State();
    const seen: unknown[] = [];
    const open = (): Promise<OrderedCall> =>
      new OrderedCall().open({
        state,
        watchers: [{ key: 'day', predicate: { type: 'changed' }, action: (_old, day) => seen.push(day) }],
        computed: [{ key: 'hasDay', deps: ['day'], compute: (reader) => reader.has('day') }],
      });
    const first = await open();
    state.set('day', 'friday');
    await first.handle.disconnect();
    state.set('day', 'saturday');
    expect([seen, state.get('session:disconnected'), state.get('session:silenceMs')]).toEqual([
      ['friday'],
      true,
      undefined,
    ]);
    const second = await open();
    state.set('day', 'sunday');
    expect([seen, state.get('session:disconnected')]).toEqual([['friday', 'sunday'], false]);
    await second.handle.disconnect();
  });
});
