import { describe, expect, test } from 'vitest';
import { GovernedTalk } from '../../../tests/support/governed-talk.ts';
import { mergeTimings, timingOf, verbatimOf } from './timing.ts';

describe('Timing', () => {
  test('of concurrent steps merges to the cautious value', () => {
    expect(
      mergeTimings([
        {
          repromptAfterMs: 5_000,
          fillerAfterMs: 900,
          interruptible: true,
          endOfSpeechMs: 400,
          contextDelivery: 'deferred',
        },
        { repromptAfterMs: 3_000, reprompt: 'Ask again.', interruptible: false, endOfSpeechMs: 800 },
        { reprompt: 'Still there?', fillerAfterMs: 1_200, contextDelivery: 'immediate' },
      ]),
    ).toEqual({
      repromptAfterMs: 3_000,
      reprompt: 'Ask again.',
      fillerAfterMs: 900,
      interruptible: false,
      endOfSpeechMs: 800,
      contextDelivery: 'deferred',
    });
    expect(mergeTimings([{}, { interruptible: true }])).toEqual({ interruptible: true });
    expect(mergeTimings([])).toEqual({});
  });

  test('is that of the active steps of the layer that drives', () => {
    const talk = new GovernedTalk({
      steps: [
        { id: 'a', timing: { endOfSpeechMs: 500 }, verbatim: 'Read this.' },
        { id: 'b', timing: { endOfSpeechMs: 0 }, done: { isTrue: 'b' } },
        { id: 'c', after: ['b'], timing: { endOfSpeechMs: 900 }, done: { isTrue: 'c' } },
      ],
    });
    expect(timingOf(talk.flow, talk.state)).toEqual({ endOfSpeechMs: 500 });
    expect(verbatimOf(talk.flow, talk.state)).toEqual([{ step: 'a', text: 'Read this.' }]);
    talk.input({ type: 'spoke', text: 'Read this.' });
    talk.set('b', true).turn();
    expect(timingOf(talk.flow, talk.state)).toEqual({ endOfSpeechMs: 900 });
    expect(verbatimOf(talk.flow, talk.state)).toEqual([]);
  });
});
