/** The microphone's path on real speech: ../shared/audio, labelled in its SOURCES.md. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { UplinkRig } from '../../../../tests/support/uplink-rig.ts';
import { readWav } from '../../../audio/index.ts';

const FOLDER = new URL('../../../../../shared/audio/', import.meta.url);
const present = existsSync(new URL('jfk.wav', FOLDER));
if (!present) {
  console.warn(
    `\n!!! SKIPPED: the microphone's path on real speech, because ${FOLDER.pathname} does not hold jfk.wav. !!!\n`,
  );
}

/** Where the phrases of jfk.wav are, in milliseconds; the last one is cut off by the end of the file. */
const PHRASES = [
  [320, 2120],
  [3280, 4300],
  [5420, 7520],
  [8180, 10_360],
] as const;
const TOLERANCE_MS = 60;

function load(name: string): Int16Array {
  return readWav(readFileSync(new URL(name, FOLDER))).samples;
}

/** Every run of audio between a start and an end mark, by its place in the recording. */
function turnsOf(rig: UplinkRig, samples: Int16Array): Array<readonly [number, number]> {
  const turns: Array<readonly [number, number]> = [];
  let open: Int16Array[] | undefined;
  let searchFrom = 0;
  for (const item of rig.road) {
    if (item === 'activityStart') open = [];
    else if (typeof item !== 'string') open?.push(item);
    else if (item === 'activityEnd' && open !== undefined) {
      const turn = Int16Array.from(open.flatMap((part) => [...part]));
      const from = indexOf(samples, turn, searchFrom);
      expect(from).toBeGreaterThanOrEqual(0);
      searchFrom = from + turn.length;
      turns.push([from / 16, searchFrom / 16]);
      open = undefined;
    }
  }
  return turns;
}

function indexOf(samples: Int16Array, part: Int16Array, from: number): number {
  const isHere = (at: number): boolean => part.every((sample, n) => samples[at + n] === sample);
  for (let at = from; at <= samples.length - part.length; at++) if (isHere(at)) return at;
  return -1;
}

describe.skipIf(!present)('On recorded speech', () => {
  test('every phrase is one pair of marks around its audio, and nothing else is sent', (context) => {
    verifies(context, 'voice:mic:recordings', 'voice:mic:window');
    const samples = load('jfk.wav').subarray(0, 10_800 * 16);
    const rig = new UplinkRig({
      interruptionAuthority: 'client',
      turnCommit: { holdMs: 240, sustainMs: 600 },
    });
    rig.speak(samples);
    const turns = turnsOf(rig, samples);
    for (const [startMs, endMs] of PHRASES) {
      const within = turns.filter(([from, to]) => from < endMs && to > startMs);
      expect(within).toHaveLength(1);
      expect(within[0]?.[0]).toBeLessThanOrEqual(startMs + TOLERANCE_MS);
      expect(within[0]?.[1]).toBeGreaterThanOrEqual(endMs - TOLERANCE_MS);
    }
    expect(turns).toHaveLength(PHRASES.length);
    expect(rig.marks).toHaveLength(2 * PHRASES.length);
    expect(rig.sent.length).toBeLessThan(samples.length);
  });

  test('with `responsive` every phrase is whole within one turn, the last one when the microphone stops', (context) => {
    verifies(context, 'voice:mic:recordings');
    const samples = load('jfk.wav').subarray(0, 10_800 * 16);
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.speak(samples);
    rig.clock.advance(3000);
    const turns = turnsOf(rig, samples);
    // 240 ms of hangover and 400 of holding may bridge the last pause, of 660 ms, and no other.
    for (const [startMs, endMs] of PHRASES) {
      expect(
        turns.filter(([from, to]) => from <= startMs + TOLERANCE_MS && to >= endMs - TOLERANCE_MS),
      ).toHaveLength(1);
    }
    expect(turns.length).toBeGreaterThanOrEqual(PHRASES.length - 1);
    expect(turns.length).toBeLessThanOrEqual(PHRASES.length);
  });

  test('typing on a keyboard opens no turn', (context) => {
    verifies(context, 'voice:mic:recordings');
    const rig = new UplinkRig({ interruptionAuthority: 'client' });
    rig.speak(load('keyboard_noise_16k.wav'));
    expect(rig.road).toEqual([]);
  });

  test('when the server decides, the recording goes out sample by sample', (context) => {
    verifies(context, 'voice:mic:authority');
    const samples = load('jfk.wav');
    const rig = new UplinkRig({ inputVad: true });
    rig.speak(samples);
    expect(rig.sent).toEqual(samples);
    expect(rig.speech.length).toBeGreaterThanOrEqual(2 * PHRASES.length);
  });
});
