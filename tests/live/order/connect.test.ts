import { describe, expect, test } from 'vitest';
import type { LivePhase } from '../../../src/live/index.ts';
import { tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';
import { followRows } from './rows.ts';

const PLACES: readonly LivePhase[] = [
  { name: 'ask', instruction: 'Ask the day.', transitions: [{ to: 'book', when: (s) => s.has('day') }] },
  { name: 'book', instruction: 'Book the table.', terminal: true },
];

describe('connected', () => {
  test('the session is noted, the first phase entered, the greeting sent, the hook run, then it is told', async (context) => {
    verifies(context, 'live:order', 'live:greeting');
    const call = new OrderedCall();
    const [ask, book] = PLACES as [LivePhase, LivePhase];
    const onEnter = ({ state }: { state: { has(key: string): boolean } }): void =>
      call.note(`onEnter, connected: ${state.has('session:connectedAtMs')}`);
    await call.open({
      greeting: 'Good evening?',
      phases: { initial: 'ask', phases: [{ ...ask, onEnter }, book] },
      hooks: { onConnected: () => call.note('onConnected') },
    });
    expect(call.take()).toEqual([
      '> setup',
      'onEnter, connected: true',
      'phaseTransition',
      '> clientContent',
      'onConnected',
      'connected',
    ]);
    expect(call.of('phaseTransition')).toMatchObject([{ from: '', to: 'ask' }]);
    await call.handle.disconnect();
  });

  test('a session that is resumed is not greeted, at first or later', async (context) => {
    verifies(context, 'live:greeting');
    const call = await new OrderedCall().open({
      greeting: 'Good evening?',
      sessionResumption: { handle: 'h-1' },
    });
    expect(call.take()).toEqual(['> setup', 'connected']);
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.runUntil(() => call.peer.connections === 2, 60_000);
    await call.peer.clock.advanceAsync(0);
    expect(call.take().filter((line) => line !== 'error')).toEqual(['> setup', 'connected', 'rotated']);
    expect(call.of('connected')).toMatchObject([{ resumed: true }, { resumed: true }]);
    await call.handle.disconnect();
  });

  test('a fresh session in mid-conversation: calls run on, it is told where it stands, and nothing is begun again', async (context) => {
    verifies(context, 'live:freshSession');
    let finish = (): void => {};
    const look = tool({
      name: 'look',
      description: 'Looks.',
      policy: { kind: 'read' },
      run: () => new Promise((resolve) => (finish = () => resolve({ table: 4 }))),
    });
    const call = new OrderedCall();
    const [ask, book] = PLACES as [LivePhase, LivePhase];
    await call.open({
      greeting: 'Good evening?',
      tools: [look, { functionDeclarations: [{ name: 'byHand' }] }],
      phases: { initial: 'ask', phases: [{ ...ask, onEnter: () => call.note('onEnter') }, book] },
      hooks: { onConnected: () => call.note('onConnected') },
    });
    call.handle.goToPhase('book');
    await call.peer.calls('look', {}, 'tool-1');
    await call.peer.calls('byHand', {}, 'hand-1');
    call.take();
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.runUntil(() => call.peer.connections === 2, 60_000);
    await call.peer.clock.advanceAsync(0);
    expect(call.take().filter((line) => line !== 'error')).toEqual([
      'turnRecord',
      '> setup',
      '> clientContent', // the greeting, which was not answered: told, and not asked again while a call runs
      'onConnected',
      'connected',
      'rotated',
    ]);
    expect(call.of('turnRecord')).toMatchObject([{ record: { number: 1, cutOff: true } }]);
    const [setup, greeting] = call.peer.received.slice(-2);
    expect(JSON.stringify(greeting)).toContain('"turnComplete":false');
    expect(JSON.stringify(setup)).toContain('Book the table.');
    finish();
    await call.peer.clock.advanceAsync(0);
    await call.handle.sendToolResponse([{ id: 'hand-1', name: 'byHand', response: { paid: 5 } }]);
    expect(call.of('toolCancelled')).toEqual([]);
    expect(call.of('toolExecution').map(({ callId }) => callId)).toEqual(['tool-1', 'hand-1']);
    const told = JSON.stringify(call.peer.received.slice(-2));
    expect(told).toContain('The function look has returned: {\\"table\\":4}');
    expect(told).toContain('The function byHand has returned: {\\"paid\\":5}');
    expect(call.of('error').map(({ error }) => error.code)).not.toContain('invalidArgument');
    await call.handle.disconnect();
  });

  test('an instruction that the application gave is given to a fresh session again', async (context) => {
    verifies(context, 'live:freshSession');
    const call = await new OrderedCall().open({ instruction: 'Be brief.' });
    await call.handle.updateInstruction('Be long.');
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.runUntil(() => call.peer.connections === 2, 60_000);
    await call.peer.clock.advanceAsync(0);
    expect(JSON.stringify(call.peer.received.at(-1))).toContain('Be long.');
    await call.handle.disconnect();
  });
});

describe('A fresh session on a model that takes contextUpdate', () => {
  test('was given the instruction twice: by its setup, and again', async (context) => {
    verifies(context, 'live:freshSession');
    const [ask, book] = PLACES as [LivePhase, LivePhase];
    const call = await new OrderedCall().open({
      model: 'gemini-3.8-live',
      instruction: 'Be brief.',
      phases: { initial: 'ask', phases: [ask, book] },
    });
    call.handle.goToPhase('book');
    await call.handle.updateInstruction('Be long.');
    await call.peer.says('Yes.', { thenCompletes: true });
    const before = call.peer.received.length;
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.runUntil(() => call.peer.connections === 2, 60_000);
    await call.peer.clock.advanceAsync(0);
    const frames = call.peer.received.slice(before).map((message) => JSON.stringify(message));
    for (const words of ['Be long.', 'Book the table.']) {
      expect(frames.filter((frame) => frame.includes(words))).toHaveLength(1);
      expect(frames[0]).toContain(words);
    }
    await call.handle.updateInstruction('Be kind.');
    await call.peer.says('Yes.', { thenCompletes: true });
    const last = JSON.stringify(call.peer.received.at(-1));
    expect(last).toContain('Be kind.');
    expect(last).not.toContain('Be long.');
    await call.handle.disconnect();
  });
});

describe('turnCutOff, rotated', () => {
  test('a turn that is lost with its connection has its words and its record; the next one has another number', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    await call.handle.sendText('Which day?');
    await call.peer.says('On Mon', { audioMs: 20 });
    call.take();
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.says('On Monday.', { thenCompletes: true });
    expect(call.take().filter((line) => line !== 'outputTranscript')).toEqual([
      'inputTranscript',
      'turnRecord',
      'error',
      '> setup',
      '> clientContent',
      'connected',
      'rotated',
      'turnComplete',
      'turnRecord',
    ]);
    expect(call.of('outputTranscript').filter(({ isFinal }) => isFinal)).toMatchObject([
      { text: 'On Mon', turn: 1, cutOff: true },
      { text: 'On Monday.', turn: 2 },
    ]);
    expect(call.of('turnRecord').map(({ record }) => record)).toMatchObject([
      { number: 1, heard: 'Which day?', said: 'On Mon', cutOff: true, interrupted: false },
      { number: 2, heard: '', said: 'On Monday.' },
    ]);
    expect('cutOff' in (call.handle.turns[1] ?? {})).toBe(false);
    expect(call.of('rotated')).toMatchObject([
      { cause: 'connectionLost', gapMs: 0, replayed: 1, resumed: false, reseeded: false },
    ]);
    await call.handle.disconnect();
  });

  test('a fresh session is told what both have said, and not what waits for its answer; nobody is greeted', async (context) => {
    verifies(context, 'live:freshSession');
    const call = await new OrderedCall().open({ greeting: 'Good evening?' });
    await call.peer.says('Good evening.', { thenCompletes: true });
    await call.handle.sendText('A table, please.');
    await call.peer.says('Which day?', { thenCompletes: true });
    await call.handle.sendText('Monday.');
    call.take();
    await call.peer.disconnects(1011, 'internal error');
    expect(call.take().filter((line) => line.startsWith('>'))).toEqual([
      '> setup',
      '> clientContent',
      '> clientContent',
    ]);
    const [seed, asked] = call.peer.received.slice(-2).map((message) => JSON.stringify(message));
    for (const text of ['Good evening.', 'A table, please.', 'Which day?']) expect(seed).toContain(text);
    expect([seed?.includes('Monday.'), asked?.includes('Monday.')]).toEqual([false, true]);
    expect(call.of('rotated')).toMatchObject([{ resumed: false, reseeded: true, replayed: 1 }]);
    await call.handle.disconnect();
  });

  test('a session that begins with a history is not greeted', async (context) => {
    verifies(context, 'live:greeting');
    const history = () => [
      { role: 'user' as const, parts: [{ text: 'Hello?' }] },
      { role: 'model' as const, parts: [{ text: 'Hello.' }] },
    ];
    const call = await new OrderedCall().open({ greeting: 'Good evening?', history });
    expect(call.take()).toEqual(['> setup', '> clientContent', 'connected']);
    expect(JSON.stringify(call.peer.received.at(-1))).not.toContain('Good evening?');
    await call.handle.disconnect();
  });

  test('the handle asks for another connection, and so does the watchdog', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({ quiet: { deadAir: { policy: { noReply: 'rotate' } } } });
    await call.peer.handsOut('h-1');
    await call.handle.rotate({ atOnce: true });
    expect(call.of('rotated')).toMatchObject([{ cause: 'application', resumed: true, replayed: 0 }]);
    await call.handle.sendText('Hello?');
    await call.peer.clock.advanceAsync(5_000);
    await call.peer.clock.runUntil(() => call.of('rotated').length === 2, 5_000);
    expect(call.of('deadAir')).toMatchObject([{ cause: 'noReply', action: 'rotate' }]);
    expect(call.of('rotated')).toMatchObject([{}, { cause: 'deadAir', resumed: true, replayed: 1 }]);
    expect(JSON.stringify(call.peer.received.at(-1))).toContain('Hello?');
    await call.handle.disconnect();
  });
});

describe('userText', () => {
  test('the text is on its way before it is noted as what the user said, by whichever writer', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    call.take();
    await call.handle.sendText('One.');
    await call.handle.writer().sendText('Two.');
    await call.handle.writer().sendClientContent(
      [
        { role: 'model', parts: [{ text: 'What?' }] },
        { role: 'user', parts: [{ text: 'Three.' }] },
      ],
      true,
    );
    expect(call.take()).toEqual(['> clientContent', '> clientContent', '> clientContent']);
    await call.peer.says('Yes.', { thenCompletes: true });
    expect(call.of('turnRecord')).toMatchObject([{ record: { heard: 'One.\nTwo.\nThree.' } }]);
    expect(call.of('inputTranscript')).toMatchObject([{ text: 'One.\nTwo.\nThree.', isFinal: true }]);
    await call.handle.disconnect();
  });

  test('a listener that sends a text from within the end of a turn begins the next one', async () => {
    const call = await new OrderedCall().open();
    const stop = call.handle.on('turnComplete', () => {
      stop();
      void call.handle.sendText('And now?');
    });
    await call.peer.says('Done.', { thenCompletes: true });
    await call.peer.says('Nothing.', { thenCompletes: true });
    expect(call.of('turnRecord').map(({ record }) => [record.heard, record.said])).toEqual([
      ['', 'Done.'],
      ['And now?', 'Nothing.'],
    ]);
    await call.handle.disconnect();
  });
});

describe('instruct', () => {
  test('a new instruction goes out as part of what steers, and not while the model is in its turn', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({
      instruction: 'Be brief.',
      phases: { initial: 'ask', phases: PLACES },
    });
    call.take();
    await call.handle.updateInstruction('Be long.');
    expect(call.take()).toEqual(['> contextUpdate']);
    const update = JSON.stringify(call.peer.received.at(-1));
    expect([update.includes('Be long.'), update.includes('Ask the day.')]).toEqual([true, true]);
    await call.peer.writes('Well');
    await call.handle.updateInstruction('Be kind.');
    expect(call.take()).toEqual(['textDelta']);
    await call.peer.completes();
    expect(call.take()).toEqual(['textComplete', 'turnComplete', '> contextUpdate', 'turnRecord']);
    expect(JSON.stringify(call.peer.received.at(-1))).toContain('Be kind.');
    await call.handle.disconnect();
  });
});

describe('resumption, goAway, usage', () => {
  test('what the server hands out is noted: whether it can be resumed, and by what', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    expect([call.state('session:resumable'), call.handle.resumeHandle()]).toEqual([false, undefined]);
    await call.peer.handsOut('h-7');
    expect([call.state('session:resumable'), call.handle.resumeHandle()]).toEqual([true, 'h-7']);
    await call.handle.disconnect();
  });

  test('a GoAway is in the state before it is told', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    call.take();
    call.handle.on('goAway', () => call.note(`received: ${call.state('session:goAwayReceived')}`));
    await call.peer.goesAway(9_000);
    expect(call.take()).toEqual(['received: true', 'goAway']);
    expect(call.of('goAway')).toMatchObject([{ timeLeftMs: 9_000 }]);
    await call.handle.disconnect();
  });

  test('tokens that come in the frame that ends the turn are of that turn', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    await call.peer.says('Yes.', { thenCompletes: true });
    expect(call.of('turnMetrics')).toMatchObject([{ ofTurn: 1, promptTokens: 100, responseTokens: 20 }]);
    expect(call.of('turnRecord')).toMatchObject([{ record: { tokens: { total: 120 } } }]);
    await call.handle.disconnect();
  });
});

followRows('connect.test.ts');
