import { describe, expect, test } from 'vitest';
import type { LiveOptions, LivePhase } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';
import { followRows } from './rows.ts';

/** Context waits for the floor, and entering `book` asks the model to speak. */
const DEFERRED: Partial<LiveOptions> = {
  steering: { contextDelivery: 'deferred' },
  phases: {
    initial: 'ask',
    phases: [
      { name: 'ask', instruction: 'Ask.', transitions: [{ to: 'book', when: (state) => state.has('day') }] },
      {
        name: 'book',
        instruction: 'Book.',
        terminal: true,
        enterPrompt: 'Ask for the time.',
        promptOnEnter: true,
      },
    ] satisfies readonly LivePhase[],
  },
};

/** Whether the last frame asks the model to speak. */
function isPrompted(call: OrderedCall): boolean {
  const { clientContent } = (call.peer.received.at(-1) ?? {}) as {
    clientContent?: { turnComplete?: boolean };
  };
  return clientContent?.turnComplete === true;
}

describe('speechStarted, speechEnded', () => {
  test('the state knows that the user speaks, and that they stopped, before it is told', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    const speaks = (): void => call.note(`speaks: ${call.state('session:isUserSpeaking')}`);
    call.handle.on('vadStart', speaks);
    call.handle.on('vadEnd', speaks);
    call.take();
    await call.handle.userSpeechStarted();
    expect(call.handle.voiceState().userSpeaking).toBe(true);
    await call.handle.userSpeechEnded();
    expect(call.take()).toEqual(['speaks: true', 'vadStart', 'speaks: false', 'vadEnd']);
    await call.handle.disconnect();
  });

  test('a prompt that came up while the user spoke goes out when they stop', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open(DEFERRED);
    await call.handle.userSpeechStarted();
    call.handle.goToPhase('book');
    call.take();
    expect(call.handle.voiceState().promptPending).toBe(true);
    await call.handle.userSpeechEnded();
    expect(call.take()).toContain('> clientContent');
    expect(isPrompted(call)).toBe(true);
    await call.handle.disconnect();
  });
});

describe('modelBegan, playbackStarted', () => {
  test('the state and the reactor know that the model speaks when its first audio is told', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open();
    const seen: unknown[] = [];
    call.handle.on('audio', () => {
      seen.push([call.state('session:isModelSpeaking'), call.handle.voiceState().playbackActive]);
    });
    await call.peer.says('Hello', { audioMs: 100 });
    expect(seen).toEqual([[true, true]]);
    await call.handle.disconnect();
  });

  test('it is noted again after a connection was lost in the middle of it', async () => {
    const call = await new OrderedCall().open();
    await call.peer.says('Hello', { audioMs: 100 });
    await call.peer.disconnects(1011, 'internal error');
    await call.peer.clock.runUntil(() => call.peer.connections === 2, 60_000);
    await call.peer.clock.advanceAsync(0);
    expect(call.state('session:isModelSpeaking')).toBe(false);
    await call.peer.says('Hello again', { audioMs: 100 });
    expect(call.state('session:isModelSpeaking')).toBe(true);
    await call.handle.disconnect();
  });
});

describe('playbackDrained, waitingForInput', () => {
  test('the reactor knows that nothing is heard any more before the prompt goes that waited for it', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open(DEFERRED);
    await call.peer.says('Which day?', { audioMs: 2_000, thenCompletes: true });
    call.handle.goToPhase('book');
    expect([isPrompted(call), call.handle.voiceState()]).toMatchObject([
      false,
      { playbackActive: true, promptPending: true },
    ]);
    await call.handle.playbackDrained();
    expect([isPrompted(call), call.handle.voiceState()]).toMatchObject([
      true,
      { playbackActive: false, promptPending: false },
    ]);
    await call.handle.disconnect();
  });

  test('a model that says that it waits has left its turn: the prompt goes', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open(DEFERRED);
    await call.peer.says('Which day?', { audioMs: 2_000, thenCompletes: true });
    call.handle.goToPhase('book');
    await call.peer.writes('Hm');
    await call.peer.clock.advanceAsync(2_500);
    expect(isPrompted(call)).toBe(false);
    await call.peer.sends({ serverContent: { waitingForInput: true } });
    expect(isPrompted(call)).toBe(true);
    await call.handle.disconnect();
  });
});

describe('softTurn', () => {
  test('what the user said may have opened a way: it is taken, told, and then the hook runs', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    await call.open({
      ...DEFERRED,
      steering: {},
      quiet: { softTurnMs: 1_000 },
      hooks: { onSoftTurn: () => call.note('onSoftTurn') },
    });
    await call.handle.userSpeechStarted();
    await call.handle.userSpeechEnded();
    call.handle.state().set('day', 'friday');
    call.take();
    await call.peer.clock.advanceAsync(1_000);
    expect(call.take()).toEqual([
      'phaseTransition',
      '> contextUpdate',
      '> clientContent',
      '> clientContent',
      'onSoftTurn',
    ]);
    await call.handle.disconnect();
  });
});

describe('Voice rules of the application', () => {
  test('see live events, settled changes of state, soft turns and ticks, and no audio', async (context) => {
    verifies(context, 'live:reactorRules');
    const call = new OrderedCall();
    const seen = new Set<string>();
    await call.open({
      quiet: { softTurnMs: 50 },
      voiceRules: [
        ({ event }) => {
          if (event.type === 'live') seen.add(`live ${event.event.type}`);
          else if (event.type === 'stateChanged') seen.add(`state ${event.key}`);
          else seen.add(event.type);
          return event.type === 'live' && event.event.type === 'connected'
            ? { type: 'emit', body: { type: 'violation', subject: 'rule', reason: 'seen' } }
            : undefined;
        },
      ],
    });
    await call.handle.userSpeechStarted();
    await call.handle.userSpeechEnded();
    await call.peer.clock.advanceAsync(120);
    await call.peer.says('Yes.', { thenCompletes: true });
    await call.handle.disconnect();
    const wanted = [
      'live connected',
      'live turnComplete',
      'state session:turnCount',
      'softTurnComplete',
      'timerTick',
    ];
    expect(wanted.filter((line) => !seen.has(line))).toEqual([]);
    expect(seen.has('live audio')).toBe(false);
    expect(call.of('violation')).toHaveLength(1);
    expect(call.peer.clock.pending).toBe(0);
  });
});

followRows('voice.test.ts');
