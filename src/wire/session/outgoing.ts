import type { Cancel, Clock } from '../clock.ts';
import { encodeAudioChunk } from '../codec/encode.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import type { Socket } from '../transport/transport.ts';
import { WireError } from '../wire-error.ts';
import { AudioPacer, type PacerOptions } from './audio-pacer.ts';
import { SendQueue } from './send-queue.ts';
import { rejected, SENT } from './sent.ts';

/** How long a full socket is left alone before the queue is tried again. */
const CONGESTION_RETRY_MS = 20;
/** A whole minute of 16 kHz audio is 1.9 MB: a chunk over this is a file, not a chunk. */
const MAX_CHUNK_BYTES = 1024 * 1024;

/** The way out of a session: straight to the socket while there is one with room, else into the queue. */
export class Outgoing {
  readonly #config: ResolvedConfig;
  readonly #clock: Clock;
  readonly #record: ((frame: Uint8Array | string) => void) | undefined;
  /** Made when something first has to wait. */
  #queue: SendQueue | undefined;
  #pacer: AudioPacer | undefined;
  #socket: Socket | undefined;
  #retry: Cancel | undefined;

  /** @param record is told of each frame written. */
  constructor(config: ResolvedConfig, clock: Clock, record?: (frame: Uint8Array | string) => void) {
    this.#config = config;
    this.#clock = clock;
    this.#record = record;
  }

  get droppedAudioChunks(): number {
    return this.#queue?.droppedChunks ?? 0;
  }

  /** Commands may go to this socket from now on; those that wait go first. */
  attach(socket: Socket): void {
    this.#socket = socket;
    this.#drain();
  }

  detach(): void {
    this.#socket = undefined;
    this.#retry?.();
    this.#retry = undefined;
  }

  /** Drops what waits; whoever awaits paced audio is told why. */
  end(error: WireError): void {
    this.#queue?.clear();
    this.#pacer?.end(error);
  }

  /** Throws `sendQueueFull`. */
  sendFrame(frame: string): void {
    if (this.#isClear()) return this.#write(frame);
    this.#waiting().pushFrame(frame);
    this.#drain();
  }

  /** A frame that belongs into the stream of audio: it goes out after the audio given before it. */
  sendMark(frame: string): Promise<void> {
    if (this.#pacer !== undefined) return this.#pacer.after(() => this.sendFrame(frame));
    this.sendFrame(frame);
    return SENT;
  }

  sendAudio(chunk: Uint8Array): Promise<void> {
    if (chunk.length === 0) return SENT;
    if (chunk.length > MAX_CHUNK_BYTES || (this.#config.inputAudio.wholeSamples && chunk.length % 2 !== 0)) {
      return rejected(badChunk(chunk.length));
    }
    if (this.#config.pacing !== undefined) return this.#pacerFor(this.#config.pacing).send(chunk);
    this.#sendAudioNow(chunk);
    return SENT;
  }

  #pacerFor(pacing: PacerOptions): AudioPacer {
    this.#pacer ??= new AudioPacer(pacing, this.#clock, (chunk) => this.#sendAudioNow(chunk));
    return this.#pacer;
  }

  #sendAudioNow(chunk: Uint8Array): void {
    if (this.#isClear()) return this.#writeAudio(chunk);
    this.#waiting().pushAudio(chunk);
    this.#drain();
  }

  #waiting(): SendQueue {
    const { limits, inputAudio } = this.#config;
    this.#queue ??= new SendQueue(limits.maxQueuedCommands, limits.maxQueuedAudioMs * inputAudio.bytesPerMs);
    return this.#queue;
  }

  /** Nothing waits, and the socket takes more. */
  #isClear(): boolean {
    return (this.#queue === undefined || this.#queue.isEmpty) && this.#hasRoom();
  }

  #hasRoom(): boolean {
    return this.#socket !== undefined && this.#socket.bufferedBytes <= this.#config.limits.maxBufferedBytes;
  }

  #writeAudio(chunk: Uint8Array): void {
    this.#write(encodeAudioChunk(chunk, this.#config.inputAudio.frameSuffix));
  }

  #write(frame: Uint8Array | string): void {
    this.#record?.(frame);
    this.#socket?.send(frame);
  }

  #drain(): void {
    const queue = this.#queue;
    if (queue === undefined || queue.isEmpty || this.#socket === undefined) return;
    queue.drain(
      () => this.#hasRoom(),
      (frame) => this.#write(frame),
      (chunk) => this.#writeAudio(chunk),
    );
    if (queue.isEmpty || this.#retry !== undefined) return;
    this.#retry = this.#clock.schedule(CONGESTION_RETRY_MS, () => {
      this.#retry = undefined;
      this.#drain();
    });
  }
}

function badChunk(lengthBytes: number): WireError {
  const text = `An audio chunk of ${lengthBytes} bytes: send whole 16-bit samples, 20 to 100 ms a chunk, at most 1 MiB.`;
  return new WireError('invalidArgument', text);
}
