import { expect, it } from 'vitest';
import { type Moment, openTimeline, readRecording } from '../../src/testing/index.ts';
import { verifies } from '../requirements.ts';
import { smallCall, weatherOptions } from './small-call.ts';

it('tells how the session stood at any entry, back and forth', async (context) => {
  verifies(context, 'replay:moments');
  const { recording } = readRecording((await smallCall()).text);
  const set = recording.entries.find((entry) => entry.type === 'do' && entry.input.do === 'stateSet');
  const timeline = openTimeline(recording, weatherOptions());
  const seqs = recording.entries.map(({ seq }) => seq);
  const forth: Moment[] = [];
  for (const seq of seqs) forth.push(await timeline.at(seq));
  for (const seq of [...seqs].reverse()) expect(await timeline.at(seq)).toEqual(forth[seq - 1]);
  timeline.close();
  const at = (seq: number): Moment | undefined => forth[seq - 1];
  expect(at((set?.seq ?? 0) - 1)?.state.looked).toBeUndefined();
  expect(at(set?.seq ?? 0)?.state.looked).toBe('garden');
  const end = recording.entries.findLast((entry) => entry.type === 'end');
  expect(at(timeline.end)?.state).toMatchObject(end?.type === 'end' ? end.state : {});
  expect(at(timeline.end)?.transcript.map(({ user }) => user)).toContainEqual(
    expect.stringContaining('Thanks.'),
  );
  // Straight to the end, as another one sees it.
  const other = openTimeline(recording, weatherOptions());
  expect((await other.at(timeline.end)).state).toEqual(at(timeline.end)?.state);
  expect((await other.at(set?.seq ?? 0)).state).toEqual(at(set?.seq ?? 0)?.state);
  other.close();
});
