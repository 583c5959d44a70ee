/** Memory for many small pieces, copied in one after the other and given up all at once. */
const BLOCK_BYTES = 256 * 1024;

export class ByteArena {
  #block = new Uint8Array(0);
  #used = 0;

  /** A copy of the bytes, at a place that 32-bit words can be read from. */
  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (this.#used + length > this.#block.length) {
      this.#block = new Uint8Array(Math.max(BLOCK_BYTES, length));
      this.#used = 0;
    }
    const copy = this.#block.subarray(this.#used, this.#used + length);
    copy.set(bytes);
    this.#used = (this.#used + length + 3) & ~3;
    return copy;
  }
}
