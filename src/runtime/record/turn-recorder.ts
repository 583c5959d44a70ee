import { jsonEqual } from '../../flow/equivalence.ts';
import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import type { Clock, UsageMetadata } from '../../wire/index.ts';
import type { Mutation } from '../state/journal.ts';
import type { State } from '../state/state.ts';
import type { Redactor } from './redactor.ts';
import { type TurnMark, TurnMarks } from './turn-marks.ts';
import type { ToolRecord, TurnRecord } from './turn-record.ts';

/** Records that are remembered; the oldest goes. */
const MAX_RECORDS = 50;
/** Calls that one record tells of; the oldest goes. */
const MAX_TOOLS = 100;

export interface TurnRecorderOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly state: State;
  readonly redactor: Pick<Redactor, 'text' | 'json' | 'stateValue'>;
}

/** What is known of a turn at its end. */
export interface TurnEnding {
  readonly number: number;
  /** The words as they were said; the record redacts them. */
  readonly user: string;
  readonly model: string;
  readonly interrupted: boolean;
  /** The connection was lost in the middle of it. @default false */
  readonly cutOff?: boolean;
}

/** A record but for what the boundary after the turn adds. */
type EndedTurn = Omit<TurnRecord, 'stateDiff' | 'phase'>;

/**
 * Writes one record per turn as the turn goes on (design §1.5) and remembers the last 50. A turn {@link end}s with the
 * model's; its record is {@link close}d when the work of the boundary is done, and meanwhile the next turn may begin.
 */
export class TurnRecorder {
  readonly #options: TurnRecorderOptions;
  #marks: TurnMarks | undefined;
  /** What the user began while the model still had the turn. */
  #nextMarks: TurnMarks | undefined;
  /** By the ids of the calls as they came: two may look the same when they are shown. */
  #tools: Map<string, ToolRecord> | undefined;
  #usage: UsageMetadata | undefined;
  #ended: EndedTurn | undefined;
  #cursor: number;
  #records: readonly TurnRecord[] = [];

  constructor(options: TurnRecorderOptions) {
    this.#options = options;
    this.#cursor = options.state.journal.cursor;
  }

  /** The last 50 records, oldest first. */
  get turns(): readonly TurnRecord[] {
    return this.#records;
  }

  /** Calls that no record tells of yet: those of the turn in progress, and of one whose boundary is not over. */
  get unrecordedTools(): readonly ToolRecord[] {
    return [...(this.#ended?.tools ?? []), ...(this.#tools?.values() ?? [])];
  }

  /**
   * Notes that something happened, at `atMs` (default now). What the user does after the model's first output is of the
   * next turn. Cheap enough for every frame: the model's marks keep their first time.
   */
  mark(mark: TurnMark, atMs: number = this.#options.clock.nowMs()): void {
    this.#marks ??= new TurnMarks();
    const outputMs = this.#marks.firstOutputMs;
    if (outputMs === undefined || atMs <= outputMs || !isOfUser(mark)) return this.#marks.set(mark, atMs);
    this.#nextMarks ??= new TurnMarks();
    this.#nextMarks.set(mark, atMs);
  }

  /** A tool call was answered, or acknowledged as running. A later record of the same call replaces the one before. */
  tool(tool: ToolRecord): void {
    const { redactor } = this.#options;
    this.#tools ??= new Map();
    this.#tools.delete(tool.callId);
    this.#tools.set(tool.callId, {
      ...tool,
      callId: redactor.text(tool.callId),
      name: redactor.text(tool.name),
      args: redactor.json(tool.args),
      result: redactor.json(tool.result),
    });
    const [oldest] = this.#tools.keys();
    if (this.#tools.size > MAX_TOOLS && oldest !== undefined) this.#tools.delete(oldest);
  }

  /** The service's count of the turn so far; the last one stands. */
  usage(usage: UsageMetadata): void {
    this.#usage = usage;
  }

  /** The turn is over: from now on everything is of the next one. Closes the turn before, if that was not done. */
  end(ending: TurnEnding): void {
    this.close();
    const { clock, redactor } = this.#options;
    this.#ended = {
      number: ending.number,
      heard: redactor.text(ending.user),
      said: redactor.text(ending.model),
      interrupted: ending.interrupted,
      ...(ending.cutOff === true && { cutOff: true }),
      tools: [...(this.#tools?.values() ?? [])],
      latency: (this.#marks ?? new TurnMarks()).latency(clock.nowMs()),
      tokens: {
        prompt: this.#usage?.promptTokenCount ?? 0,
        response: this.#usage?.responseTokenCount ?? 0,
        total: this.#usage?.totalTokenCount ?? 0,
      },
    };
    this.#marks = this.#nextMarks;
    this.#nextMarks = undefined;
    this.#tools = undefined;
    this.#usage = undefined;
  }

  /**
   * The record of the turn that ended, after everything that its end causes in the state: the changes since the last
   * record are this one's. `phase` is where the governor stands. Undefined when no turn has ended since the last record.
   */
  close(phase?: string): TurnRecord | undefined {
    const ended = this.#ended;
    if (ended === undefined) return undefined;
    this.#ended = undefined;
    const at = phase === undefined ? {} : { phase };
    const record: TurnRecord = { ...ended, ...at, stateDiff: this.#stateDiff() };
    this.#records = [...this.#records.slice(1 - MAX_RECORDS), record];
    return record;
  }

  /**
   * What is known of a turn only after its end: words that came late, a cut to what was heard. Replaces what its record
   * says; a record that was given out stays as it was. False when the turn is forgotten.
   */
  amend(number: number, known: Partial<Omit<TurnEnding, 'number'>>): boolean {
    const { redactor } = this.#options;
    const words = {
      ...(known.user !== undefined && { heard: redactor.text(known.user) }),
      ...(known.model !== undefined && { said: redactor.text(known.model) }),
      ...(known.interrupted !== undefined && { interrupted: known.interrupted }),
    };
    if (this.#ended?.number === number) {
      this.#ended = { ...this.#ended, ...words };
      return true;
    }
    const index = this.#records.findLastIndex((record) => record.number === number);
    this.#records = this.#records.map((record, at) => (at === index ? { ...record, ...words } : record));
    return index !== -1;
  }

  /** Of more changes than the journal holds, the newest. */
  #stateDiff(): TurnRecord['stateDiff'] {
    const { state, redactor } = this.#options;
    const mutations = state.journal.since(this.#cursor);
    this.#cursor = state.journal.cursor;
    const net = new Map<string, Pick<Mutation, 'old' | 'new'>>();
    for (const { key, old, new: value } of mutations) {
      if (isRuntimeKey(key) && key !== 'session:phase') continue;
      net.set(key, { old: net.has(key) ? net.get(key)?.old : old, new: value });
    }
    const shown = (key: string, name: 'before' | 'after', value: Mutation['new']) =>
      value === undefined ? {} : { [name]: redactor.stateValue(key, value) };
    return Object.fromEntries(
      [...net]
        .filter(([, change]) => !jsonEqual(change.old, change.new))
        .map(([key, change]) => [
          redactor.text(key),
          { ...shown(key, 'before', change.old), ...shown(key, 'after', change.new) },
        ]),
    );
  }
}

function isOfUser(mark: TurnMark): boolean {
  return mark === 'speechStart' || mark === 'speechEnd' || mark === 'textSent';
}
