/**
 * The memory that sockets read into. Node would allocate 64 KiB for each read, touch it for the first time, and leave it
 * to the collector; these buffers stay warm. They are process-wide, as the slabs of decoded audio are.
 */
import { Buffer } from 'node:buffer';

const SHARED_BYTES = 64 * 1024;

/** Buffers for frames that come in parts: what a session may hold for a moment, and how many are kept for the next. */
const CLASSES = [
  { lengthBytes: 16 * 1024, most: 32, free: [] as Buffer[] },
  { lengthBytes: 128 * 1024, most: 8, free: [] as Buffer[] },
] as const;

let shared: Buffer | undefined;

/** Where every socket reads that holds no part of a frame: what was read is used before the next read begins. */
export function sharedReadBuffer(): Buffer {
  shared ??= Buffer.allocUnsafeSlow(SHARED_BYTES);
  return shared;
}

/**
 * A buffer for one socket, for a frame of `neededBytes` of which `haveBytes` are there. A frame longer than the largest
 * class gets its memory as it comes, however long it says it is.
 */
export function takeReadBuffer(neededBytes: number, haveBytes: number): Buffer {
  for (const { lengthBytes, free } of CLASSES) {
    if (lengthBytes >= neededBytes) return free.pop() ?? Buffer.allocUnsafeSlow(lengthBytes);
  }
  const largest = CLASSES[CLASSES.length - 1]?.lengthBytes ?? 0;
  return Buffer.allocUnsafeSlow(Math.min(neededBytes, Math.max(largest, haveBytes * 2)));
}

/** Takes a buffer back that no socket reads into any more. */
export function returnReadBuffer(buffer: Buffer): void {
  const kept = CLASSES.find(({ lengthBytes }) => lengthBytes === buffer.length);
  if (kept !== undefined && kept.free.length < kept.most) kept.free.push(buffer);
}
