import { describe, expect, test } from 'vitest';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import { projectFlow } from './project-flow.ts';

const decide = (): GovernedTalk =>
  new GovernedTalk({
    steps: [
      {
        id: 'ask',
        posture: 'Ask.',
        ground: 'The total is {total}.',
        allow: ['quote', 'pay'],
        done: { decided: { agrees: true } },
      },
      { id: 'book', posture: 'Book.', after: ['ask'], allow: ['book'], done: { calledOk: 'book' } },
      { id: 'send', after: ['book'], allow: ['send'], done: { calledOk: 'send' } },
    ],
    constraints: [{ neverUntil: { tool: 'pay', until: { isTrue: 'ok' } } }, { require: ['book', 'send'] }],
    decisions: [{ id: 'agrees', ask: 'Does the user agree?', type: 'boolean' }],
    ambient: ['hangUp'],
  });

describe('What the model is told', () => {
  test('is what the active steps say, their facts, and what is still required', () => {
    const talk = decide().set('total', 5);
    expect(talk.projection).toMatchObject({
      postures: ['Ask.'],
      grounds: ['The total is 5.'],
      unmet: 'Still to be done: book, send.',
    });
    talk.decide({ agrees: { outcome: 'yes', confidence: 1 } }).settle();
    talk.call('book');
    expect(talk.projection).toMatchObject({ postures: [], grounds: [], unmet: 'Still to be done: send.' });
    talk.call('send');
    expect(talk.projection.unmet).toBeUndefined();
  });
});

describe('A text to be said word for word', () => {
  test('is told until it has been said', () => {
    const talk = new GovernedTalk({
      steps: [{ id: 'a', posture: 'Begin.', verbatim: 'This call is recorded.', done: { isTrue: 'x' } }],
    });
    const told = 'Say exactly this, word for word: "This call is recorded."';
    expect(talk.projection.postures).toEqual(['Begin.', told]);
    talk.input({ type: 'spoke', text: 'This call is being taped.' });
    expect(talk.projection.postures).toEqual(['Begin.', told]);
    talk.input({ type: 'spoke', text: 'Hello. This call is recorded.' });
    expect(talk.projection.postures).toEqual(['Begin.']);
  });
});

describe('What the model is offered', () => {
  test('is also what a key would bring that an answer writes', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'ask', allow: ['look'], done: { isTrue: 'agreed' } },
        { id: 'book', after: ['ask'], allow: ['book'], done: { calledOk: 'book' } },
      ],
      decisions: [{ id: 'agrees', ask: 'Agrees?', type: 'boolean', writes: 'agreed' }],
    });
    expect(talk.projection.offeredTools).toEqual(['look', 'book']);
  });

  test('is what may run, be its condition true or not, and what one answer would bring', () => {
    const talk = decide();
    expect(talk.admit('pay').ok).toBe(false);
    expect(talk.projection.offeredTools).toEqual(['hangUp', 'pay', 'quote', 'book']);
    talk.decide({ agrees: { outcome: 'no', confidence: 1 } });
    expect(talk.projection.offeredTools).toEqual(['hangUp', 'pay', 'quote']);
    talk.decide({ agrees: { outcome: 'unsure', confidence: 1 } });
    expect(talk.projection.offeredTools).toContain('book');
    talk.decide({ agrees: { outcome: 'yes', confidence: 1 } }).settle();
    expect(talk.projection.offeredTools).toEqual(['book', 'hangUp']);
  });

  test('is all where no active step lists tools, unless those of the session are known', () => {
    const talk = new GovernedTalk({ steps: [{ id: 'a', deny: ['pay'], done: { isTrue: 'x' } }] });
    expect(talk.projection.offeredTools).toBeNull();
    expect(projectFlow(talk.flow, talk.state, talk.values, ['pay', 'search']).offeredTools).toEqual([
      'search',
    ]);
  });

  test('has no tool that is spent', () => {
    const talk = new GovernedTalk({
      steps: [{ id: 'a', allow: ['x', 'y'], done: { isTrue: 'z' } }],
      constraints: [{ once: 'x' }],
    });
    talk.call('x');
    expect(talk.projection.offeredTools).toEqual(['y']);
  });
});

describe('An explanation', () => {
  test('says what is active and why, what may run and why not, and what is missing', () => {
    const talk = decide();
    const { activeProgress, blockedTools, toolConditions, ...rest } = talk.explanation;
    expect(rest).toEqual({
      active: ['ask'],
      allowedTools: ['hangUp', 'quote'],
      missingRequirements: ['book', 'send'],
      done: [],
      complete: false,
      overlayPath: [],
      terminated: false,
    });
    expect(activeProgress).toEqual({
      ask: { description: 'the answer to "agrees" is yes', holds: false, children: [] },
    });
    expect(toolConditions).toEqual({ pay: [{ description: 'ok is true', holds: false, children: [] }] });
    expect(Object.keys(blockedTools)).toEqual(['book', 'pay', 'send']);
    for (const tool of ['book', 'pay', 'send']) expect(blockedTools[tool]).toBe(talk.refusal(tool));
  });
});
