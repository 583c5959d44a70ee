/** Records a session at its seam. */
import { isThenable } from '../../flow/fault.ts';
import { seededRandom } from '../../flow/fuzz/random.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Cancel, Clock, Random, SessionWriter, Transport } from '../../wire/index.ts';
import { observeWrites } from '../state/observe-writes.ts';
import type { State } from '../state/state.ts';
import type { PlaybackLedger } from '../voice/playback/playback-ledger.ts';
import { type AppInput, asJson, type HandleTap } from './app-input.ts';
import { REDACTED } from './credential-mask.ts';
import { inputJson } from './input-json.ts';
import { type CameIn, recordedTransport, type TransportWatch } from './recorded-transport.ts';
import { RecordedWriter } from './recorded-writer.ts';
import type { TapedOutcome } from './recording.ts';
import type { EntryFields } from './recording-lines.ts';
import type { RecordingLog } from './recording-log.ts';
import type { Seam, SeamCall } from './seam.ts';
import { SessionTrace, type Stamp } from './session-trace.ts';
import { tapedError } from './taped-error.ts';

/** About what a note without bytes of its own takes. */
const NOTE_BYTES = 200;

export interface SessionRecorderPorts {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly seed: number;
  readonly log: RecordingLog;
  /** More in a socket's buffer makes the session wait. */
  readonly congestedBytes: number;
  /** Told what a function of the application gave as a credential. */
  readonly credential: (given: unknown) => void;
}

export class SessionRecorder implements Seam, TransportWatch {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly #log: RecordingLog;
  readonly #trace: SessionTrace;
  readonly #credential: (given: unknown) => void;
  #calls = 0;
  #timers = 0;

  constructor({ clock, congestedBytes, credential, log, seed, transport }: SessionRecorderPorts) {
    const trace = new SessionTrace(clock);
    this.#trace = trace;
    this.#log = log;
    this.#credential = credential;
    this.clock = {
      nowMs: () => trace.nowMs(),
      schedule: (delayMs, task) => this.#schedule(clock, delayMs, task),
    };
    this.random = seededRandom(seed);
    this.transport = recordedTransport(transport, this, congestedBytes);
  }

  /** What a handle is given, so that what the application does goes through here. */
  tap(writer: SessionWriter): HandleTap {
    return {
      writer: this.writerFor(writer),
      input: (input, run) => this.input(input, run),
      ledger: (real) => this.#ledger(real),
    };
  }

  writerFor(real: SessionWriter): SessionWriter {
    return new RecordedWriter(real, this);
  }

  /** Writes of the application, by whatever way. Returns what ends the watch. */
  watchState(state: State): Cancel {
    return observeWrites(state, (write, perform) => {
      this.input({ do: 'state', write }, perform);
    });
  }

  /** The application does something. */
  input<T>(input: AppInput, run: () => T): T {
    const stamp = this.#trace.enter();
    if (input.do === 'audio') this.#noteMic(stamp, input.data);
    else this.#note(stamp, { type: 'do', input: inputJson(input) });
    try {
      return run();
    } finally {
      this.#trace.leave(stamp);
    }
  }

  told(): void {
    this.#trace.told();
  }

  toldMedia(): void {
    this.#trace.toldMedia();
  }

  call({ input, kind, name, run }: SeamCall): unknown {
    if (!this.#log.isOpen) return run(0);
    this.#calls += 1;
    const id = this.#calls;
    const asked = input();
    const tMs = this.#trace.nowMs();
    const note = (outcome?: TapedOutcome): void =>
      this.#log.add(
        {
          type: 'noted',
          tMs,
          entry: { type: 'call', id, kind, name, input: asked, ...(outcome && { outcome: asJson(outcome) }) },
        },
        NOTE_BYTES,
      );
    const before = this.#trace.called();
    let given: unknown;
    try {
      given = run(id);
    } catch (thrown) {
      this.#trace.returned(before);
      note({ type: 'error', error: tapedError(thrown) });
      throw thrown;
    }
    this.#trace.returned(before);
    if (isThenable(given)) {
      note();
      return this.#awaited(id, kind, given);
    }
    note(this.#givenValue(kind, given));
    return given;
  }

  progress(id: number, note: JsonValue, tell: (note: JsonValue) => void): void {
    const stamp = this.#trace.enter();
    this.#note(stamp, { type: 'do', input: { do: 'progress', call: id, note: asJson(note) } });
    try {
      tell(note);
    } finally {
      this.#trace.leave(stamp);
    }
  }

  /** What the promise becomes, told to the session and to the tape at the same moment. */
  #awaited(id: number, kind: SeamCall['kind'], given: PromiseLike<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settled = (outcome: TapedOutcome, tell: () => void): void => {
        const stamp = this.#trace.enter();
        this.#note(stamp, { type: 'settled', call: id, outcome: asJson(outcome) });
        tell();
        this.#trace.leave(stamp);
      };
      given.then(
        (value) => settled(this.#givenValue(kind, value), () => resolve(value)),
        (thrown: unknown) => settled({ type: 'error', error: tapedError(thrown) }, () => reject(thrown)),
      );
    });
  }

  /** A credential is on no tape. */
  #givenValue(kind: SeamCall['kind'], value: unknown): TapedOutcome {
    if (kind === 'credential') {
      this.#credential(value);
      return { type: 'value', value: REDACTED };
    }
    return value === undefined ? { type: 'value' } : { type: 'value', value: asJson(value) };
  }

  #schedule(clock: Clock, delayMs: number, task: () => void): Cancel {
    this.#timers += 1;
    const id = this.#timers;
    this.#trace.acted();
    return clock.schedule(delayMs, () => {
      const stamp = this.#trace.enter();
      this.#note(stamp, { type: 'timer', id, delayMs });
      try {
        task();
      } finally {
        this.#trace.leave(stamp);
      }
    });
  }

  // The transport

  frameIn(conn: number, frame: Uint8Array | string, pass: () => void): void {
    const stamp = this.#trace.enter();
    const kept = typeof frame === 'string' ? frame : this.#log.arena.copy(frame);
    this.#log.add({ type: 'in', stamp, conn, frame: kept }, frame.length + NOTE_BYTES);
    try {
      pass();
    } finally {
      this.#trace.leave(stamp);
    }
  }

  came(conn: number, { type, ...fields }: CameIn, pass: () => void): void {
    const stamp = this.#trace.enter();
    this.#note(stamp, { type, conn, ...fields });
    try {
      pass();
    } finally {
      this.#trace.leave(stamp);
    }
  }

  frameOut(conn: number, frame: Uint8Array | string): void {
    this.#trace.acted();
    const kept = typeof frame === 'string' ? frame : this.#log.arena.copy(frame);
    this.#log.add({ type: 'out', tMs: this.#trace.nowMs(), conn, frame: kept }, frame.length + NOTE_BYTES);
  }

  opens(conn: number): (pings: boolean) => void {
    const entry = { type: 'open', conn, pings: false };
    this.#trace.acted();
    this.#log.add({ type: 'noted', tMs: this.#trace.nowMs(), entry }, NOTE_BYTES);
    return (pings) => {
      entry.pings = pings;
    };
  }

  went(conn: number, type: 'close' | 'terminate'): void {
    this.#trace.acted();
    this.#log.add({ type: 'noted', tMs: this.#trace.nowMs(), entry: { type, conn } }, NOTE_BYTES);
  }

  /** What the session came to. */
  ended(entry: EntryFields): void {
    this.#log.add({ type: 'noted', tMs: this.#trace.nowMs(), entry }, NOTE_BYTES);
  }

  #note(stamp: Stamp, entry: EntryFields): void {
    this.#log.add({ type: 'came', stamp, entry }, NOTE_BYTES);
  }

  #noteMic(stamp: Stamp, data: Uint8Array | Int16Array): void {
    // Whatever else is given is refused by the session.
    if (!ArrayBuffer.isView(data)) return;
    const bytes =
      data instanceof Uint8Array ? data : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const kept = this.#log.arena.copy(bytes);
    this.#log.add(
      { type: 'mic', stamp, data: kept, samples: !(data instanceof Uint8Array) },
      bytes.length + NOTE_BYTES,
    );
  }

  #ledger(real: PlaybackLedger): ReturnType<HandleTap['ledger']> {
    const input: typeof this.input = (done, run) => this.input(done, run);
    return {
      get playbackActive() {
        return real.playbackActive;
      },
      get turn() {
        return real.turn;
      },
      get remainingMs() {
        return real.remainingMs;
      },
      heardMs: (turn) => real.heardMs(turn),
      receivedMs: (turn) => real.receivedMs(turn),
      reported: (playedMs, turn) =>
        input({ do: 'playbackReport', playedMs, turn }, () => real.reported(playedMs, turn)),
      drained: () => input({ do: 'playerDrained' }, () => real.drained()),
      flushed: () => input({ do: 'playbackFlushed' }, () => real.flushed()),
    };
  }
}
