import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { toldHistory } from './told-history.ts';
import { Transcripts } from './transcripts.ts';

interface Told {
  readonly user?: string;
  readonly typed?: string;
  readonly model?: string;
  readonly isCutOff?: boolean;
}

/** What is told of these turns, short: `user: Hello?`. */
function told(...turns: readonly Told[]): readonly string[] {
  const transcripts = new Transcripts({ clock: new ManualClock() });
  for (const [at, { user, typed, model, isCutOff }] of turns.entries()) {
    if (user !== undefined) transcripts.userSaid(user);
    if (typed !== undefined) transcripts.userTyped(typed);
    if (model !== undefined) transcripts.modelSaid(model);
    if (isCutOff === true) transcripts.cutOff();
    transcripts.close(at + 1);
  }
  return toldHistory(transcripts).map(({ role, parts }) => `${role}: ${parts[0]?.text}`);
}

describe('What a fresh session is told', () => {
  test('is both sides of each turn that is over, without what is blank', (context) => {
    verifies(context, 'live:freshSession');
    expect(told({ model: 'Hello.' }, { user: 'A table.', model: 'When?' }, { user: ' ' })).toEqual([
      'model: Hello.',
      'user: A table.',
      'model: When?',
    ]);
  });

  test('leaves out a text whose answer was cut off: it is sent again', () => {
    expect(told({ model: 'Hello.' }, { typed: 'Monday.', model: 'On Mon', isCutOff: true })).toEqual([
      'model: Hello.',
    ]);
  });

  test('leaves out words of a voice whose answer was cut off: the session tells them as it tells a text', () => {
    expect(told({ user: 'Monday.', model: 'On Mon', isCutOff: true })).toEqual([]);
  });

  test('has the whole answer only, once it was given', () => {
    const turns = [{ typed: 'Monday.', model: 'On Mon', isCutOff: true }, { model: 'On Monday.' }];
    expect(told(...turns)).toEqual(['user: Monday.', 'model: On Monday.']);
  });

  test('is bounded: the last 20 turns, and 40,000 characters of them', () => {
    const short = Array.from({ length: 30 }, (_, at) => ({ user: `u${at}`, model: `m${at}` }));
    expect([told(...short).length, told(...short)[0]]).toEqual([40, 'user: u10']);
    const long = Array.from({ length: 10 }, () => ({ user: 'u'.repeat(15_000) }));
    expect(told(...long)).toHaveLength(2);
  });
});
