/** The audio of one connection: how much came, and on request which. */
import { contentHash } from './ledger-entry.ts';

/** Audio as it came over the wire; nothing of it is undone by a resumption. */
export interface AudioAccount {
  readonly connection: number;
  readonly chunks: number;
  /** Samples, at whatever rate they were sent. */
  readonly samples: number;
  /** One hash for each chunk, in order; empty unless the simulator was told to keep them. */
  readonly hashes: readonly string[];
}

/** How many chunks back the beginning of an utterance is looked for. */
const REMEMBERED = 256;

/** Counts chunks and knows where in them the ear is. */
export class AudioTally implements AudioAccount {
  readonly connection: number;
  readonly hashes: string[] = [];
  readonly #keepHashes: boolean;
  /** Where each of the last chunks ended, in milliseconds of what the ear heard. */
  readonly #endsMs: number[] = [];
  #chunks = 0;
  #samples = 0;

  constructor(connection: number, keepHashes: boolean) {
    this.connection = connection;
    this.#keepHashes = keepHashes;
  }

  get chunks(): number {
    return this.#chunks;
  }

  get samples(): number {
    return this.#samples;
  }

  /** A chunk came in base64, and with it the ear has heard `heardMs`. */
  heard(base64: string, heardMs: number): void {
    this.#chunks++;
    const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
    this.#samples += Math.floor(((base64.length * 3) / 4 - padding) / 2);
    this.#endsMs.push(heardMs);
    if (this.#endsMs.length > REMEMBERED) this.#endsMs.shift();
    if (this.#keepHashes) this.hashes.push(contentHash(base64));
  }

  /** The chunk in which the ear had heard `offsetMs`; the oldest that is remembered when it was before. */
  chunkAt(offsetMs: number): number {
    const index = this.#endsMs.findIndex((endMs) => endMs >= offsetMs);
    const first = this.#chunks - this.#endsMs.length;
    return index === -1 ? Math.max(0, this.#chunks - 1) : first + index;
  }
}
