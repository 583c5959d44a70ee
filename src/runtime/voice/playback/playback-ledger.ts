/** What the listener has heard of what the model said (spec: voice §10; wire §3: audio comes faster than it plays). */
import { createPlaybackClock, type PlaybackClock, type PlaybackClockOptions } from '../../../audio/index.ts';
import type { Cancel, TranscriptPiece } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import { cutAtWord, textByWordTimes, transcriptText } from './heard-text.ts';

/** Told when sound begins and ends at the listener; strictly in turns. Called after the ledger's own change. */
export interface PlaybackEdges {
  playbackStarted(): void;
  /** Everything queued was heard, as the player says or as the estimate has it, or the rest was dropped. */
  playbackDrained(): void;
}

/** A turn that ended before it was heard to its end. */
export interface CutOff {
  /** The turn that was being heard: after a `turnComplete` that the playback outlasted, the one before the present. */
  readonly turn: number;
  readonly heardMs: number;
  readonly receivedMs: number;
}

/** What is known of one turn's audio. */
interface TurnAudio {
  readonly turn: number;
  receivedMs: number;
  /** The model has generated all of it. */
  generated: boolean;
  cut: boolean;
  calibrated: boolean;
}

const REMEMBERED_TURNS = 8;
const DEFAULT_CHARACTERS_PER_MS = 16 / 1000;
const CALIBRATION_TURN_MS = 500;
const CALIBRATION_TOTAL_MS = 2000;

/**
 * Keeps account of playback: fed by each frame of audio, corrected by what a player reports, estimated in real time
 * where nobody does. Owns `playbackActive` and what was heard. One timer, only while something plays and there are
 * edges to tell. Turns are the session's numbers; the last 8 are remembered.
 */
export class PlaybackLedger {
  readonly #host: Pick<RuntimeHost, 'clock'>;
  readonly #edges: PlaybackEdges | undefined;
  readonly #tape: PlaybackClock;
  #turns: TurnAudio[] = [];
  /** The turn of the last frame. */
  #last: TurnAudio | undefined;
  #generation = 0;
  #told = false;
  #isClosed = false;
  /** The end of sound, kept when there was nothing left to flush: an interruption of silence is not heard. */
  #endedAtMs: number | undefined;
  #cancelTimer: Cancel | undefined;
  #calibratedCharacters = 0;
  #calibratedMs = 0;

  constructor(host: Pick<RuntimeHost, 'clock'>, edges?: PlaybackEdges, options: PlaybackClockOptions = {}) {
    this.#host = host;
    this.#edges = edges;
    this.#tape = createPlaybackClock(options);
  }

  // What comes from the session

  /**
   * A frame of PCM16 mono goes to the player. For the fast lane: allocates nothing but once a turn. Audio of a
   * generation before the last interruption is not played, and not counted.
   */
  onAudio(lengthBytes: number, rateHz: number, turn: number, generation: number): void {
    if (generation < this.#generation || !(rateHz > 0)) return;
    const durationMs = (lengthBytes * 500) / rateHz;
    if (this.#last?.turn !== turn) this.#last = this.#open(turn);
    const audio = this.#last;
    if (audio.cut) this.#goOn(audio);
    audio.receivedMs += durationMs;
    this.#endedAtMs = undefined;
    this.#tape.queued(turn, durationMs, this.#host.clock.nowMs());
    if (!this.#told && durationMs > 0) this.#start();
  }

  /** The model has generated the whole turn: its transcript and its audio are complete. */
  generationComplete(turn: number): void {
    const audio = this.#find(turn);
    if (audio !== undefined) audio.generated = true;
  }

  /** The turn ended uninterrupted with this transcript: how fast this voice speaks is learned from it. */
  turnEnded(turn: number, transcript: string): void {
    const audio = this.#find(turn);
    if (audio === undefined || audio.cut) return;
    audio.generated = true;
    if (audio.calibrated || audio.receivedMs < CALIBRATION_TURN_MS || transcript === '') return;
    audio.calibrated = true;
    this.#calibratedCharacters += transcript.length;
    this.#calibratedMs += audio.receivedMs;
  }

  /**
   * The session was interrupted and is of this generation now: the player drops what is left. Returns the turn
   * that was being heard, or undefined when everything had been.
   */
  interrupted(generation: number): CutOff | undefined {
    this.#generation = Math.max(this.#generation, generation);
    return this.flushed();
  }

  // What comes from the player

  /** The player has played this much of a turn; without one, of the newest. What was flushed stays as it is. */
  reported(playedMs: number, turn: number | undefined = this.turn): void {
    if (turn === undefined) return;
    this.#tape.reported(turn, playedMs, this.#host.clock.nowMs());
    this.#settle();
  }

  /** The player has played everything. Returns false when nothing was thought to play. */
  drained(): boolean {
    if (!this.playbackActive) return false; // the end stays where it was estimated
    this.#tape.drained(this.#host.clock.nowMs());
    this.#settle();
    return true;
  }

  /** The player dropped what it had not played. Returns the turn that was cut. */
  flushed(): CutOff | undefined {
    let first: CutOff | undefined;
    for (const audio of this.#turns) {
      const heardMs = this.heardMs(audio.turn) ?? 0;
      if (audio.cut || this.#tape.queuedMs(audio.turn) <= heardMs) continue;
      audio.cut = true;
      first ??= { turn: audio.turn, heardMs, receivedMs: audio.receivedMs };
    }
    this.#endedAtMs = this.playbackActive ? undefined : this.endsAtMs;
    this.#tape.flushed(this.#host.clock.nowMs());
    this.#settle();
    return first;
  }

  /** The end of the session: there is no timer any more, whatever a player still reports. */
  close(): void {
    this.#isClosed = true;
    this.#stopTimer();
  }

  // What is known

  /** Whether something is being heard, or about to be. Exact at any time, whether or not the edge was told. */
  get playbackActive(): boolean {
    return this.#tape.isPlaying(this.#host.clock.nowMs());
  }

  /** The newest turn with audio. */
  get turn(): number | undefined {
    return this.#turns.at(-1)?.turn;
  }

  /** How much of a turn was heard; undefined when it had no audio, or was long ago. */
  heardMs(turn: number): number | undefined {
    return this.#tape.heardMs(turn, this.#host.clock.nowMs());
  }

  /** How much of a turn was received; what an interruption dropped included, unless the turn went on after it. */
  receivedMs(turn: number): number {
    return this.#find(turn)?.receivedMs ?? 0;
  }

  /** How much is still to be heard. */
  get remainingMs(): number {
    return this.#tape.remainingMs(this.#host.clock.nowMs());
  }

  /** When the last sound ends or ended, on the host's clock; minus infinity when there was none. */
  get endsAtMs(): number {
    if (this.#turns.length === 0) return Number.NEGATIVE_INFINITY;
    return this.#endedAtMs ?? this.#tape.endsAtMs();
  }

  /**
   * What of a turn's transcript was heard by now, to the last whole word. By the times of its words where the
   * pieces carry them; else by the share of the audio when the model has generated it all; else by the speed of
   * this voice: 16 characters a second until 2 s of uninterrupted turns (of at least 0.5 s each) have shown it.
   * A turn without audio is heard as soon as it is written: uncut.
   */
  heardText(turn: number, transcript: string | readonly TranscriptPiece[]): string {
    const text = transcriptText(transcript);
    const audio = this.#find(turn);
    const heardMs = this.heardMs(turn);
    if (audio === undefined || heardMs === undefined || text === '') return text;
    if (audio.generated && heardMs >= audio.receivedMs) return text;
    const byWords =
      typeof transcript === 'string' ? undefined : textByWordTimes(transcript, heardMs, audio.receivedMs);
    if (byWords !== undefined) return byWords;
    const charactersPerMs = audio.generated ? text.length / audio.receivedMs : this.#charactersPerMs();
    return cutAtWord(text, heardMs * charactersPerMs);
  }

  #charactersPerMs(): number {
    if (this.#calibratedMs < CALIBRATION_TOTAL_MS) return DEFAULT_CHARACTERS_PER_MS;
    return this.#calibratedCharacters / this.#calibratedMs;
  }

  #find(turn: number): TurnAudio | undefined {
    for (const audio of this.#turns) if (audio.turn === turn) return audio;
    return undefined;
  }

  #open(turn: number): TurnAudio {
    const known = this.#find(turn);
    if (known !== undefined) return known;
    const audio: TurnAudio = { turn, receivedMs: 0, generated: false, cut: false, calibrated: false };
    this.#turns.push(audio);
    if (this.#turns.length > REMEMBERED_TURNS) this.#turns.shift();
    return audio;
  }

  /** A turn goes on after an interruption that did not end it: its transcript has lost what was dropped, and so has this. */
  #goOn(audio: TurnAudio): void {
    audio.cut = false;
    audio.receivedMs = this.heardMs(audio.turn) ?? 0;
  }

  #start(): void {
    if (this.#edges === undefined || this.#isClosed) return;
    this.#told = true;
    this.#arm();
    this.#edges.playbackStarted();
  }

  /** Brings timer and edges in line with the tape, after the player or the timer said something. */
  #settle(): void {
    if (this.#edges === undefined || this.#isClosed) return;
    if (this.playbackActive) {
      if (this.#told) this.#arm();
      else this.#start();
      return;
    }
    this.#stopTimer();
    if (!this.#told) return;
    this.#told = false;
    this.#edges.playbackDrained();
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Whole milliseconds, so that a rounding rest can never come due at once for ever. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#host.clock.schedule(Math.ceil(this.remainingMs), this.#onTimer);
  }

  readonly #onTimer = (): void => {
    this.#cancelTimer = undefined;
    this.#settle();
  };
}
