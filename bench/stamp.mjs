/**
 * The first 24 bytes of a measured chunk of PCM: magic, session, sequence number and when it was due. 24 bytes are
 * exactly 32 base64 characters, so a stamp can be written and read without touching the rest of a payload.
 */
export const STAMP_BYTES = 24;
export const STAMP_BASE64_LENGTH = 32;

const MAGIC = 0x70_61_72_6c;

export function writeStamp(buffer, offset, { session, seq, timeUs }) {
  buffer.writeUInt32LE(MAGIC, offset);
  buffer.writeUInt32LE(session, offset + 4);
  buffer.writeUInt32LE(seq, offset + 8);
  buffer.writeUInt32LE((MAGIC ^ session ^ seq) >>> 0, offset + 12);
  buffer.writeDoubleLE(timeUs, offset + 16);
}

/** Throws when the bytes are not a stamp: then a client delivered something else than was sent. */
export function readStamp(bytes) {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, STAMP_BYTES);
  const session = buffer.readUInt32LE(4);
  const seq = buffer.readUInt32LE(8);
  if (buffer.readUInt32LE(0) !== MAGIC || buffer.readUInt32LE(12) !== (MAGIC ^ session ^ seq) >>> 0) {
    throw new Error(`not a stamp: ${buffer.toString('hex')}`);
  }
  return { session, seq, timeUs: buffer.readDoubleLE(16) };
}

/** Noise that every process makes alike, so that base64 has no easy pattern and a payload can be compared. */
export function samplePcm(lengthBytes) {
  const pcm = Buffer.alloc(lengthBytes);
  let state = 0x9e3779b9;
  for (let index = 0; index < lengthBytes; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    pcm[index] = state >>> 24;
  }
  return pcm;
}
