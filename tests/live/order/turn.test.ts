import { describe, expect, test } from 'vitest';
import { type Extractor, type LivePhase, when } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from './ordered-call.ts';
import { followRows } from './rows.ts';

/** An extractor whose runs end when the test says. */
class Held implements Extractor<'facts'> {
  readonly name = 'facts';
  readonly promote = [{ field: 'day', stateKey: 'day' }];
  readonly #call: OrderedCall;
  #give: (() => void) | undefined;

  constructor(call: OrderedCall) {
    this.#call = call;
  }

  extract(): Promise<{ readonly value: object }> {
    this.#call.note('extract');
    return new Promise((resolve) => {
      this.#give = () => resolve({ value: { day: 'friday' } });
    });
  }

  async give(): Promise<void> {
    this.#give?.();
    await this.#call.peer.clock.advanceAsync(0);
  }
}

const ASK: LivePhase = {
  name: 'ask',
  instruction: 'Ask the day.',
  transitions: [{ to: 'book', when: (state) => state.has('day'), description: 'a day is known' }],
};
const BOOK: LivePhase = { name: 'book', instruction: 'Book the table.', terminal: true };

describe('generationComplete', () => {
  test('is noted, then extractors of that moment start, then the hook runs', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const extractor: Extractor = {
      name: 'facts',
      trigger: 'generationComplete',
      extract: ({ window }) => {
        call.note(`extract from "${window.turns.at(-1)?.model}"`);
        return { value: {} };
      },
    };
    await call.open({
      extractors: [extractor],
      hooks: { onGenerationComplete: () => call.note('onGenerationComplete') },
    });
    await call.peer.says('At eight.', { audioMs: 0 });
    call.take();
    await call.peer.sends({ serverContent: { generationComplete: true } });
    expect(call.take().slice(0, 2)).toEqual(['extract from "At eight."', 'onGenerationComplete']);
    await call.handle.disconnect();
  });
});

describe('turnComplete', () => {
  test('final words, cleared keys, counts and started extractors come before it is told, the boundary behind it', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const facts: Extractor = {
      name: 'facts',
      extract: () => {
        const { handle } = call;
        call.note(
          `extract: turn keys ${handle.state().keys('turn:').length}, turns ${call.state('session:turnCount')}`,
        );
        return new Promise(() => {});
      },
    };
    await call.open({
      phases: { initial: 'ask', phases: [ASK, BOOK] },
      extractors: [facts],
      hooks: { onTurnBoundary: () => call.note('onTurnBoundary') },
    });
    call.handle.state().set('turn:mood', 'good');
    await call.peer.hears('Friday.');
    await call.peer.says('Very well.', { audioMs: 0 });
    call.take();
    await call.peer.completes();
    expect(call.take()).toEqual([
      'vadEnd',
      'outputTranscript',
      'inputTranscript',
      'extract: turn keys 0, turns 1',
      'turnComplete',
    ]);
    await call.peer.clock.advanceAsync(2_000);
    expect(call.take()).toEqual(['onTurnBoundary', 'turnRecord']);
    await call.handle.disconnect();
  });

  test('without extractors the boundary is done before anything that listeners caused', async () => {
    const call = new OrderedCall();
    await call.open({ phases: { initial: 'ask', phases: [ASK, BOOK] } });
    call.handle.on('turnComplete', () => call.handle.goToPhase('book'));
    await call.peer.says('Yes.', { audioMs: 0 });
    call.take();
    await call.peer.completes();
    expect(call.take()).toEqual([
      'outputTranscript',
      'turnComplete',
      'turnRecord',
      'phaseTransition',
      '> contextUpdate',
    ]);
    expect(call.of('turnRecord')).toMatchObject([{ record: { phase: 'ask' } }]);
    await call.handle.disconnect();
  });

  test('a turn whose extractors are not back has its boundary before the next turn ends, and only once', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const held = new Held(call);
    await call.open({ extractors: [held], hooks: { onTurnBoundary: () => call.note('onTurnBoundary') } });
    await call.peer.says('One.', { audioMs: 0, thenCompletes: true });
    call.take();
    await call.peer.says('Two.', { audioMs: 0 });
    await call.peer.completes();
    const lines = call.take();
    expect(lines.slice(0, 5)).toEqual([
      'outputTranscript',
      'onTurnBoundary',
      'turnRecord',
      'outputTranscript',
      'turnComplete',
    ]);
    await held.give();
    await call.peer.clock.advanceAsync(5_000);
    expect(call.of('turnRecord').map(({ record }) => record.number)).toEqual([1, 2]);
    expect(call.take().filter((line) => line === 'onTurnBoundary')).toHaveLength(1);
    await call.handle.disconnect();
  });

  test('a prompt that waited for the end of the turn goes out behind what the boundary steers', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({
      model: 'gemini-2.5-flash-native-audio-preview-12-2025',
      steering: { contextDelivery: 'deferred' },
      phases: {
        initial: 'ask',
        phases: [ASK, { ...BOOK, enterPrompt: 'Ask for the time.', promptOnEnter: true }],
      },
    });
    await call.peer.writes('Which day?');
    call.handle.state().set('day', 'friday');
    call.take();
    await call.peer.completes();
    expect(call.take()).toEqual([
      'textComplete',
      'turnComplete',
      'phaseTransition',
      '> clientContent',
      '> clientContent',
      'turnRecord',
    ]);
    expect(call.peer.received.at(-1)).toMatchObject({ clientContent: { turnComplete: true } });
    await call.handle.disconnect();
  });
});

describe('boundary', () => {
  test('the state settles, phases move, needs are counted, the model is told, the hook runs, the record is told', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const extractor: Extractor = {
      name: 'facts',
      promote: [{ field: 'asked', stateKey: 'asked' }],
      extract: () => Promise.resolve({ value: { asked: true } }),
    };
    await call.open({
      extractors: [extractor],
      watchers: [
        {
          key: 'asked',
          predicate: { type: 'changed' },
          action: (_old, _asked, state) => {
            call.note('watcher');
            state.set('day', 'friday');
          },
        },
      ],
      phases: { initial: 'ask', phases: [ASK, BOOK] },
      hooks: { onTurnBoundary: () => call.note(`onTurnBoundary in ${call.handle.conversationPhase}`) },
    });
    await call.peer.says('Well.', { audioMs: 0 });
    call.take();
    await call.peer.completes();
    await call.peer.clock.advanceAsync(0);
    expect(call.take()).toEqual([
      'outputTranscript',
      'turnComplete',
      'extraction',
      'extraction',
      'statePromotion',
      'watcher',
      'phaseTransition',
      '> contextUpdate',
      'onTurnBoundary in book',
      'turnRecord',
    ]);
    expect(call.of('turnRecord')).toMatchObject([
      { record: { phase: 'book', stateDiff: { day: { after: 'friday' } } } },
    ]);
    await call.handle.disconnect();
  });

  test('the turn that moves is not counted against what the new phase needs', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({
      phases: {
        initial: 'ask',
        phases: [ASK, { ...BOOK, terminal: false, needs: ['time'] }],
        repair: { nudgeAfter: 1, escalateAfter: 2 },
      },
    });
    const turn = async (): Promise<void> => {
      await call.handle.sendText('Hm.');
      await call.peer.says('Well.', { audioMs: 0, thenCompletes: true });
    };
    call.handle.state().set('day', 'friday');
    await turn();
    expect([call.handle.conversationPhase, call.state('repair:escalation')]).toEqual(['book', undefined]);
    await turn();
    expect(call.state('repair:escalation')).toBeUndefined();
    await turn();
    expect(call.state('repair:escalation')).toBe(true);
    await call.handle.disconnect();
  });
});

describe('extracted, prepared', () => {
  test('results are applied, the state settles, and what they open is entered and told at once', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    const held = new Held(call);
    await call.open({
      extractors: [held],
      phases: { initial: 'ask', phases: [ASK, BOOK] },
    });
    await call.peer.says('Which day?', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(2_500);
    call.take();
    await held.give();
    expect(call.take()).toEqual([
      'extraction',
      'extraction',
      'statePromotion',
      'phaseTransition',
      '> contextUpdate',
    ]);
    await call.handle.disconnect();
  });

  test('what a preparation gives is kept before the phase that waits for it is entered', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    let give = (_menu: { readonly menu: string }): void => {};
    await call.open({
      phases: {
        initial: 'ask',
        phases: [
          ASK,
          {
            ...BOOK,
            requires: ['menu'],
            preparations: [
              { name: 'load', produces: ['menu'], run: () => new Promise((resolve) => (give = resolve)) },
            ],
            onEnter: ({ state }) => call.note(`onEnter with ${state.get('menu')}`),
          },
        ],
      },
    });
    call.handle.state().set('day', 'friday');
    await call.peer.says('One moment.', { audioMs: 0, thenCompletes: true });
    expect(call.handle.conversationPhase).toBe('ask');
    call.take();
    give({ menu: 'fish' });
    await call.peer.clock.advanceAsync(0);
    expect(call.take()).toEqual(['onEnter with fish', 'phaseTransition', '> contextUpdate']);
    await call.handle.disconnect();
  });
});

describe('goTo, stateWritten', () => {
  test('the conversation moves, then the model is told', async (context) => {
    verifies(context, 'live:order');
    const call = await new OrderedCall().open({ phases: { initial: 'ask', phases: [ASK, BOOK] } });
    call.take();
    call.handle.goToPhase('book', 'a supervisor');
    expect(call.take()).toEqual(['phaseTransition', '> contextUpdate']);
    expect(call.of('phaseTransition').at(-1)?.reason).toContain('a supervisor');
    await call.handle.disconnect();
  });

  test('a write from outside settles the state before it returns; phases wait for the boundary', async (context) => {
    verifies(context, 'live:order');
    const call = new OrderedCall();
    await call.open({
      phases: {
        initial: 'ask',
        phases: [{ ...ASK, modifiers: [when((s) => s.has('day'), 'Say the day.')] }, BOOK],
      },
      computed: [{ key: 'hasDay', deps: ['day'], compute: (state) => state.has('day') }],
    });
    call.handle.state().set('day', 'friday');
    expect([call.state('derived:hasDay'), call.handle.conversationPhase]).toEqual([true, 'ask']);
    await call.handle.disconnect();
  });
});

followRows('turn.test.ts');
