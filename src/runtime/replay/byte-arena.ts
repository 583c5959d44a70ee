/** Memory for many small pieces, copied in one after the other and given up all at once. */
const BLOCK_BYTES = 256 * 1024;
/** Blocks that are kept for the next pieces. */
const MAX_KEPT = 16;

export class ByteArena {
  #blocks: Uint8Array[] = [];
  #block = 0;
  #used = 0;

  /** A copy of the bytes, at a place that 32-bit words can be read from. Valid until {@link reset}. */
  copy(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    let block = this.#blocks[this.#block];
    if (block === undefined || this.#used + length > block.length) block = this.#next(length);
    const copy = block.subarray(this.#used, this.#used + length);
    copy.set(bytes);
    this.#used = (this.#used + length + 3) & ~3;
    return copy;
  }

  /** Nothing that was copied is needed any more. */
  reset(): void {
    this.#blocks = this.#blocks.filter((block) => block.length === BLOCK_BYTES).slice(0, MAX_KEPT);
    this.#block = 0;
    this.#used = 0;
  }

  #next(length: number): Uint8Array {
    if (this.#blocks[this.#block] !== undefined) this.#block += 1;
    this.#used = 0;
    const kept = this.#blocks[this.#block];
    if (kept !== undefined && kept.length >= length) return kept;
    const block = new Uint8Array(Math.max(BLOCK_BYTES, length));
    this.#blocks.splice(this.#block, 0, block);
    return block;
  }
}
