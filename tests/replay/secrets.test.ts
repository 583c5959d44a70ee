/** What a recording must not hold, and must survive. */
import { expect, it } from 'vitest';
import { State } from '../../src/live/index.ts';
import { readRecording } from '../../src/testing/index.ts';
import { verifies } from '../requirements.ts';
import { expectClean } from './replayed.ts';
import { smallCall, weatherOptions } from './small-call.ts';

it('a card or a marked value with a hyphen does not end the recording', async (context) => {
  verifies(context, 'replay:secrets');
  const options = { ...weatherOptions(), redaction: { cards: true } };
  const marked = (): State => {
    const state = new State();
    state.redact('name', 'odd');
    state.set('name', 'Anne-Marie');
    state.set('odd', 'a-b/c[d]{e}(f)|g^h$i.j*k+l?m\\n');
    return state;
  };
  const { events, text } = await smallCall(
    { ...options, state: marked() },
    undefined,
    'My card is 4242-4242-4242-4242, says Anne-Marie.',
  );
  expect(events.filter(({ type }) => type === 'error')).toEqual([]);
  expect(text).not.toMatch(/4242|anne|marie/i);
  await expectClean(readRecording(text).recording, { ...options, state: marked() });
});
