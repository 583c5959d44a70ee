/** The microphone of a soak: speech turn by turn, and the room between them where it stays open. */

import type { LiveHandle } from '../src/live/index.ts';
import { contentHash } from '../src/simulator/ledger/ledger-entry.ts';
import type { ManualClock } from '../src/testing/index.ts';
import type { ClientLedger } from './client-ledger.ts';
import type { Dice } from './dice.ts';
import { CHUNK_SAMPLES, MIC_RATE_HZ, type Speaker } from './marked-speech.ts';
import { turnMark } from './marks.ts';
import type { Speech } from './variants.ts';

const CHUNK_MS = (CHUNK_SAMPLES * 1000) / MIC_RATE_HZ;

export interface MicrophoneParts {
  readonly handle: LiveHandle<object>;
  readonly clock: ManualClock;
  readonly ledger: ClientLedger;
  readonly speaker: Speaker;
  readonly speech: Speech;
  /** It sends the room, too. */
  readonly staysOpen: boolean;
}

export class Microphone {
  readonly #parts: MicrophoneParts;

  constructor(parts: MicrophoneParts) {
    this.#parts = parts;
  }

  /** Lets time pass. */
  async pass(ms: number): Promise<void> {
    const { clock, staysOpen } = this.#parts;
    if (!staysOpen) return clock.advanceAsync(ms);
    const untilMs = clock.nowMs() + ms;
    while (clock.nowMs() < untilMs) {
      this.#send(undefined);
      await clock.advanceAsync(CHUNK_MS);
    }
  }

  /** Says one turn of the user, in real time; by a button where there is one. */
  async say(turn: number, dice: Dice): Promise<void> {
    const { clock, handle, ledger, speaker, speech } = this.#parts;
    const { samples, markedChunk, endChunk } = speaker.say(turn, dice);
    const isByButton = speech === 'pushToTalk';
    const last = isByButton ? endChunk : samples.length / CHUNK_SAMPLES;
    if (isByButton) await handle.userSpeechStarted();
    for (let chunk = 0; chunk < last; chunk++) {
      if (chunk === markedChunk) {
        ledger.said({
          mark: turnMark(turn),
          how: 'speech',
          atMs: clock.nowMs(),
          chunk: ledger.chunks.length,
        });
      }
      this.#send(samples.subarray(chunk * CHUNK_SAMPLES, (chunk + 1) * CHUNK_SAMPLES));
      await clock.advanceAsync(CHUNK_MS);
    }
    if (isByButton) await handle.userSpeechEnded();
  }

  #send(samples: Int16Array | undefined): void {
    const { clock, handle, ledger, speaker } = this.#parts;
    const chunk = speaker.chunk(samples);
    const base64 = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('base64');
    const isHeld = handle.phase === 'toolCallPending' || handle.phase === 'toolCallExecuting';
    ledger.chunks.push({ hash: contentHash(base64), atMs: clock.nowMs(), isHeld });
    handle.sendAudio(chunk).catch((error: Error) => ledger.rejected.push(`audio: ${error.message}`));
  }
}
