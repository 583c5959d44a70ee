/** The seam of a replay: what the session meets there comes from the recording. */
import { seededRandom } from '../../flow/fuzz/random.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock, Random, SessionWriter, Socket, SocketSink, Transport } from '../../wire/index.ts';
import { OutCheck } from './out-check.ts';
import type { Recording, RecordingEntry, RecordingEntryOf } from './recording.ts';
import { ReplayClock } from './replay-clock.ts';
import { diffOf, type ReplayDifference } from './replay-difference.ts';
import { NO_CREDENTIAL } from './replay-environment.ts';
import type { Seam, SeamCall } from './seam.ts';
import { TapeDeck, tapeMiss } from './tape-deck.ts';

/** An entry from outside. */
export type OutsideEntry = RecordingEntryOf<
  'in' | 'audio' | 'opened' | 'alive' | 'closed' | 'buffered' | 'timer' | 'do' | 'settled'
>;

export interface ReplaySeamHost {
  /** Does again what came from outside. */
  perform(entry: OutsideEntry): void;
  found(difference: ReplayDifference): void;
}

export class ReplaySeam implements Seam {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly time: ReplayClock;
  readonly outs: OutCheck;
  readonly deck: TapeDeck;
  readonly sinks: Map<number, SocketSink> = new Map();
  readonly tellers: Map<number, (note: JsonValue) => void> = new Map();
  readonly buffered: Map<number, number> = new Map();
  readonly #host: ReplaySeamHost;
  /** What came from within the session's work, by its point. */
  readonly #within: Map<number, OutsideEntry[]>;
  readonly #pings: ReadonlyMap<number, boolean>;
  #here: { readonly seq: number; readonly tMs: number } = { seq: 1, tMs: 0 };
  #acts = 0;
  #points = 0;

  constructor({ entries, header }: Recording, host: ReplaySeamHost) {
    this.#host = host;
    this.time = new ReplayClock(entries, () => {
      this.#acts += 1;
    });
    this.clock = this.time;
    this.random = seededRandom(header.seed);
    this.outs = new OutCheck(entries, (difference) => host.found(difference));
    this.deck = new TapeDeck(entries);
    this.#within = withinOf(entries);
    this.#pings = new Map(
      entries.flatMap((entry) =>
        entry.type === 'open' ? [[entry.conn, entry.pings === true] as const] : [],
      ),
    );
    this.transport = { canSetHeaders: true, open: (_request, sink) => this.#open(sink) };
  }

  /** How much the session has done. */
  get acts(): number {
    return this.#acts;
  }

  /** Something comes by itself. */
  enter(entry: { readonly seq: number; readonly tMs: number }, run: () => void): void {
    this.#here = entry;
    this.#points += 1;
    const point = this.#points;
    run();
    this.#performWithin(point);
  }

  told(): void {
    this.#acts += 1;
    this.toldMedia();
  }

  toldMedia(): void {
    this.#points += 1;
    this.#performWithin(this.#points);
  }

  call({ input, kind, name, progress }: SeamCall): unknown {
    this.#acts += 1;
    this.#points += 1;
    this.#performWithin(this.#points);
    const asked = input();
    const call = this.deck.take(kind, name, asked);
    if (call === undefined) return this.#missed(kind, name, asked);
    if (progress !== undefined) this.tellers.set(call.id, progress);
    const given = this.deck.outcomeOf(call);
    if (kind !== 'credential') return given;
    return given instanceof Promise ? given.then(() => NO_CREDENTIAL) : NO_CREDENTIAL;
  }

  progress(_id: number, note: JsonValue, tell: (note: JsonValue) => void): void {
    tell(note);
  }

  writerFor(real: SessionWriter): SessionWriter {
    return real;
  }

  #missed(kind: string, name: string, asked: JsonValue): never {
    const next = this.deck.nextOf(kind, name);
    const recorded = next && JSON.stringify(next.input);
    const came = JSON.stringify(asked);
    const where = next ?? this.#here;
    const { seq, tMs } = where;
    const diff = `${kind} ${name}: ${diffOf(recorded, came)}`;
    this.#host.found({ kind: 'tape', seq, tMs, recorded, came, diff });
    throw tapeMiss(kind, name);
  }

  #performWithin(point: number): void {
    const entries = this.#within.get(point);
    if (entries === undefined) return;
    this.#within.delete(point);
    for (const entry of entries) this.#host.perform(entry);
  }

  #open(sink: SocketSink): Socket {
    this.#acts += 1;
    const conn = this.sinks.size + 1;
    this.sinks.set(conn, sink);
    this.outs.went(conn, 'open');
    const { buffered } = this;
    const went = (type: 'close' | 'terminate'): void => {
      this.#acts += 1;
      this.outs.went(conn, type);
    };
    return {
      get bufferedBytes() {
        return buffered.get(conn) ?? 0;
      },
      send: (frame) => {
        this.#acts += 1;
        this.outs.frame(conn, frame);
      },
      ...(this.#pings.get(conn) === true && { ping: () => {} }),
      close: () => went('close'),
      terminate: () => went('terminate'),
    };
  }
}

function withinOf(entries: readonly RecordingEntry[]): Map<number, OutsideEntry[]> {
  const within = new Map<number, OutsideEntry[]>();
  for (const entry of entries) {
    if (!('at' in entry) || entry.at === undefined) continue;
    const list = within.get(entry.at);
    if (list === undefined) within.set(entry.at, [entry]);
    else list.push(entry);
  }
  return within;
}
