import { describe, expect, test } from 'vitest';
import { type LiveOptions, tool } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';
import { followRows } from './rows.ts';

describe('fault', () => {
  test('an error is in the state before it is told', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    call.take();
    call.handle.on('error', () => call.note(`errors: ${call.state('session:errorCount')}`));
    await call.peer.sends({ error: { code: 13, message: 'odd' } } as never);
    call.handle.on('turnComplete', () => {
      throw new Error('listener');
    });
    call.handle.sendToolResponse([{ id: 'x', name: 'nobody', response: {} }]).catch(() => {});
    expect(call.take().filter((line) => line.startsWith('error'))).toEqual(['errors: 1', 'error']);
    await call.handle.disconnect();
  });
});

const slowRead = tool({
  name: 'look',
  description: 'Looks.',
  policy: { kind: 'read' },
  run: () => new Promise(() => {}),
});

describe('disconnect, disconnected, ended', () => {
  test('an open boundary, tools, context, hooks, the close, the cut-off turn, the end: in this order', async (context) => {
    verifies(context, 'live:order', 'live:end');
    const call = new OrderedCall();
    await call.open({
      tools: [slowRead],
      steering: { contextDelivery: 'deferred' },
      extractors: [{ name: 'facts', extract: () => new Promise(() => {}) }],
      phases: {
        initial: 'ask',
        phases: [
          { name: 'ask', instruction: 'Ask.' },
          { name: 'book', instruction: 'Book.', external: true, enterPrompt: 'The day is known.' },
        ],
      },
      hooks: {
        onTurnBoundary: () => call.note('onTurnBoundary'),
        onTeardown: ({ state }) => call.note(`onTeardown, over: ${state.get('session:disconnected')}`),
      },
    });
    await call.peer.says('One.', { thenCompletes: true });
    call.handle.goToPhase('book');
    await call.peer.calls('look', {}, 'tool-1');
    await call.peer.says('Two.');
    call.take();
    await call.handle.disconnect('enough');
    expect(call.take()).toEqual([
      'onTurnBoundary',
      'turnRecord',
      'toolCancelled',
      '> clientContent',
      'onTeardown, over: false',
      '> close',
      'outputTranscript',
      'turnRecord',
      'disconnected',
    ]);
    const [, last] = call.of('turnRecord');
    expect(last?.record).toMatchObject({ said: 'Two.', tools: [{ outcome: 'cancelled' }] });
    expect(call.of('disconnected')[0]).not.toHaveProperty('reason');
    expect(call.peer.clock.pending).toBe(0);
  });

  test('an end by the server is the same without the flush; hooks start before it is told, and what they throw is told', async (context) => {
    verifies(context, 'live:order', 'live:end');
    const call = new OrderedCall();
    await call.open({
      tools: [slowRead],
      watchers: [
        {
          key: 'session:disconnected',
          predicate: { type: 'becameTrue' },
          action: () => call.note('watcher'),
        },
      ],
      hooks: {
        onTeardown: [
          ({ state }) => {
            call.note(`onTeardown, over: ${state.get('session:disconnected')}`);
            throw new Error('teardown');
          },
        ],
      },
    } satisfies Partial<LiveOptions>);
    await call.peer.calls('look', {}, 'tool-1');
    await call.peer.says('Two.');
    call.take();
    await call.peer.disconnects(1008, 'API key expired. Please renew the API key.');
    await call.peer.clock.runUntil(() => call.of('disconnected').length > 0, 600_000);
    const lines = call.take();
    expect(call.of('turnRecord')[0]?.record).toMatchObject({ said: 'Two.', cutOff: true });
    expect(lines.slice(lines.indexOf('toolCancelled'))).toEqual([
      'toolCancelled',
      'onTeardown, over: true',
      'watcher',
      'error',
      'turnRecord',
      'disconnected',
    ]);
    expect(call.of('turnRecord').at(-1)?.record.tools).toMatchObject([{ outcome: 'cancelled' }]);
    expect(call.of('disconnected')[0]?.reason).toMatch(/^\w+: /);
    expect(call.handle.voiceState()).toMatchObject({ promptPending: false, playbackActive: false });
    await call.handle.done();
    expect(call.peer.clock.pending).toBe(0);
  });

  test('after the end nothing is run, kept or scheduled, whatever is called', async (context) => {
    verifies(context, 'live:end');
    const call = await new OrderedCall().open({
      quiet: { softTurnMs: 100, deadAir: true, reprompt: { afterMs: 1_000, text: '(silence)' } },
      telemetryIntervalMs: 100,
      phases: { initial: 'ask', phases: [{ name: 'ask', instruction: 'Ask.' }] },
    });
    const { handle } = call;
    await handle.disconnect();
    call.take();
    const refused = [
      handle.sendText('late'),
      handle.sendAudio(new Uint8Array(640)),
      handle.sendVideo(new Uint8Array(8)),
      handle.updateInstruction('late'),
      handle.writer().sendClientContent([], true),
    ];
    for (const sent of refused) await expect(sent).rejects.toMatchObject({ code: 'sessionEnded' });
    await handle.sendToolResponse([{ id: 'x', name: 'x', response: {} }]).catch(() => {});
    await Promise.all([
      handle.userSpeechStarted(),
      handle.userSpeechEnded(),
      handle.playbackDrained(),
      handle.flushDeferredPrompt(),
    ]);
    handle.goToPhase('ask');
    handle.state().set('late', true);
    await Promise.all([handle.disconnect(), handle.done()]);
    expect(call.take()).toEqual([]);
    expect(call.peer.clock.pending).toBe(0);
    expect(handle.turns).toEqual([]);
  });
});

followRows('end.test.ts');
