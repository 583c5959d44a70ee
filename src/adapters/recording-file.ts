/** A recording in a file (Node). */
import { type FileHandle, open } from 'node:fs/promises';
import type { RecordingSink } from '../runtime/replay/recording-sink.ts';

export interface RecordingFileOptions {
  /** Replaces a file that is there. @default false: opening it fails */
  readonly overwrite?: boolean;
}

/**
 * Appends to a file, which is created. Everything that was written is on the disk when {@link RecordingFile.done} resolves;
 * a call that ends in the middle leaves what was written so far, which `readRecording` can recover.
 */
export class RecordingFile implements RecordingSink {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #done: Promise<void>;
  #finish: () => void = () => {};

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
    this.#done = new Promise((resolve) => {
      this.#finish = resolve;
    });
  }

  /** Opens the file. Rejects with what the file system says, for example `EEXIST`. */
  static async open(path: string, { overwrite = false }: RecordingFileOptions = {}): Promise<RecordingFile> {
    // Nobody else has to read what was said in a call.
    return new RecordingFile(path, await open(path, overwrite ? 'w' : 'wx', 0o600));
  }

  /** Resolves when the call is over and the file is complete and closed. */
  get done(): Promise<void> {
    return this.#done;
  }

  async write(lines: string): Promise<void> {
    await this.#file.appendFile(lines);
  }

  async close(): Promise<void> {
    try {
      await this.#file.sync();
    } finally {
      await this.#file.close();
      this.#finish();
    }
  }
}
