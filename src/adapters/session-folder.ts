/** The files of a folder of sessions, and nothing about what is in them. */

import {
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../runtime/persist/store-error.ts';
import { randomId } from '../wire/platform/system-random.ts';

/** What a write to the disk waits for: each write, snapshots only, nothing. */
export type Fsync = 'always' | 'snapshot' | 'never';

/** 1 GiB: the longest call has some megabytes. */
const MAX_FILE_BYTES = 1_073_741_824;

/** Which file a path led to, and how long it was. */
export interface FileState {
  readonly inode: number;
  readonly size: number;
}

export class SessionFolder {
  readonly path: string;
  #isMade = false;

  constructor(path: string) {
    this.path = path;
  }

  /** The bytes, or undefined where there is no file. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const path = join(this.path, name);
    const found = await orAbsent(stat(path));
    if (found !== undefined) requireReadable(name, found);
    return found && orAbsent(readFile(path));
  }

  /** At most the first `length` bytes. */
  async readStart(name: string, length: number): Promise<Uint8Array | undefined> {
    const found = await orAbsent(stat(join(this.path, name)));
    if (found === undefined) return undefined;
    if (!found.isFile()) requireReadable(name, found);
    return orAbsent(
      this.#with(name, 'r', async (file) => {
        const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
        return buffer.subarray(0, bytesRead);
      }),
    );
  }

  async state(name: string): Promise<FileState | undefined> {
    const found = await orAbsent(stat(join(this.path, name)));
    return found && { inode: found.ino, size: found.size };
  }

  /** Adds bytes at the end in one write. Returns what the file is then; undefined when it has been deleted meanwhile. */
  append(name: string, bytes: Uint8Array, isSynced: boolean): Promise<FileState | undefined> {
    return this.#with(name, 'a', async (file) => {
      await writeAll(file, bytes);
      if (isSynced) await file.datasync();
      const { ino, size, nlink } = await file.stat();
      return nlink === 0 ? undefined : { inode: ino, size };
    });
  }

  /** Makes a file that appears whole, unless there is one. */
  async create(name: string, text: string, isSynced: boolean): Promise<void> {
    await this.#viaTemporary(name, text, isSynced, async (temporary, path) => {
      try {
        await link(temporary, path);
      } catch (cause) {
        if (codeOf(cause) !== 'EEXIST') {
          // A file system without links: two that create at once are not told apart there.
          if ((await orAbsent(stat(path))) === undefined) return rename(temporary, path);
        }
      }
      await unlink(temporary);
    });
  }

  /**
   * Replaces a file, or makes it: whoever reads it sees the old one or the new one. `ready` is asked at the last moment; when
   * it throws nothing has changed.
   */
  async replace(name: string, text: string, isSynced: boolean, ready: () => Promise<void>): Promise<void> {
    await this.#viaTemporary(name, text, isSynced, async (temporary, path) => {
      await ready();
      await rename(temporary, path);
    });
  }

  /** Names of all files; none where there is no folder. */
  async names(): Promise<readonly string[]> {
    return (await orAbsent(readdir(this.path))) ?? [];
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.path, name), { force: true });
    if (names.length > 0) await this.#sync();
  }

  async #viaTemporary(
    name: string,
    text: string,
    isSynced: boolean,
    publish: (temporary: string, path: string) => Promise<void>,
  ): Promise<void> {
    await this.#make();
    const temporary = `${name}.${randomId()}.tmp`;
    try {
      await this.#with(temporary, 'wx', async (file) => {
        await writeAll(file, new TextEncoder().encode(text));
        if (isSynced) await file.sync();
      });
      await publish(join(this.path, temporary), join(this.path, name));
    } catch (cause) {
      await rm(join(this.path, temporary), { force: true });
      throw cause;
    }
    if (isSynced) await this.#sync();
  }

  async #with<T>(name: string, flags: 'r' | 'a' | 'wx', work: (file: FileHandle) => Promise<T>): Promise<T> {
    const file = await open(join(this.path, name), flags, 0o600);
    try {
      return await work(file);
    } finally {
      await file.close();
    }
  }

  async #make(): Promise<void> {
    if (this.#isMade) return;
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    this.#isMade = true;
  }

  /** Names are on the disk, too. Windows has no such thing. */
  async #sync(): Promise<void> {
    if (process.platform === 'win32') return;
    const folder = await orAbsent(open(this.path, 'r'));
    if (folder === undefined) return;
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** What never ends, and what no session can be, is not read. */
function requireReadable(name: string, found: { isFile(): boolean; readonly size: number }): void {
  if (found.isFile() && found.size <= MAX_FILE_BYTES) return;
  const message = found.isFile() ? `it has more than ${MAX_FILE_BYTES} bytes` : 'it is no file';
  const problems = [{ code: 'foreign', where: name, message }] as const;
  throw new StoreError('storeForeign', `${name} cannot be read: ${message}.`, { problems });
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

async function orAbsent<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

/** The code of a system error. */
export function codeOf(cause: unknown): unknown {
  return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
}
