/** All conversations of a simulator. */
import type { Clock } from '../../wire/clock.ts';
import type { Setup } from '../../wire/protocol/setup.ts';
import { type FaultPlan, strikesOf } from '../faults/fault-plan.ts';
import { FaultSchedule } from '../faults/fault-schedule.ts';
import { ConversationRecord } from './conversation-record.ts';

/** How conversations are told apart and kept. */
export interface BookOptions {
  readonly clock: Clock;
  /** Names the conversation that a setup belongs to; undefined for one of its own. */
  readonly conversationOf: ((setup: Setup) => string | undefined) | undefined;
  readonly keepHashes: boolean;
  readonly plan: FaultPlan;
}

/** More conversations than this lose the oldest. */
const MAX_CONVERSATIONS = 10_000;

/** Finds the record of a session: by name, or by the session that its handle resumes. */
export class ConversationBook {
  readonly #options: BookOptions;
  readonly #records = new Map<string, ConversationRecord>();
  #count = 0;

  constructor(options: BookOptions) {
    this.#options = options;
  }

  get records(): readonly ConversationRecord[] {
    return [...this.#records.values()];
  }

  get(conversation: string): ConversationRecord | undefined {
    return this.#records.get(conversation);
  }

  /** The record that a session belongs to. */
  recordFor(setup: Setup, sessionKey: string): ConversationRecord {
    const { clock, conversationOf, keepHashes, plan } = this.#options;
    const name = conversationOf?.(setup);
    const key = name ?? sessionKey;
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    this.#count++;
    const hasStrikes = plan.everyMs !== undefined || plan.plan !== undefined;
    // A key made by chance names nothing: the order of conversations does.
    const strikes = hasStrikes ? strikesOf(plan, name ?? `conversation ${this.#count}`) : undefined;
    const schedule = strikes === undefined ? undefined : new FaultSchedule(clock, strikes);
    const record = new ConversationRecord(key, { clock, keepHashes, schedule });
    this.#records.set(key, record);
    if (this.#records.size > MAX_CONVERSATIONS) {
      const [oldest] = this.#records.keys();
      if (oldest !== undefined) this.#records.delete(oldest);
    }
    return record;
  }
}
