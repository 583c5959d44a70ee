/** A checksum of an audio frame's bytes: tells frames apart, protects nothing. */
export function frameSum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  const words = bytes.length >> 2;
  if (bytes.byteOffset % 4 === 0) {
    const view = new Uint32Array(bytes.buffer, bytes.byteOffset, words);
    for (let index = 0; index < words; index++) sum = mixed(sum, view[index] ?? 0);
  } else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let index = 0; index < words; index++) sum = mixed(sum, view.getUint32(index * 4, true));
  }
  for (let index = words << 2; index < bytes.length; index++) sum = mixed(sum, bytes[index] ?? 0);
  return sum >>> 0;
}

function mixed(sum: number, word: number): number {
  const next = Math.imul(sum ^ word, 0x01000193);
  return next ^ (next >>> 15);
}
