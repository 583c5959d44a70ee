import { describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../src/live/index.ts';
import { readRecording, replay } from '../../src/testing/index.ts';
import { verifies } from '../requirements.ts';
import { expectClean } from './replayed.ts';
import { KEY, smallCall, weatherOptions } from './small-call.ts';

const codes = (events: readonly LiveEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'error' ? event.error.code : []));

describe('A recording', () => {
  it('holds no credential, and nothing that is redacted, however it came in pieces', async (context) => {
    verifies(context, 'replay:secrets');
    const options = {
      ...weatherOptions(),
      redaction: { cards: true, digitRuns: 4, patterns: [/code (\w+)/i] },
    };
    const words = `My card is 4242 4242 4242 4242, pin seven three one nine, code Rumpelstilz, key ${KEY}.`;
    const { text } = await smallCall(options, undefined, words);
    for (const secret of ['4242', 'three one', 'Rumpelstilz', KEY]) {
      expect(text.toLowerCase().includes(secret.toLowerCase()), secret).toBe(false);
    }
    const { recording } = readRecording(text);
    expect(recording.header.redactions).toEqual(['words']);
    await expectClean(recording, options);
  });

  it('holds no value of a key that is marked', async (context) => {
    verifies(context, 'replay:secrets');
    const { State } = await import('../../src/live/index.ts');
    const state = new State();
    state.redact('where', 'looked');
    state.set('where', 'Xanadu');
    const { text } = await smallCall({ ...weatherOptions(), state });
    expect(text).not.toContain('garden');
    expect(text).not.toContain('Xanadu');
    const again = new State();
    again.redact('where', 'looked');
    await expectClean(readRecording(text).recording, { ...weatherOptions(), state: again });
  });

  it('is given up when its sink throws, rejects or cannot be closed, and the call goes on', async (context) => {
    verifies(context, 'replay:harmless');
    const broken = [
      {
        write: () => {
          throw new Error('the disk is full');
        },
      },
      { write: () => Promise.reject(new Error('the disk is full')) },
    ];
    const { events: sound } = await smallCall();
    for (const sink of broken) {
      const { events } = await smallCall(weatherOptions(), sink);
      expect(codes(events)).toEqual(['recorderFailed']);
      const others = events.filter(({ type }) => type !== 'error').map(({ type }) => type);
      expect(others).toEqual(sound.map(({ type }) => type));
    }
    const unclosed = { write: () => {}, close: () => Promise.reject(new Error('no')) };
    expect((await smallCall(weatherOptions(), unclosed)).events.at(-1)?.type).toBe('disconnected');
  });
});

describe('What is no recording', () => {
  it('is refused with its line, and on request read up to there', async (context) => {
    verifies(context, 'replay:badInput');
    const { text } = await smallCall();
    const lines = text.trimEnd().split('\n');
    const half = lines.slice(0, 10).join('\n');
    const read =
      (file: string | Uint8Array): (() => unknown) =>
      () =>
        readRecording(file);
    expect(read('')).toThrow(expect.objectContaining({ code: 'recordingForeign', line: 1 }));
    expect(read('{"a":1}\n')).toThrow(expect.objectContaining({ code: 'recordingForeign', line: 1 }));
    expect(read('{"format":"parlando-wire","version":1}\n')).toThrow(/frames of a wire session/);
    expect(read(text.replace('"version":1', '"version":2'))).toThrow(
      expect.objectContaining({ code: 'recordingVersion', line: 1 }),
    );
    expect(read(`${half}\n{"seq":10,"tM`)).toThrow(/Line 11 .* cut off here/);
    expect(read(lines.toSpliced(5, 1).join('\n'))).toThrow(
      expect.objectContaining({ code: 'recordingCorrupt', line: 6 }),
    );
    expect(read(`${half}\n{"seq":10,"tMs":1,"type":"do","input":{"do":"__proto__"}}\n`)).toThrow(
      /field input/,
    );
    expect(
      read(
        `${half}\n{"seq":10,"tMs":1,"type":"in","conn":1,"data":${'['.repeat(3_000)}${']'.repeat(3_000)}}\n`,
      ),
    ).toThrow(/deeper/);
    expect(read(new Uint8Array([0xff, 0xfe, 0x0a]))).toThrow(expect.objectContaining({ line: 1 }));
    expect(() => readRecording(text, { maxLineBytes: 200 })).toThrow(
      expect.objectContaining({ code: 'recordingTooLarge' }),
    );
    expect(() => readRecording(text, { maxLines: 3 })).toThrow(
      expect.objectContaining({ code: 'recordingTooLarge', line: 4 }),
    );
    const silent = `{"seq":10,"tMs":1e9,"type":"audio","conn":1,"shape":1,"data":"","acts":1,"silent":2e9}`;
    expect(read(`${half}\n${silent}\n`), 'endless silence').toThrow(/Line 11 .*field silent/);
    const mic = `{"seq":10,"tMs":1e9,"type":"do","acts":1,"input":{"do":"audio","data":"","silent":9e15}}`;
    expect(read(`${half}\n${mic}\n`), 'an endless microphone').toThrow(/Line 11 .*field input/);
    const last = lines.length;
    const again = (lines.at(-1) ?? '').replace(`"seq":${last - 1}`, `"seq":${last}`);
    expect(read(`${text}${again}\n`), 'what stands behind the end').toThrow(
      new RegExp(`Line ${last + 1} .*behind the end`),
    );
    const whole = readRecording(text);
    expect(readRecording(`${text}\n`), 'a blank last line').toEqual(whole);
    expect(readRecording(`${text.trimEnd()}\r\n \n`), 'blank last lines').toEqual(whole);
    expect(read(text.replace('\n', '\n\n')), 'a blank line within').toThrow(/Line 2 /);
    const { problem, recording } = readRecording(`${half}\n{"seq":10,"tM`, { recover: true });
    expect(problem).toMatchObject({ code: 'recordingCorrupt', line: 11 });
    expect(recording.entries).toHaveLength(9);
    expect(await replay(recording, { options: weatherOptions() })).toMatchObject({
      clean: true,
      complete: false,
    });
  });
});
