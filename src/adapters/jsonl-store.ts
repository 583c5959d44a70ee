/** Sessions as files: a journal that only grows, and a snapshot beside it that is replaced as a whole. */
import type { JsonValue } from '../flow/state-reader.ts';
import { appendConflict, judgeAppend, requireNewer, type Tail } from '../runtime/persist/append-rule.ts';
import { SerialLanes } from '../runtime/persist/serial-lanes.ts';
import type {
  LoadCall,
  Store,
  StoreCall,
  StoredSession,
  StoreEntry,
  StoreWriter,
  WriteCall,
} from '../runtime/persist/store.ts';
import {
  entryTexts,
  requireSessionId,
  requireWriterId,
  snapshotText,
} from '../runtime/persist/store-arguments.ts';
import { lossOf, requireLive, StoreError, type StoreProblem } from '../runtime/persist/store-error.ts';
import { fileNameOf, sessionIdOf } from './file-names.ts';
import { entryLine, headerLine, readHeader, readJournal, snapshotNote, TORN_MARK } from './jsonl-lines.ts';
import {
  readHead,
  readSnapshotFile,
  type SnapshotHead,
  type SnapshotText,
  snapshotFile,
} from './jsonl-snapshot.ts';
import { type FileState, type Fsync, SessionFolder } from './session-folder.ts';

export interface JsonlStoreOptions {
  /** Made when it is not there, readable by its owner alone. */
  readonly folder: string;
  /**
   * What is waited for before a write is acknowledged. Whatever it is, what is acknowledged survives the death of the
   * process; a power cut takes what the system had not written yet: with `always` nothing, with `snapshot` what came after
   * the last snapshot. @default 'snapshot'
   */
  readonly fsync?: Fsync;
  /** Calls that may wait, over all sessions; more are refused with `storeFull`. @default 10_000 */
  readonly maxWaiting?: number;
}

const JOURNAL = '.journal.jsonl';
const SNAPSHOT = '.snapshot.json';
/** Enough for the first line of any file of ours. */
const HEAD_BYTES = 8192;
/** Sessions whose end is known without reading their files. */
const MAX_KNOWN = 1024;

/** The end of a journal, as it was when this file was this long. */
interface Known {
  readonly tail: Tail;
  /** Undefined where there is no journal. */
  readonly file: FileState | undefined;
  readonly isTorn: boolean;
}

interface Found {
  readonly snapshot: SnapshotText | undefined;
  readonly entries: readonly StoreEntry[];
  readonly problems: readonly StoreProblem[];
  readonly known: Known;
}

/**
 * A file per session and one for its snapshot, in one folder; any number of processes may use it. Journals are never
 * rewritten, so what a crash has cut off stays in them, is left out by whoever reads, and marked by whoever writes on.
 */
export class JsonlStore implements Store {
  readonly #folder: SessionFolder;
  readonly #fsync: Fsync;
  readonly #lanes: SerialLanes;
  readonly #known = new Map<string, Known>();

  constructor({ folder, fsync = 'snapshot', maxWaiting }: JsonlStoreOptions) {
    this.#folder = new SessionFolder(folder);
    this.#fsync = fsync;
    this.#lanes = new SerialLanes(maxWaiting);
  }

  async append(sessionId: string, entries: readonly StoreEntry[], call: WriteCall = {}): Promise<void> {
    requireSessionId(sessionId);
    requireWriterId(call.writer);
    const texts = entryTexts(entries);
    const first = entries[0]?.seq ?? 0;
    if (texts.length === 0) return requireLive(call.signal);
    return this.#run(sessionId, call, () => this.#append(sessionId, first, texts, call.writer));
  }

  async snapshot(sessionId: string, snapshot: JsonValue, upTo: number, call: WriteCall = {}): Promise<void> {
    requireSessionId(sessionId);
    requireWriterId(call.writer);
    const text = snapshotText(snapshot, upTo);
    return this.#run(sessionId, call, () => this.#snapshot(sessionId, text, upTo, call.writer));
  }

  async load(sessionId: string, call: LoadCall = {}): Promise<StoredSession | undefined> {
    requireSessionId(sessionId);
    return this.#run(sessionId, call, async () => {
      const { snapshot, entries, problems, known } = await this.#find(sessionId);
      const loss = lossOf(problems, 'This session');
      if (loss !== undefined && (loss.code !== 'storeCorrupt' || call.recover !== true)) throw loss;
      if (known.file === undefined && snapshot === undefined && problems.length === 0) return undefined;
      // Whoever goes on writes soon.
      if (loss === undefined) this.#keep(sessionId, known);
      return { snapshot: snapshot?.snapshot, upTo: snapshot?.upTo ?? 0, entries, problems };
    });
  }

  list(call: StoreCall = {}): Promise<readonly string[]> {
    return this.#run('', call, async () => {
      const ids = new Set<string>();
      for (const file of await this.#folder.names()) {
        const suffix = [JOURNAL, SNAPSHOT].find((end) => file.endsWith(end));
        if (suffix === undefined) continue;
        const id = sessionIdOf(file.slice(0, -suffix.length)) ?? (await this.#idIn(file, suffix));
        if (id !== undefined) ids.add(id);
      }
      return [...ids].sort();
    });
  }

  async delete(sessionId: string, call: StoreCall = {}): Promise<void> {
    requireSessionId(sessionId);
    return this.#run(sessionId, call, async () => {
      const name = fileNameOf(sessionId);
      const ours = (file: string): boolean =>
        file.startsWith(`${name}${JOURNAL}`) || file.startsWith(`${name}${SNAPSHOT}`);
      await this.#folder.remove((await this.#folder.names()).filter(ours));
      this.#known.delete(sessionId);
    });
  }

  close(): Promise<void> {
    return this.#lanes.close(() => this.#known.clear());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #append(
    sessionId: string,
    first: number,
    texts: readonly string[],
    writer: StoreWriter | undefined,
  ): Promise<void> {
    const file = fileNameOf(sessionId) + JOURNAL;
    let known = await this.#fresh(sessionId);
    if (judgeAppend(known.tail, first, texts.length, writer) === 'compare') {
      return this.#requireStored(sessionId, first, texts);
    }
    if (known.file === undefined) {
      await this.#folder.create(file, headerLine(sessionId), this.#fsync === 'always');
      known = await this.#scan(sessionId);
    }
    const line = entryLine(first, texts, writer?.id);
    const after = await this.#write(sessionId, known, line);
    if (after === undefined) return this.#requireStored(sessionId, first, texts);
    this.#keep(sessionId, {
      ...after,
      tail: { ...known.tail, last: first + texts.length - 1, writer: writer?.id },
    });
  }

  /** Adds a line. Undefined when others have written or deleted meanwhile, so that nobody knows whether it counts. */
  async #write(sessionId: string, known: Known, line: string): Promise<Omit<Known, 'tail'> | undefined> {
    const bytes = new TextEncoder().encode(known.isTorn ? TORN_MARK + line : line);
    const file = fileNameOf(sessionId) + JOURNAL;
    this.#known.delete(sessionId);
    const state = await this.#folder.append(file, bytes, this.#fsync === 'always');
    const alone =
      state?.inode === known.file?.inode && state?.size === (known.file?.size ?? 0) + bytes.length;
    return alone ? { file: state, isTorn: false } : undefined;
  }

  async #snapshot(
    sessionId: string,
    text: string,
    upTo: number,
    writer: StoreWriter | undefined,
  ): Promise<void> {
    const name = fileNameOf(sessionId) + SNAPSHOT;
    const known = await this.#fresh(sessionId);
    const head = await this.#folder.readStart(name, HEAD_BYTES);
    const present = head && readHead(decode(head).split('\n', 1)[0] ?? '', name);
    if (present?.ok === false) throw lossOf([present.problem], 'The present snapshot') ?? broken();
    requireNewer(behind(known.tail, present?.value), upTo, writer);
    const bytes = snapshotFile(sessionId, upTo, text, writer?.id);
    const isMine = async (): Promise<void> => {
      // Others may have written while the file was made.
      if (writer !== undefined) requireNewer((await this.#fresh(sessionId)).tail, upTo, writer);
    };
    await this.#folder.replace(name, bytes, this.#fsync !== 'never', isMine);
    const tail: Tail = { upTo, last: Math.max(known.tail.last, upTo), writer: writer?.id };
    const isTold = known.tail.last >= upTo && known.tail.writer === writer?.id;
    if (isTold || known.file === undefined) return this.#keep(sessionId, { ...known, tail });
    // Other writers, which know the journal alone, learn here that it goes on behind a gap.
    const after = await this.#write(sessionId, known, snapshotNote(upTo, writer?.id));
    if (after !== undefined) this.#keep(sessionId, { ...after, tail });
  }

  /** What the end of the journal is now. */
  async #fresh(sessionId: string): Promise<Known> {
    const known = this.#known.get(sessionId);
    const file = await this.#folder.state(fileNameOf(sessionId) + JOURNAL);
    const isSame = known?.file?.inode === file?.inode && known?.file?.size === file?.size;
    return known !== undefined && file !== undefined && isSame ? known : this.#scan(sessionId);
  }

  async #scan(sessionId: string): Promise<Known> {
    const { problems, known } = await this.#find(sessionId);
    const loss = lossOf(problems, 'This session');
    if (loss !== undefined) throw loss;
    return known;
  }

  /** Resolves when exactly these entries are stored. */
  async #requireStored(sessionId: string, first: number, texts: readonly string[]): Promise<void> {
    const { entries, known } = await this.#find(sessionId);
    const from = entries.findIndex(({ seq }) => seq === first);
    const there = texts.every((text, index) => JSON.stringify(entries[from + index]?.data) === normal(text));
    if (from === -1 || !there) throw appendConflict(known.tail, first);
  }

  /** The journal is read before the snapshot, so that the snapshot is never the older one. */
  async #find(sessionId: string): Promise<Found> {
    const name = fileNameOf(sessionId);
    const bytes = await this.#folder.read(name + JOURNAL);
    const inode = bytes && (await this.#folder.state(name + JOURNAL))?.inode;
    const problems: StoreProblem[] = [];
    const snapshot = await this.#readSnapshot(sessionId, name + SNAPSHOT, problems);
    const upTo = snapshot?.upTo ?? 0;
    const none: Tail = { upTo, last: upTo, writer: snapshot?.writer };
    if (bytes === undefined || inode === undefined) {
      return { snapshot, entries: [], problems, known: { tail: none, file: undefined, isTorn: false } };
    }
    const journal = readJournal(bytes, name + JOURNAL, upTo);
    problems.push(...journal.problems);
    if (journal.sessionId !== undefined && journal.sessionId !== sessionId) {
      problems.push(otherSession(`${name}${JOURNAL}, line 1`));
    }
    const { isTorn, entries } = journal;
    const tail = behind({ ...journal.tail, last: journal.last }, snapshot);
    return { snapshot, entries, problems, known: { tail, file: { inode, size: bytes.length }, isTorn } };
  }

  async #readSnapshot(
    sessionId: string,
    file: string,
    problems: StoreProblem[],
  ): Promise<SnapshotText | undefined> {
    const bytes = await this.#folder.read(file);
    if (bytes === undefined) return undefined;
    const read = readSnapshotFile(decode(bytes), file);
    if (read.ok && read.value.sessionId === sessionId) return read.value;
    problems.push(read.ok ? otherSession(`${file}, line 1`) : read.problem);
    return undefined;
  }

  /** The session of a file whose name was cut. */
  async #idIn(file: string, suffix: string): Promise<string | undefined> {
    const bytes = await this.#folder.readStart(file, HEAD_BYTES);
    if (bytes === undefined) return undefined;
    const line = bytes.subarray(0, Math.max(0, bytes.indexOf(0x0a)));
    const head = readHead(decode(line), file);
    const id = suffix === JOURNAL ? readHeader(line, true).sessionId : head.ok && head.value.sessionId;
    return typeof id === 'string' && file === fileNameOf(id) + suffix ? id : undefined;
  }

  #keep(sessionId: string, known: Known): void {
    this.#known.delete(sessionId);
    this.#known.set(sessionId, known);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > MAX_KNOWN) this.#known.delete(oldest);
  }

  #run<T>(key: string, { signal }: StoreCall, task: () => Promise<T>): Promise<T> {
    return this.#lanes.run(key, signal, async () => {
      try {
        return await task();
      } catch (cause) {
        if (cause instanceof StoreError) throw cause;
        throw new StoreError('storeFailed', 'The disk refused: see the cause.', { cause, retryable: true });
      }
    });
  }
}

/** The end of a session: that of its journal, or of a snapshot that goes beyond it. */
function behind(journal: Tail, snapshot: SnapshotHead | undefined): Tail {
  const { upTo = 0, writer } = snapshot ?? {};
  return upTo > journal.last ? { upTo, last: upTo, writer } : { ...journal, upTo };
}

function otherSession(where: string): StoreProblem {
  return { code: 'foreign', where, message: 'it is of another session' };
}

function broken(): StoreError {
  return new StoreError('storeCorrupt', 'The present snapshot cannot be read.');
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** JSON as it is after it was read once, so that it can be compared with what was stored. */
function normal(text: string): string {
  return JSON.stringify(JSON.parse(text));
}
