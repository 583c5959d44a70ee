import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock } from '../../wire/index.ts';
import { randomId } from '../../wire/platform/system-random.ts';
import type { SessionEntry } from './session-entry.ts';
import type { SessionSnapshot } from './session-snapshot.ts';
import type { Store, StoreCall, StoreEntry, StoreWriter } from './store.ts';
import { requireLive, StoreError } from './store-error.ts';

export interface SessionJournalOptions {
  readonly store: Pick<Store, 'append' | 'snapshot'>;
  readonly sessionId: string;
  readonly clock: Pick<Clock, 'schedule'>;
  /** What the session is after the last entry that was added: asked for when a snapshot is written. */
  readonly snapshot: () => SessionSnapshot;
  /** Told of every failure; after one that is not `retryable` nothing more is written. */
  readonly report: (error: StoreError) => void;
  /** The last entry that is stored; 0 for a new session, whose snapshot is then written first. @default 0 */
  readonly last?: number;
  /** Entries that may wait. Over it they are let go, and a snapshot takes their place. @default 4_096 */
  readonly maxQueued?: number;
  /** Entries of one append. @default 512 */
  readonly maxBatch?: number;
}

const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 10_000;

interface Waiter {
  readonly seq: number;
  /** A snapshot that is wanted is waited for, too. */
  readonly whole: boolean;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

/**
 * Writes a session's journal beside its lanes: {@link add} costs a push, and what waits goes out in one append. Order is
 * kept; what fails for now is repeated, later and later; what does not fit is replaced by a snapshot. Nothing throws.
 */
export class SessionJournal {
  readonly #options: SessionJournalOptions;
  readonly #maxQueued: number;
  readonly #maxBatch: number;
  /** Carried by each write: who has lost the session is told, whatever it writes. */
  readonly #writer: StoreWriter;
  #queue: StoreEntry[] = [];
  /** Being written, or repeated: as it was, since it may have been written without anybody knowing. */
  #batch: readonly StoreEntry[] = [];
  #last: number;
  #stored: number;
  /** A snapshot is wanted: as soon as nothing waits, or, when entries are missing, at once. */
  #wanted: 'no' | 'whenIdle' | 'now';
  #working = false;
  #retryMs = FIRST_RETRY_MS;
  #cancelRetry: (() => void) | undefined;
  #end: StoreError | undefined;
  #waiters: Waiter[] = [];

  constructor(options: SessionJournalOptions) {
    const { last = 0, maxQueued = 4_096, maxBatch = 512 } = options;
    this.#options = options;
    this.#maxQueued = maxQueued;
    this.#maxBatch = maxBatch;
    this.#writer = { id: randomId(), after: last };
    this.#last = last;
    this.#stored = last;
    this.#wanted = last === 0 ? 'now' : 'no';
  }

  /** The last entry that was added. */
  get last(): number {
    return this.#last;
  }

  /** Why nothing is written any more. */
  get ended(): StoreError | undefined {
    return this.#end;
  }

  /** The next entry. Its number is {@link last} from now on. */
  add(entry: SessionEntry): void {
    this.#last += 1;
    if (this.#end !== undefined) return;
    // Entries are JSON by their type; optional fields that are absent are not there.
    this.#queue.push({ seq: this.#last, data: entry as unknown as JsonValue });
    if (this.#queue.length > this.#maxQueued) {
      this.#queue = [];
      this.#wanted = 'now';
    }
    this.#start();
  }

  /** Asks for a snapshot, behind what waits. */
  checkpoint(): void {
    if (this.#wanted === 'no') this.#wanted = 'whenIdle';
    this.#start();
  }

  /**
   * Resolves when everything so far is stored, and the snapshot, if one is wanted; rejects when that cannot be any more, or
   * with the signal.
   */
  flush(call: StoreCall = {}): Promise<void> {
    return this.#wait(true, call);
  }

  /** The same, for the entries alone. */
  written(call: StoreCall = {}): Promise<void> {
    return this.#wait(false, call);
  }

  #wait(whole: boolean, { signal }: StoreCall): Promise<void> {
    return new Promise((resolve, reject) => {
      requireLive(signal);
      if (this.#end !== undefined) throw this.#end;
      if (this.#stored === this.#last && (!whole || this.#isIdle)) return resolve();
      this.#start();
      this.#waiters.push({ seq: this.#last, whole, resolve, reject });
      signal?.addEventListener(
        'abort',
        () => reject(new StoreError('aborted', 'The caller gave up.', { cause: signal.reason })),
        { once: true },
      );
    });
  }

  /** Nothing more is written; what waits is dropped. Call {@link flush} before. The store stays open. */
  close(): void {
    this.#finish(new StoreError('storeClosed', 'The journal of this session is closed.'));
  }

  get #isIdle(): boolean {
    return this.#stored === this.#last && this.#wanted === 'no';
  }

  #start(): void {
    if (this.#working || this.#end !== undefined) return;
    this.#working = true;
    // In its own task, so that what is added in one go is written in one go.
    queueMicrotask(() => void this.#work());
  }

  /** Never rejects. */
  async #work(): Promise<void> {
    while (this.#end === undefined && !this.#isIdle) {
      try {
        if (this.#wanted === 'now' || this.#queue.length === 0) await this.#writeSnapshot();
        else await this.#writeBatch();
        this.#retryMs = FIRST_RETRY_MS;
        this.#release();
      } catch (cause) {
        if (this.#failed(cause)) continue;
        return;
      }
    }
    this.#working = false;
    this.#release();
  }

  async #writeBatch(): Promise<void> {
    const { store, sessionId } = this.#options;
    if (this.#batch.length === 0) this.#batch = this.#queue.slice(0, this.#maxBatch);
    const batch = this.#batch;
    await store.append(sessionId, batch, { writer: this.#writer });
    this.#batch = [];
    const stored = batch.at(-1)?.seq ?? this.#stored;
    this.#stored = Math.max(this.#stored, stored);
    this.#queue = this.#queue.filter(({ seq }) => seq > stored);
  }

  async #writeSnapshot(): Promise<void> {
    const { store, sessionId, snapshot } = this.#options;
    const upTo = this.#last;
    this.#wanted = 'no';
    this.#batch = [];
    try {
      await store.snapshot(sessionId, snapshot() as unknown as JsonValue, upTo, { writer: this.#writer });
    } catch (cause) {
      this.#wanted = 'now';
      throw cause;
    }
    this.#stored = Math.max(this.#stored, upTo);
    this.#queue = this.#queue.filter(({ seq }) => seq > upTo);
  }

  /** Whether to go on at once. */
  #failed(cause: unknown): boolean {
    const error =
      cause instanceof StoreError
        ? cause
        : new StoreError('storeFailed', 'The store threw: see the cause.', { cause, retryable: true });
    this.#options.report(error);
    const isTooMuch = error.code === 'storeFull' || error.code === 'invalidArgument';
    if (isTooMuch && this.#wanted !== 'now') {
      // What cannot be appended may be held by a snapshot.
      this.#wanted = 'now';
      return true;
    }
    if (!error.retryable && error.code !== 'storeFull') {
      this.#finish(error);
      return true;
    }
    this.#cancelRetry = this.#options.clock.schedule(this.#retryMs, () => void this.#work());
    this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    return false;
  }

  #release(): void {
    const isWhole = this.#wanted === 'no';
    const done = this.#waiters.filter(({ seq, whole }) => seq <= this.#stored && (isWhole || !whole));
    this.#waiters = this.#waiters.filter((waiter) => !done.includes(waiter));
    for (const { resolve } of done) resolve();
  }

  #finish(error: StoreError): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    this.#queue = [];
    this.#batch = [];
    this.#cancelRetry?.();
    for (const { reject } of this.#waiters.splice(0)) reject(error);
  }
}
