import { describe, expect, test } from 'vitest';
import type { ConversationDocument } from '../../../src/flow/conversation/conversation-document.ts';
import { scriptedTextModel } from '../../../src/live/index.ts';
import { verifies } from '../../requirements.ts';
import { OrderedCall } from '../order/ordered-call.ts';
import { answerOf, type Flow, governed, Ran, turn } from './governed-call.ts';

const BOOK: Flow = {
  steps: [
    { id: 'ask', done: { calledOk: 'book' }, allow: ['book', 'look'] },
    { id: 'end', after: ['ask'], terminal: true },
  ],
  constraints: [{ neverUntil: { tool: 'book', until: { decided: { agrees: true } } } }],
  decisions: [
    { id: 'agrees', ask: 'Does the user agree?', type: 'boolean', writes: 'agreed' },
    { id: 'mood', ask: 'How does the user feel?', type: 'score' },
  ],
};

/** A text model whose rounds a test answers. */
class Judge {
  readonly rounds: {
    readonly system: string;
    readonly words: string;
    readonly answer: (form: object) => void;
  }[] = [];
  readonly model = scriptedTextModel(
    ({ system = '', messages }) =>
      new Promise((resolve) => {
        const words = JSON.stringify(messages);
        this.rounds.push({ system, words, answer: (form) => resolve(JSON.stringify(form)) });
      }),
  );
}

const YES = { q1: { outcome: 'yes', confidence: 0.95 }, q2: { outcome: 'unsure', confidence: 0 } };

describe('Questions about what the user has said', () => {
  test('are asked at the end of the turn, all in one round, and what is sure is written', async (context) => {
    verifies(context, 'govern:live:decisions');
    const judge = new Judge();
    const ran = new Ran();
    const call = await governed(BOOK, {
      tools: [ran.tool('book'), ran.tool('look')],
      flow: { decisions: { model: judge.model } },
    });
    await call.peer.hears('Yes, please.');
    await call.peer.says('All right.', { audioMs: 0, thenCompletes: true });
    expect(judge.rounds).toHaveLength(1);
    expect(judge.rounds[0]?.system).toMatch(/agree[\s\S]*feel/);
    expect(call.of('turnRecord')).toEqual([]);
    judge.rounds[0]?.answer(YES);
    await call.peer.clock.advanceAsync(0);
    expect(call.of('turnRecord')).toHaveLength(1);
    expect(call.state('agreed')).toBe(true);
    expect(await answerOf(call, 'book')).toBe('{"ok":true}');
    expect(judge.rounds).toHaveLength(1);
    await call.handle.disconnect();
  });

  test('are not asked about a turn in which the user said nothing', async (context) => {
    verifies(context, 'govern:live:decisions');
    const judge = new Judge();
    const ran = new Ran();
    const call = await governed(BOOK, {
      tools: [ran.tool('book'), ran.tool('look')],
      flow: { decisions: { model: judge.model } },
    });
    await turn(call, '', 'Good day.');
    expect(judge.rounds).toEqual([]);
    expect(await answerOf(call, 'book')).toContain('not permitted yet');
    expect(judge.rounds).toEqual([]);
    await call.handle.disconnect();
  });

  test('are asked when a tool needs them, only those, while the call waits; at the end of the turn the rest', async (context) => {
    verifies(context, 'govern:live:decisions', 'acceptance:control:sameBreath');
    const judge = new Judge();
    const ran = new Ran();
    const call = await governed(BOOK, {
      tools: [ran.tool('book'), ran.tool('look')],
      flow: { decisions: { model: judge.model } },
    });
    await call.peer.hears('Yes, book it.');
    const id = await call.peer.calls('book');
    expect(call.peer.answersTo(id)).toEqual([]);
    expect(judge.rounds).toHaveLength(1);
    expect(judge.rounds[0]?.system).not.toContain('feel');
    expect(judge.rounds[0]?.words).toContain('Yes, book it.');
    judge.rounds[0]?.answer({ q1: YES.q1 });
    await call.peer.clock.advanceAsync(0);
    expect((await call.peer.answerTo(id)).response).toEqual({ ok: true });
    await call.peer.says('Booked.', { audioMs: 0, thenCompletes: true });
    expect(judge.rounds).toHaveLength(2);
    expect(judge.rounds[1]?.system).not.toContain('Does the user agree');
    await call.handle.disconnect();
  });

  test('that are answered too late, or of words that are past, satisfy nothing', async (context) => {
    verifies(context, 'govern:live:decisions', 'acceptance:control:decision');
    const judge = new Judge();
    const ran = new Ran();
    const tools = [ran.tool('book'), ran.tool('look')];
    const call = await governed(BOOK, {
      tools,
      flow: { decisions: { model: judge.model, timeoutMs: 1_000 } },
    });
    await call.peer.hears('Yes.');
    const id = await call.peer.calls('book');
    await call.peer.clock.advanceAsync(1_000);
    expect(String((await call.peer.answerTo(id)).response?.error)).toContain('not permitted yet');
    judge.rounds[0]?.answer({ q1: YES.q1 });
    await call.peer.clock.advanceAsync(0);
    expect(call.state('decision:agrees')).toMatchObject({ outcome: 'unsure' });
    expect(call.state('agreed')).toBeUndefined();
    expect(call.of('error').map(({ error }) => error.code)).toEqual(['textModelTimeout']);
    await call.handle.disconnect();
    expect(ran.names).toEqual([]);
  });

  test('are known until the user speaks again', async (context) => {
    verifies(context, 'govern:live:decisions', 'acceptance:control:decision');
    for (const again of ['typed', 'spoken', 'detected'] as const) {
      const judge = new Judge();
      const ran = new Ran();
      const tools = [ran.tool('book'), ran.tool('look')];
      const call = await governed(BOOK, { tools, flow: { decisions: { model: judge.model } } });
      await call.peer.hears('Yes.');
      await call.peer.says('All right.', { audioMs: 0, thenCompletes: true });
      judge.rounds[0]?.answer(YES);
      await call.peer.clock.advanceAsync(5_000);
      expect(call.state('decision:agrees')).toMatchObject({ outcome: 'yes' });
      if (again === 'typed') await call.handle.sendText('Or rather, no.');
      else if (again === 'spoken') await call.peer.hears('Or rather, no.');
      else await call.handle.userSpeechStarted();
      expect(call.state('decision:agrees'), again).toBeUndefined();
      const id = await call.peer.calls('book');
      judge.rounds[1]?.answer({ q1: { outcome: 'no', confidence: 1 } });
      await call.peer.clock.advanceAsync(0);
      expect(String((await call.peer.answerTo(id)).response?.error), again).toContain('not permitted yet');
      expect(ran.names).toEqual([]);
      await call.handle.disconnect();
    }
  });

  test('without anybody to answer them are one problem', async () => {
    const opening = new OrderedCall().open({
      conversation: {
        document: {
          name: 'asks',
          stages: [{ id: 'one', done: { decided: { agrees: true } } }],
          decisions: [{ id: 'agrees', ask: 'Agrees?', type: 'boolean' }],
        },
      },
    });
    await expect(opening).rejects.toMatchObject({
      problems: [{ path: 'flow.decisions', message: expect.stringContaining('textModel') }],
    });
  });
});

describe('Consent in the same breath as the wish', () => {
  const document = {
    name: 'booking',
    frames: { consent: { slots: [{ name: 'agreed', recogniser: 'yesNo', prompt: 'Shall I book it?' }] } },
    stages: [
      {
        id: 'book',
        collect: ['agreed'],
        allow: ['book'],
        commit: { tool: 'book', until: { isTrue: 'agreed' } },
        done: { calledOk: 'book' },
        next: ['end'],
      },
      { id: 'end', terminal: true },
    ],
    tools: [{ name: 'book', description: 'Books.' }],
  } as const satisfies ConversationDocument;

  test('is heard by a slot of the document before the call is judged, and the turn is not heard twice', async (context) => {
    verifies(context, 'acceptance:control:sameBreath', 'govern:live:converse');
    const ran = new Ran();
    const call = await new OrderedCall().open({ conversation: { document }, tools: [ran.tool('book')] });
    await call.peer.hears('Hm, let me see.');
    expect(await answerOf(call, 'book')).toContain('not permitted yet');
    await call.peer.completes();
    await call.peer.clock.advanceAsync(5_000);
    await call.peer.hears('Yes, book it.');
    expect(await answerOf(call, 'book')).toBe('{"ok":true}');
    expect(ran.names).toEqual(['book']);
    await call.peer.says('Booked.', { audioMs: 0, thenCompletes: true });
    await call.peer.clock.advanceAsync(0);
    expect(call.of('statePromotion').filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(call.handle.explain()).toMatchObject({ done: ['book', 'end'], complete: true });
    await call.handle.disconnect();
  });

  test('leaves what else was heard in the turn, though keys of the turn go at its end', async (context) => {
    verifies(context, 'acceptance:control:sameBreath', 'govern:document:hear');
    const ran = new Ran();
    const topic = {
      name: 'topic',
      heard: 'anytime',
      stateKey: 'turn:topic',
      recogniser: { oneOf: { price: ['price'], courtesy: ['please'] } },
    } as const;
    const slots = [...document.frames.consent.slots, topic];
    const stages = document.stages.map((stage) =>
      stage.id === 'book' ? { ...stage, collect: ['agreed', 'topic'] } : stage,
    );
    const asked = { ...document, frames: { consent: { slots } }, stages };
    const call = await new OrderedCall().open({
      conversation: { document: asked },
      tools: [ran.tool('book')],
    });
    await turn(call, 'What is the price?');
    expect(call.state('turn:topic')).toBe('price');
    for (const words of ['Well, what is the price?', 'Yes, book it, please.']) {
      await call.peer.hears(words);
      await answerOf(call, 'book');
      await call.peer.says('Well.', { thenCompletes: true });
      await call.peer.clock.advanceAsync(5_000);
      expect(call.state('turn:topic')).toBe(words.includes('please') ? 'courtesy' : 'price');
    }
    expect(ran.names).toEqual(['book']);
    await call.handle.disconnect();
  });

  test('is found by an extractor of the session, which the call waits for', async (context) => {
    verifies(context, 'acceptance:control:sameBreath');
    const ran = new Ran();
    let found: (result: { readonly value: object }) => void = () => {};
    const call = await governed(
      {
        steps: [{ id: 'book', done: { calledOk: 'book' }, allow: ['book'] }],
        constraints: [{ commit: { tool: 'book', until: { isTrue: 'agreed' } } }],
      },
      {
        tools: [ran.tool('book')],
        extractors: [
          {
            name: 'consent',
            extract: () => new Promise((resolve) => (found = resolve)),
            promote: [{ field: 'agreed', stateKey: 'agreed', merge: 'trueOnly' }],
          },
        ],
      },
    );
    await call.peer.hears('Yes, go on and book it.');
    const id = await call.peer.calls('book');
    expect(call.peer.answersTo(id)).toEqual([]);
    found({ value: { agreed: true } });
    await call.peer.clock.advanceAsync(0);
    expect((await call.peer.answerTo(id)).response).toEqual({ ok: true });
    await call.handle.disconnect();
  });
});
