import { expect, it } from 'vitest';
import { pcm16FromBytes } from '../../audio/index.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { Microphone, type Recording } from './microphone.ts';

/** 90 ms: five chunks, the last one half full; speech from 20 to 60 ms. */
const recording: Recording = {
  samples: Int16Array.from({ length: 1440 }, (_, i) => i + 1),
  spans: [{ startMs: 20, endMs: 60 }],
};

function microphone() {
  const clock = new ManualClock();
  const chunks: Int16Array[] = [];
  const speech: Array<readonly [number, boolean]> = [];
  const mic = new Microphone({
    clock,
    send: (chunk) => chunks.push(pcm16FromBytes(chunk).slice()),
    onSpeech: (speaking) => speech.push([clock.nowMs(), speaking]),
  });
  return { clock, chunks, speech, mic };
}

it('sends 640 bytes every 20 ms: a recording whole and in order, and silence around it', async () => {
  const { clock, chunks, mic } = microphone();
  mic.start();
  clock.advance(40);
  let said = false;
  void mic.say(recording).then(() => {
    said = true;
  });
  await clock.advanceAsync(100);
  expect(said).toBe(true);
  clock.advance(20);
  expect(chunks.map((chunk) => chunk.length)).toEqual(new Array(8).fill(320));
  const sent = chunks.slice(2, 7).flatMap((chunk) => [...chunk]);
  expect(sent.slice(0, 1440)).toEqual([...recording.samples]);
  expect([...sent.slice(1440), ...(chunks[0] ?? []), ...(chunks[7] ?? [])].every((s) => s === 0)).toBe(true);
});

it('says when speech goes out, and remembers its last moment', () => {
  const { clock, speech, mic } = microphone();
  mic.start();
  void mic.say(recording);
  clock.advance(200);
  expect(speech).toEqual([
    [40, true],
    [80, false],
  ]);
  expect(mic.spokeAtMs).toBe(60);
});

it('sends nothing once it is off', () => {
  const { clock, chunks, mic } = microphone();
  mic.start();
  clock.advance(100);
  mic.stop();
  clock.advance(100);
  expect(chunks).toHaveLength(5);
  expect(clock.pending).toBe(0);
});
