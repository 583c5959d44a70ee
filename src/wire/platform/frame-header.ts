/** The header of a WebSocket frame without a mask, as servers send it (RFC 6455, 5.2). */

/** A header is complete in this many bytes or fewer. */
export const MAX_HEADER_BYTES = 10;

/** How long the header is, by its second byte. */
export function headerLength(second: number): number {
  const code = second & 0x7f;
  if (code < 126) return 2;
  return code === 126 ? 4 : MAX_HEADER_BYTES;
}

/** How long the payload is, by a whole header at `at`. Inexact from 2^53 on, which is over every limit anyway. */
export function payloadLength(bytes: Buffer, at: number): number {
  const code = (bytes[at + 1] ?? 0) & 0x7f;
  if (code < 126) return code;
  if (code === 126) return bytes.readUInt16BE(at + 2);
  return bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6);
}
