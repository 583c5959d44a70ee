/** What a recording must not hold, and must survive. */
import { expect, it } from 'vitest';
import { type LiveOptions, live, MemoryRecording, State } from '../../src/live/index.ts';
import { readRecording, replay, ScriptedPeer, settle } from '../../src/testing/index.ts';
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

/** A call with these options in which the user types. */
async function typed(options: LiveOptions, words: string, resumable?: string): Promise<string> {
  const peer = new ScriptedPeer();
  const { clock, transport } = peer;
  const sink = new MemoryRecording();
  const call = await live(options).connect({ transport, clock, environment: {}, recording: { sink } });
  if (resumable !== undefined) {
    await peer.sends({ sessionResumptionUpdate: { newHandle: resumable, resumable: true } });
  }
  void call.sendText(words);
  call.state().set(`said ${words}`, words);
  await peer.says('Yes.', { thenCompletes: true });
  if (resumable !== undefined) {
    const rotated = call.rotate({ atOnce: true });
    await clock.advanceAsync(2_000);
    await rotated;
  }
  let over = false;
  void call.disconnect().then(() => {
    over = true;
  });
  await clock.runUntil(() => over, 20_000);
  await settle();
  await settle();
  return sink.text;
}

it('a key that a function gives is in no recording when it gets into words', async (context) => {
  verifies(context, 'replay:secrets');
  const key = 'FUNCKEY-abcdef123456';
  const text = await typed({ apiKey: () => key, instruction: 'Be brief.' }, `the key is ${key}`);
  expect(text).not.toContain('FUNCKEY');
  await expectClean(readRecording(text).recording, { apiKey: () => 'another', instruction: 'Be brief.' });
});

it('a key in the instruction, and in a name of the state, is not in the header or the lines', async (context) => {
  verifies(context, 'replay:secrets');
  const apiKey = 'APIKEY-0123456789';
  const instruction = `Call the desk with ${apiKey}, twice.`;
  const text = await typed({ apiKey, instruction }, apiKey);
  expect(text).not.toContain('APIKEY');
  const { recording } = readRecording(text);
  await expectClean(recording, { instruction });
  await expectClean(recording);
  const other = await replay(recording, { options: { instruction: instruction.replace('twice', 'once') } });
  expect(other.difference).toMatchObject({ kind: 'frame' });
});

it('a key with a quote or a backslash is found in JSON', async (context) => {
  verifies(context, 'replay:secrets');
  const apiKey = 'SECRET"quoted\\key';
  const text = await typed({ apiKey, instruction: `Key ${apiKey}` }, `key ${apiKey}`);
  expect(text).not.toMatch(/SECRET|quoted/);
  await expectClean(readRecording(text).recording);
});

it('a handle that resumes the session is not in its recording, and the replay still resumes by it', async (context) => {
  verifies(context, 'replay:secrets');
  const handle = 'handle-of-the-service-0001';
  const text = await typed({ apiKey: 'any', instruction: 'Be brief.' }, 'hello', handle);
  expect(text).not.toContain(handle);
  const handles = [...text.matchAll(/andle\\": ?\\"(handle-[a-z]{24})\\"/g)].map(([, found]) => found);
  expect(handles.length).toBeGreaterThan(1);
  expect(new Set(handles).size).toBe(1);
  await expectClean(readRecording(text).recording);
});

it('a handle that the application gave is not in the recording, and is no difference in its replay', async (context) => {
  verifies(context, 'replay:secrets');
  const given = (instruction: string): LiveOptions => ({
    ...{ apiKey: 'any', instruction },
    sessionResumption: { handle: 'handle-of-the-application-7' },
  });
  const text = await typed(given('Be brief.'), 'hello');
  expect(text).not.toContain('handle-of-the-application-7');
  expect(text).toContain('[redacted]');
  const { recording } = readRecording(text);
  await expectClean(recording, given('Be brief.'));
  await expectClean(recording);
  expect(await replay(recording, { options: given('Be long.') })).toMatchObject({ clean: false });
});
