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
    expect(call.take().filter((line) => line !== 'error')).toEqual(['> setup', 'connected']);
    expect(call.of('connected')).toMatchObject([{ resumed: true }, { resumed: true }]);
    await call.handle.disconnect();
  });

  test('a fresh session in mid-conversation: lost calls are given up, it is told where it stands, and nothing is begun again', async (context) => {
    verifies(context, 'live:freshSession');
    const look = tool({
      name: 'look',
      description: 'Looks.',
      policy: { kind: 'read' },
      run: () => new Promise(() => {}),
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
      '> setup',
      'toolCancelled',
      'toolCancelled',
      '> contextUpdate',
      'onConnected',
      'connected',
    ]);
    expect(call.of('toolCancelled')).toMatchObject([{ ids: ['hand-1'] }, { ids: ['tool-1'] }]);
    const [setup, update] = call.peer.received.slice(-2);
    expect(JSON.stringify(setup)).toContain('Ask the day.');
    expect(JSON.stringify(update)).toContain('Book the table.');
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
