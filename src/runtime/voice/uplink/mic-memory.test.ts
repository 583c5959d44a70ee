/** Ten minutes of microphone, and what they leave behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { verifies } from '../../../../tests/requirements.ts';
import { joined, room, voice } from '../../../../tests/support/uplink-rig.ts';
import { ManualClock } from '../../../testing/manual-clock.ts';
import { resolveVoiceOptions, type VoiceOptions } from './voice-options.ts';
import { VoiceUplink } from './voice-uplink.ts';

const CHUNKS = 30_000;
/** A leak of 8 bytes a chunk would show as more than this. */
const ALLOWED_BYTES = 200_000;

/** Memory in use after a full collection, which a process can always ask for. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const SENT = Promise.resolve();

function createUplink(options: VoiceOptions): {
  uplink: VoiceUplink;
  clock: ManualClock;
  counts: { marks: number };
} {
  const clock = new ManualClock();
  const counts = { marks: 0 };
  const send = (): Promise<void> => SENT;
  const nothing = (): void => {};
  const uplink = new VoiceUplink(resolveVoiceOptions(options).settings, {
    clock,
    report: nothing,
    emit: nothing,
    session: { sendAudio: send, signalActivityStart: send, signalActivityEnd: send, audioStreamEnd: send },
    flushContext: nothing,
    perform: nothing,
    onSpeechStart: nothing,
    onSpeechEnd: nothing,
    onTurnMark: () => {
      counts.marks += 1;
    },
    onUserTurnStarted: nothing,
    onUserTurnEnded: nothing,
  });
  return { uplink, clock, counts };
}

test.for<[string, VoiceOptions]>([
  ['the server decides', { inputVad: true, floorHold: true, micProcessors: [{ process: () => {} }] }],
  ['the client decides', { interruptionAuthority: 'client' }],
])('ten minutes of talk leave nothing behind when %s', ([, options], context) => {
  verifies(context, 'voice:mic:memory');
  const talk = joined(room(600), voice(900), room(1500));
  const chunks = Array.from({ length: talk.length / 320 }, (_, n) => talk.slice(n * 320, (n + 1) * 320));
  const { uplink, clock, counts } = createUplink(options);
  const speak = (count: number): void => {
    for (let n = 0; n < count; n++) {
      void uplink.sendAudio(chunks[n % chunks.length] as Int16Array);
      clock.advance(20);
    }
  };
  speak(3000);
  const before = usedBytes();
  speak(CHUNKS);
  const grown = usedBytes() - before;
  expect(grown).toBeLessThan(ALLOWED_BYTES);
  expect(uplink.inputVadState.framesProcessed).toBe(((CHUNKS + 3000) * 20) / 30);
  expect(counts.marks > 300).toBe(options.interruptionAuthority === 'client');
});
