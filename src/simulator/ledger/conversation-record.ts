/** One conversation, over all its connections, as the model knew it. */
import type { Clock } from '../../wire/clock.ts';
import type { Fault } from '../faults/fault.ts';
import type { FaultSchedule } from '../faults/fault-schedule.ts';
import { type AudioAccount, AudioTally } from './audio-tally.ts';
import { contentHash, type LedgerEntry, type LedgerItem, textOfItem } from './ledger-entry.ts';

/** How a session of the conversation began. */
export interface LedgerSession {
  readonly connection: number;
  /** `fresh`: with an empty context, whatever was said before. */
  readonly begin: 'fresh' | 'resumed';
  /** How many entries its context held at the beginning. */
  readonly inherited: number;
  readonly openedAtMs: number;
}

/** A fault that struck in the conversation. */
export interface LedgerFault {
  readonly atMs: number;
  readonly connection: number;
  readonly fault: Fault;
}

/** What the simulator's model has in its context, and what it had. All properties are live. */
export interface ConversationLedger {
  readonly conversation: string;
  /** What is in the context now, or was when the last session ended, oldest first. */
  readonly context: readonly LedgerEntry[];
  /** What reached a session and is not in the context of the one that came after it, in the order it came. */
  readonly forgotten: readonly LedgerEntry[];
  /** The contexts that a fresh session did not go on from, oldest first; each as it was at its end. */
  readonly abandoned: readonly (readonly LedgerEntry[])[];
  readonly sessions: readonly LedgerSession[];
  /** Audio by connection. */
  readonly audio: readonly AudioAccount[];
  readonly faults: readonly LedgerFault[];
  /** How many entries were dropped because there were more than the ledger keeps. */
  readonly dropped: number;
}

/** More entries than this lose the oldest; it is counted. */
const MAX_ENTRIES = 50_000;
const DROPPED_AT_ONCE = 1000;
/** More abandoned contexts than this lose the oldest; their entries are in `forgotten` too. */
const MAX_ABANDONED = 100;

/** The context of one session; a resumed one begins with what stood at its handle. */
export class ContextLog {
  readonly #record: ConversationRecord;
  readonly #connection: number;
  /** Replaced, never shortened: snapshots share it. */
  #entries: LedgerEntry[];

  constructor(record: ConversationRecord, connection: number, inherited: readonly LedgerEntry[]) {
    this.#record = record;
    this.#connection = connection;
    this.#entries = [...inherited];
  }

  get entries(): readonly LedgerEntry[] {
    return this.#entries;
  }

  add(item: LedgerItem): void {
    this.#entries.push(this.#record.stamp(item, this.#connection));
    if (this.#entries.length <= MAX_ENTRIES) return;
    this.#entries = this.#entries.slice(DROPPED_AT_ONCE);
    this.#record.drop(DROPPED_AT_ONCE);
  }
}

/** What a record is made of. */
export interface RecordOptions {
  readonly clock: Clock;
  readonly keepHashes: boolean;
  readonly schedule: FaultSchedule | undefined;
}

/** Collects what the connections of a conversation report. */
export class ConversationRecord implements ConversationLedger {
  readonly conversation: string;
  readonly sessions: LedgerSession[] = [];
  readonly audio: AudioTally[] = [];
  readonly faults: LedgerFault[] = [];
  readonly forgotten: LedgerEntry[] = [];
  readonly abandoned: (readonly LedgerEntry[])[] = [];
  /** What goes wrong in it as time passes. */
  readonly schedule: FaultSchedule | undefined;
  readonly #clock: Clock;
  readonly #keepHashes: boolean;
  #log: ContextLog | undefined;
  #sequence = 0;
  #dropped = 0;

  constructor(conversation: string, options: RecordOptions) {
    const { clock, keepHashes, schedule } = options;
    this.conversation = conversation;
    this.schedule = schedule;
    this.#clock = clock;
    this.#keepHashes = keepHashes;
  }

  get context(): readonly LedgerEntry[] {
    return this.#log?.entries ?? [];
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** A session begins, from nothing or from the entries at a handle. */
  begin(
    connection: number,
    inherited: readonly LedgerEntry[] | undefined,
  ): { readonly log: ContextLog; readonly tally: AudioTally } {
    const kept = new Set((inherited ?? []).map(({ sequence }) => sequence));
    for (const entry of this.context) if (!kept.has(entry.sequence)) this.#forget(entry);
    if (inherited === undefined && this.context.length > 0) this.#abandon();
    const log = new ContextLog(this, connection, inherited ?? []);
    const tally = new AudioTally(connection, this.#keepHashes);
    this.#log = log;
    this.audio.push(tally);
    this.sessions.push({
      connection,
      begin: inherited === undefined ? 'fresh' : 'resumed',
      inherited: inherited?.length ?? 0,
      openedAtMs: this.#clock.nowMs(),
    });
    return { log, tally };
  }

  stamp(item: LedgerItem, connection: number): LedgerEntry {
    this.#sequence++;
    const hash = contentHash(`${item.type} ${textOfItem(item)}`);
    return { ...item, sequence: this.#sequence, atMs: this.#clock.nowMs(), connection, hash };
  }

  drop(count: number): void {
    this.#dropped += count;
  }

  struck(fault: Fault, connection: number): void {
    if (this.faults.length < MAX_ENTRIES) this.faults.push({ atMs: this.#clock.nowMs(), connection, fault });
  }

  #abandon(): void {
    this.abandoned.push(this.context);
    if (this.abandoned.length > MAX_ABANDONED) this.abandoned.shift();
  }

  #forget(entry: LedgerEntry): void {
    this.forgotten.push(entry);
    if (this.forgotten.length <= MAX_ENTRIES) return;
    this.forgotten.shift();
    this.#dropped++;
  }
}
