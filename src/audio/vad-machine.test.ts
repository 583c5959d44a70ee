import fc from 'fast-check';
import { expect, test } from 'vitest';
import { verifies } from '../../tests/requirements.ts';
import { isSpeaking, transitionVad, VAD_SILENCE, type VadEvidence, type VadState } from './vad-machine.ts';

const VOICE: VadEvidence = { speechLike: true, aboveStop: true };
const MURMUR: VadEvidence = { speechLike: false, aboveStop: true };
const QUIET: VadEvidence = { speechLike: false, aboveStop: false };

function run(frames: readonly VadEvidence[], minSpeechFrames = 2, hangoverFrames = 3): VadState {
  return frames.reduce(
    (state: VadState, frame) => transitionVad(state, frame, { minSpeechFrames, hangoverFrames }),
    VAD_SILENCE,
  );
}

test('speech starts after enough speech-like frames in a row', () => {
  expect(run([VOICE])).toEqual({ kind: 'pendingSpeech', frames: 1 });
  expect(run([VOICE, MURMUR])).toEqual({ kind: 'silence' });
  expect(run([VOICE, VOICE])).toEqual({ kind: 'speech' });
});

test('one frame is enough when the minimum is one', () => {
  expect(run([VOICE], 1)).toEqual({ kind: 'speech' });
});

test('speech ends when the hangover has passed without a sound above the stop threshold', () => {
  const talking = [VOICE, VOICE];
  expect(run([...talking, QUIET])).toEqual({ kind: 'hangover', frames: 1 });
  expect(run([...talking, QUIET, QUIET, MURMUR])).toEqual({ kind: 'speech' });
  expect(run([...talking, QUIET, QUIET, QUIET])).toEqual({ kind: 'silence' });
  expect(run([...talking, QUIET], 2, 1)).toEqual({ kind: 'silence' });
});

test('a sound above the stop threshold alone never starts speech', () => {
  expect(run([MURMUR, MURMUR, MURMUR, MURMUR])).toEqual({ kind: 'silence' });
});

test('every state returns to silence, and an edge always needs its whole run of evidence', (context) => {
  verifies(context, 'audio:vad:machine');
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(VOICE, MURMUR, QUIET), { maxLength: 60, size: 'max' }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (frames, minSpeechFrames, hangoverFrames) => {
        const patience = { minSpeechFrames, hangoverFrames };
        let state: VadState = VAD_SILENCE;
        frames.forEach((frame, index) => {
          const next = transitionVad(state, frame, patience);
          if (!isSpeaking(state) && isSpeaking(next)) {
            const run = frames.slice(index + 1 - minSpeechFrames, index + 1);
            expect(run).toEqual(Array(minSpeechFrames).fill(VOICE));
          }
          if (isSpeaking(state) && !isSpeaking(next)) {
            const run = frames.slice(index + 1 - hangoverFrames, index + 1);
            expect(run).toEqual(Array(hangoverFrames).fill(QUIET));
          }
          state = next;
        });
        for (let i = 0; i < hangoverFrames; i++) state = transitionVad(state, QUIET, patience);
        expect(state).toEqual(VAD_SILENCE);
      },
    ),
  );
});
