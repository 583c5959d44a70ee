import { describe, expect, it } from 'vitest';
import type { LiveOptions } from '../../src/live/index.ts';
import { type Recording, type RecordingEntry, readRecording, replay } from '../../src/testing/index.ts';
import { verifies } from '../requirements.ts';
import { smallCall, weatherOptions } from './small-call.ts';

async function recorded(): Promise<Recording> {
  return readRecording((await smallCall()).text).recording;
}

function changed(recording: Recording, change: (entry: RecordingEntry) => RecordingEntry): Recording {
  return { ...recording, entries: recording.entries.map(change) };
}

describe('A replay drifts', () => {
  it('where a result of a tool is another one', async (context) => {
    verifies(context, 'replay:drift');
    const recording = changed(await recorded(), (entry) =>
      entry.type === 'settled' && JSON.stringify(entry.outcome).includes('rain')
        ? { ...entry, outcome: { type: 'value', value: { weather: 'snow' } } }
        : entry,
    );
    const { clean, difference } = await replay(recording, { options: weatherOptions() });
    expect(clean).toBe(false);
    const answer = recording.entries.find(
      (entry) => entry.type === 'out' && entry.data.includes('toolResponse'),
    );
    expect(difference).toMatchObject({ kind: 'frame', seq: answer?.seq });
    expect(difference?.diff).toBe(
      'toolResponse.functionResponses[0].response.weather: recorded "rain", came "snow"',
    );
  });

  it('where an option is another one', async (context) => {
    verifies(context, 'replay:drift');
    const recording = await recorded();
    const other = await replay(recording, { options: { ...weatherOptions(), instruction: 'Be long.' } });
    expect(other.difference).toMatchObject({ kind: 'frame', tMs: 0 });
    expect(other.difference?.diff).toContain('recorded "Be brief.", came "Be long."');
    const sooner = { reprompt: { afterMs: 2_000, text: 'Are you there?' } };
    const timed = await replay(recording, { options: { ...weatherOptions(), quiet: sooner } });
    expect(timed.clean).toBe(false);
    const model = await replay(recording, {
      options: { ...weatherOptions(), model: 'gemini-3.1-flash-live-preview' } satisfies LiveOptions,
    });
    expect(model.difference?.kind).toBe('profile');
  });

  it('where the instruction has other digits, though something else was redacted', async (context) => {
    verifies(context, 'replay:drift');
    const offering = (percent: number): LiveOptions => ({
      ...weatherOptions(),
      instruction: `Offer ${percent} percent.`,
      redaction: { cards: true },
    });
    const { text } = await smallCall(offering(10), undefined, 'My card is 4242 4242 4242 4242.');
    const { recording } = readRecording(text);
    expect(recording.entries.some((entry) => entry.type === 'out' && entry.hidden !== undefined)).toBe(true);
    expect(await replay(recording, { options: offering(10) })).toMatchObject({ clean: true, state: [] });
    const { clean, difference } = await replay(recording, { options: offering(90) });
    expect(clean).toBe(false);
    expect(difference?.diff).toContain('recorded "Offer 10 percent.", came "Offer 90 percent."');
  });

  it('where a frame of the recording is missing', async (context) => {
    verifies(context, 'replay:drift');
    const recording = await recorded();
    const call = recording.entries.findIndex(
      (entry) => entry.type === 'in' && entry.data.includes('toolCall'),
    );
    const entries = recording.entries.toSpliced(call, 1);
    const { difference, state } = await replay({ ...recording, entries }, { options: weatherOptions() });
    const answer = recording.entries.find(
      (entry) => entry.type === 'out' && entry.data.includes('toolResponse'),
    );
    expect(difference).toMatchObject({ kind: 'frame', seq: answer?.seq, came: undefined });
    expect(state.map(({ key }) => key)).not.toContain('thanked');
  });

  it('where something is asked that is on no tape', async (context) => {
    verifies(context, 'acceptance:control:tapeMiss', 'replay:tapes');
    const recording = changed(await recorded(), (entry) =>
      entry.type === 'call' && entry.kind === 'tool' ? { ...entry, input: { where: 'street' } } : entry,
    );
    const { difference } = await replay(recording, { options: weatherOptions() });
    expect(difference).toMatchObject({
      kind: 'tape',
      diff: 'tool look: where: recorded "street", came "garden"',
    });
  });

  it('not when nothing changed, and no tool is run', async (context) => {
    verifies(context, 'replay:clean', 'replay:tapes');
    expect(await replay(await recorded(), { options: weatherOptions('never') })).toMatchObject({
      clean: true,
      complete: true,
    });
  });

  it('never without options that are code', async () => {
    await expect(replay(await recorded())).rejects.toMatchObject({ code: 'optionsMissing' });
  });
});
