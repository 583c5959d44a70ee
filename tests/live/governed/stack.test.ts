import { describe, expect, test } from 'vitest';
import { verifies } from '../../requirements.ts';
import { answerOf, type Flow, governed, Ran, turn } from './governed-call.ts';

const TOOLS = ['look', 'book', 'faq', 'handOff'] as const;
const toolsOf = (ran: Ran, fails: readonly string[] = []) =>
  TOOLS.map((name) =>
    ran.tool(name, {}, () => {
      if (fails.includes(name)) throw new Error('out of order');
      return { ok: true };
    }),
  );

describe('A step that makes no progress', () => {
  const STUCK: Flow = {
    steps: [
      {
        id: 'ask',
        done: { isSet: 'day' },
        allow: ['look'],
        repair: {
          repromptAfter: 2,
          escalateAfter: 3,
          escalateAfterToolFailures: 2,
          escalateAfterInterruptions: 2,
          escalateTo: 'person',
        },
      },
      { id: 'person', done: { calledOk: 'handOff' }, allow: ['handOff'], posture: 'Hand the call over.' },
      { id: 'end', after: ['person'], terminal: true },
    ],
  };

  test('leads to a person after turns in vain, which the greeting is none of', async (context) => {
    verifies(context, 'acceptance:control:greetingRepair', 'govern:live:steering');
    const ran = new Ran();
    const call = await governed(STUCK, { tools: toolsOf(ran), greeting: 'Greet the caller.' });
    await turn(call, '', 'Good day! Which day?');
    await turn(call, 'Hm.', 'Which day?');
    expect(call.state('repair:ask:reprompt')).toBeUndefined();
    await turn(call, 'Hm.', 'Which day?');
    expect(call.state('repair:ask:reprompt')).toBe(true);
    expect(call.handle.explain()).toMatchObject({ active: ['ask'] });
    await turn(call, 'Hm.', 'Which day?');
    expect(call.state('repair:ask:escalate')).toBe(true);
    expect(call.handle.explain()).toMatchObject({ active: ['person'], done: ['ask'] });
    expect(call.of('phaseTransition').at(-1)?.reason).toContain('made no progress');
    expect(await answerOf(call, 'handOff')).toBe('{"ok":true}');
    await call.handle.disconnect();
  });

  test('leads there at once when its tool fails, or the user cuts in, too often', async () => {
    const ran = new Ran();
    const failing = await governed(STUCK, { tools: toolsOf(ran, ['look']) });
    for (let at = 0; at < 2; at++) await answerOf(failing, 'look');
    expect(failing.handle.explain()).toMatchObject({ active: ['person'] });
    await failing.handle.disconnect();

    const interrupted = await governed(STUCK, { tools: toolsOf(ran) });
    for (let at = 0; at < 2; at++) {
      expect(interrupted.handle.explain()).toMatchObject({ active: ['ask'] });
      await interrupted.peer.says('Which day', { audioMs: 0 });
      await interrupted.peer.interrupts();
      await interrupted.peer.clock.advanceAsync(3_000);
    }
    expect(interrupted.handle.explain()).toMatchObject({ active: ['person'] });
    await interrupted.handle.disconnect();
  });

  test('is not one where a tool was just called: the voicing of its result is no turn in vain', async () => {
    const ran = new Ran();
    const call = await governed(STUCK, { tools: toolsOf(ran) });
    await turn(call, '', 'Good day! Which day?');
    for (let at = 0; at < 6; at++) {
      await answerOf(call, 'look');
      await turn(call, '', 'I have looked.');
    }
    expect(call.handle.explain()).toMatchObject({ active: ['ask'] });
    expect(call.state('repair:ask:reprompt')).toBeUndefined();
    await call.handle.disconnect();
  });
});

describe('A correction', () => {
  test('deletes what was agreed to, opens the steps again and is said to the model; a restatement is none', async (context) => {
    verifies(context, 'govern:live:steering', 'govern:monitor:agreement');
    const ran = new Ran();
    const call = await governed(
      {
        steps: [
          { id: 'ask', done: { isSet: 'day' } },
          {
            id: 'confirm',
            after: ['ask'],
            done: { isTrue: 'agreed' },
            posture: 'Read the day back.',
            ground: 'Day: {day}.',
          },
          { id: 'book', after: ['confirm'], done: { calledOk: 'book' }, allow: ['book'] },
        ],
        constraints: [{ commit: { tool: 'book', until: { isTrue: 'agreed' } } }],
        corrections: [{ slot: 'day', clears: ['agreed'], reopens: ['confirm'] }],
      },
      { tools: toolsOf(ran) },
    );
    const state = call.handle.state();
    state.set('day', 'Monday');
    await turn(call);
    state.set('agreed', true);
    await turn(call);
    expect(call.handle.explain()).toMatchObject({ active: ['book'] });
    state.set('day', 'monday!');
    expect(call.handle.explain()).toMatchObject({ active: ['book'] });
    await turn(call);
    expect(call.state('agreed')).toBe(true);
    // In the same turn in which it is given, before the tool can run.
    state.set('day', 'Friday');
    expect(await answerOf(call, 'book')).toContain('not permitted yet');
    expect(ran.names).toEqual([]);
    expect(call.state('agreed')).toBeUndefined();
    expect(call.handle.explain()).toMatchObject({ active: ['confirm'] });
    await call.peer.says('So Friday?', { thenCompletes: true });
    await call.peer.clock.advanceAsync(3_000);
    expect(JSON.stringify(call.peer.received)).toContain('Day: Friday.');
    await call.handle.disconnect();
  });
});

describe('A digression', () => {
  const wandering = (resume: 'previous' | 'restart' | 'terminate'): Flow => ({
    steps: [
      { id: 'name', done: { isTrue: 'named' }, posture: 'Ask for the name.' },
      { id: 'day', after: ['name'], done: { isSet: 'day' }, posture: 'Ask for the day.', allow: ['look'] },
    ],
    digressions: [
      {
        name: 'question',
        trigger: { isTrue: 'turn:asked' },
        resume,
        flow: {
          steps: [
            { id: 'answer', done: { calledOk: 'faq' }, posture: 'Answer the question.', allow: ['faq'] },
            { id: 'back', after: ['answer'], terminal: true, posture: 'Come to an end.' },
          ],
          constraints: [{ require: ['back'] }],
        },
      },
    ],
  });

  for (const resume of ['previous', 'restart', 'terminate'] as const) {
    test(`takes over, says its last words, and then goes on as its resume says: ${resume}`, async (context) => {
      verifies(context, 'govern:live:steering', 'acceptance:control:stacks');
      const ran = new Ran();
      const call = await governed(wandering(resume), { tools: toolsOf(ran) });
      const state = call.handle.state();
      state.set('named', true);
      await turn(call);
      state.set('turn:asked', true);
      // What was true until here is what begins it: keys of the turn go at its end.
      expect(await answerOf(call, 'look')).toContain('is not part of what is to be done now (answer)');
      expect(call.state('flow:overlay')).toEqual(['question']);
      expect(call.state('session:declaredTools')).toEqual(['faq']);
      expect(await answerOf(call, 'faq')).toBe('{"ok":true}');
      await turn(call, '', 'That is so.');
      expect(call.handle.explain()).toMatchObject({ overlayPath: ['question'] });
      expect(JSON.stringify(call.peer.received)).toContain('Come to an end.');
      state.set('named', resume !== 'restart');
      await turn(call);
      if (resume === 'terminate') {
        expect(call.handle.explain()).toMatchObject({
          terminated: true,
          active: [],
          overlayPath: [],
          done: ['name'],
        });
        for (const name of TOOLS) expect(await answerOf(call, name)).toContain('the conversation is over');
        expect(ran.names).toEqual(['faq']);
        expect(call.state('session:declaredTools')).toEqual([]);
      } else {
        const active = resume === 'restart' ? ['name'] : ['day'];
        expect(call.handle.explain()).toMatchObject({ active, overlayPath: [], terminated: false });
      }
      await call.handle.disconnect();
    });
  }
});
