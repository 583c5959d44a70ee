/**
 * What a socket reads, cut into frames before `ws` sees it. Whole messages, nearly all there is, go to the sink as
 * views of memory that is used again; everything else goes to `ws` as bytes of its own, which may keep them: the answer
 * to the upgrade, control frames, messages in fragments, and all from the first byte on that only `ws` may judge.
 */
import { Buffer } from 'node:buffer';
import type { OnReadOpts, Socket as TcpSocket } from 'node:net';
import { headerLength, MAX_HEADER_BYTES, payloadLength } from './frame-header.ts';
import { returnReadBuffer, sharedReadBuffer, takeReadBuffer } from './read-buffers.node.ts';

/** First bytes of frames: FIN, no extension, opcode. */
const TEXT = 0x81;
const BINARY = 0x82;
const FIRST_OF_TEXT = 0x01;
const FIRST_OF_BINARY = 0x02;
const MIDDLE = 0x00;
const LAST = 0x80;
const PING = 0x89;
const PONG = 0x8a;
/** Set in the second byte when a frame is masked, which no server may do. */
const MASK = 0x80;
const MAX_CONTROL_BYTES = 125;
/** `ws` has a limit of its own, above this one. */
const MAX_FRAGMENTS = 1_000;
/** A frame longer than any buffer moves to a larger one when less than this is left. */
const MIN_ROOM_BYTES = 16 * 1024;

export class FrameReader {
  /** For `connect`: Node reads into what `buffer` returns, and asks for it again after each read. */
  readonly onread: OnReadOpts = {
    buffer: () => this.#room(),
    callback: (count) => this.#received(count),
  };
  readonly #maxFrameBytes: number;
  readonly #deliver: (message: Uint8Array) => void;
  #socket: TcpSocket | undefined;
  /** False while bytes go to `ws` as they come: before it is open, and again when only it may judge them. */
  #cuts = false;
  /** Where the next frame begins in what was read. */
  #at = 0;
  /** The beginning of a frame whose end is still to come. */
  #held: Buffer | undefined;
  #heldBytes = 0;
  /** How long that frame is; 0 when its header is not complete. */
  #neededBytes = 0;
  /** Of a message in fragments that `ws` is putting together. */
  #fragments = 0;
  #fragmentBytes = 0;

  /** @param deliver gets each whole message; its bytes are overwritten when it has returned. */
  constructor(maxFrameBytes: number, deliver: (message: Uint8Array) => void) {
    this.#maxFrameBytes = maxFrameBytes;
    this.#deliver = deliver;
  }

  /** The socket that was given `onread`. */
  attach(socket: TcpSocket): TcpSocket {
    this.#socket = socket;
    return socket;
  }

  /** The upgrade is done. Frames that came with its answer lie in the stream: then `ws` must read on by itself. */
  opened(): void {
    this.#cuts = this.#socket?.readableLength === 0;
  }

  #room(): Buffer {
    if (this.#heldBytes > 0 && this.#held !== undefined) return this.#held.subarray(this.#heldBytes);
    // Only here is it certain that the socket will not read into it again.
    if (this.#held !== undefined) returnReadBuffer(this.#held);
    this.#held = undefined;
    return sharedReadBuffer();
  }

  #received(count: number): boolean {
    const socket = this.#socket;
    if (socket === undefined) return true;
    const bytes = this.#held ?? sharedReadBuffer();
    const length = this.#heldBytes + count;
    this.#at = 0;
    this.#heldBytes = 0;
    try {
      if (this.#cuts) this.#cut(socket, bytes, length);
      if (!this.#cuts) return this.#handOver(socket, bytes, length);
    } catch (thrown) {
      socket.destroy(); // where the next frame begins is not known any more
      throw thrown;
    }
    if (this.#at < length && !socket.destroyed) this.#hold(bytes, length);
    return true;
  }

  /** Goes through the whole frames from `#at` on, until the rest is no whole frame or is for `ws` alone. */
  #cut(socket: TcpSocket, bytes: Buffer, length: number): void {
    this.#neededBytes = 0;
    while (length - this.#at >= 2 && !socket.destroyed) {
      const start = this.#at;
      const first = bytes[start] ?? 0;
      const second = bytes[start + 1] ?? 0;
      this.#cuts = this.#isPlain(first, second);
      const payloadAt = start + headerLength(second);
      if (!this.#cuts || payloadAt > length) return;
      const payloadBytes = payloadLength(bytes, start);
      this.#cuts =
        this.#fragmentBytes + payloadBytes <= this.#maxFrameBytes && this.#fragments <= MAX_FRAGMENTS;
      const end = payloadAt + payloadBytes;
      if (end > length) this.#neededBytes = end - start;
      if (!this.#cuts || end > length) return;
      this.#at = end;
      // What a paused stream holds back comes first.
      const isMessage = (first === TEXT || first === BINARY) && socket.readableLength === 0;
      if (isMessage) this.#deliver(bytes.subarray(payloadAt, end));
      else this.#give(socket, bytes.subarray(start, end), first, payloadBytes);
    }
  }

  /** Whether a frame needs no judgement of `ws`: it is no close, and breaks no rule. */
  #isPlain(first: number, second: number): boolean {
    if (first === PING || first === PONG) return second <= MAX_CONTROL_BYTES;
    if ((second & MASK) !== 0) return false;
    if (first === MIDDLE || first === LAST) return this.#fragments > 0;
    const begins = first === TEXT || first === BINARY || first === FIRST_OF_TEXT || first === FIRST_OF_BINARY;
    return begins && this.#fragments === 0;
  }

  /** One whole frame for `ws`. */
  #give(socket: TcpSocket, frame: Buffer, first: number, payloadBytes: number): void {
    if (first === FIRST_OF_TEXT || first === FIRST_OF_BINARY || first === MIDDLE) {
      this.#fragments += 1;
      this.#fragmentBytes += payloadBytes;
    } else if (first === LAST) {
      this.#fragments = 0;
      this.#fragmentBytes = 0;
    }
    socket.push(Buffer.from(frame));
  }

  /** All that is left, for `ws`. Returns false when its stream is full. */
  #handOver(socket: TcpSocket, bytes: Buffer, length: number): boolean {
    if (this.#at === length || socket.destroyed) return true;
    return socket.push(Buffer.from(bytes.subarray(this.#at, length)));
  }

  /** Keeps the beginning of a frame. */
  #hold(bytes: Buffer, length: number): void {
    const haveBytes = length - this.#at;
    const neededBytes = Math.max(this.#neededBytes, MAX_HEADER_BYTES);
    const roomBytes = bytes.length - haveBytes;
    const stays = bytes === this.#held && (bytes.length >= neededBytes || roomBytes >= MIN_ROOM_BYTES);
    const target = stays ? bytes : takeReadBuffer(neededBytes, haveBytes);
    if (target !== bytes || this.#at > 0) bytes.copy(target, 0, this.#at, length);
    this.#held = target;
    this.#heldBytes = haveBytes;
  }
}
