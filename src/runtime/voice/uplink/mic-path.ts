import { pcm16FromBytes, type VadEdge } from '../../../audio/index.ts';
import { type SessionHandle, WireError } from '../../../wire/index.ts';
import type { RuntimeHost } from '../../lanes/runtime-host.ts';
import { RuntimeError } from '../../runtime-error.ts';
import type { SpeechEdges } from '../speech-edges.ts';
import type { TurnMark } from '../turn-commit.ts';
import { type BackendVadSnapshot, InputVad, NO_VAD, preSpeechMs } from './input-vad.ts';
import { MicChain } from './mic-processor.ts';
import { OneAtATime } from './one-at-a-time.ts';
import { QuietWatch } from './quiet-watch.ts';
import { TurnGate, type TurnGateOutput } from './turn-gate.ts';
import type { VoiceSettings } from './voice-options.ts';

/** The part of a session that a microphone needs. */
export type MicSession = Pick<
  SessionHandle,
  'sendAudio' | 'signalActivityStart' | 'signalActivityEnd' | 'audioStreamEnd'
>;

export interface MicPathHost extends Pick<RuntimeHost, 'clock' | 'report'> {
  readonly session: MicSession;
  readonly edges: SpeechEdges;
  /** Whether the microphone is to be sent as silence now. */
  isFloorHeld(): boolean;
  /** Whether the user hears the model now. */
  isModelAudible(): boolean;
  /** The user's words are about to go out: what waits to go before them must be sent now. */
  flushContext(): void;
  /** A mark went out, and the audio that belongs to it. */
  onTurnMark(mark: TurnMark): void;
}

/** How much before the word of the application its user may have begun. */
const APPLICATION_LAG_MS = 300;
/** Calls that one chunk may cause from within itself; more are a loop. */
const MAX_POSTPONED = 16;
/** What a chunk of which nothing is sent returns. */
const KEPT: Promise<void> = Promise.resolve();

/**
 * The road of the microphone (spec: voice §7.1): floor hold, processors, VAD, turn commit, context, wire. A chunk runs
 * through it once, without waiting; whoever must hear of it is told when it has gone. What is not needed is not made:
 * without VAD, processors, floor hold and client authority a chunk goes straight to the wire.
 */
export class MicPath implements TurnGateOutput {
  readonly #settings: VoiceSettings;
  readonly #host: MicPathHost;
  readonly #chain: MicChain | undefined;
  readonly #vad: InputVad | undefined;
  /** Made with the first chunk. */
  #quiet: QuietWatch | undefined;
  /** Under the authority of the client; made when somebody first speaks or is heard. */
  #gate: TurnGate | undefined;
  #holdMs: number;
  #silence: Int16Array | undefined;
  #chunkMs = 0;
  #sent: Promise<void> = KEPT;
  #marks: TurnMark[] | undefined;
  readonly #turn = new OneAtATime();
  #isPaused = true;
  #isClosed = false;

  constructor(settings: VoiceSettings, host: MicPathHost) {
    this.#settings = settings;
    this.#host = host;
    this.#holdMs = settings.commit.holdMs;
    if (settings.micProcessors.length > 0) this.#chain = new MicChain(settings.micProcessors, host.report);
    if (settings.vad !== undefined) this.#vad = new InputVad(settings.vad);
  }

  /** Whether chunks come in; false before the first, and in a pause. */
  get isOn(): boolean {
    return !this.#isPaused;
  }

  get inputVadState(): BackendVadSnapshot {
    return this.#vad?.snapshot() ?? NO_VAD;
  }

  /** How long silence must last to end a turn from now on; undefined: as the options say. */
  setEndOfSpeech(holdMs: number | undefined): void {
    this.#holdMs = holdMs ?? this.#settings.commit.holdMs;
    if (this.#gate !== undefined) this.#gate.holdMs = this.#holdMs;
  }

  /**
   * Takes a chunk of PCM16. Resolves when what goes out of it is sent; audio outside a turn of the client is kept, and
   * resolves at once. Rejects as `SessionHandle.sendAudio` does, which also refuses what is not PCM16.
   */
  push(chunk: Uint8Array | Int16Array): Promise<void> {
    const { rateHz, authority } = this.#settings;
    const isRefused = this.#isClosed || (rateHz !== undefined && !isPcm16(chunk));
    if (isRefused) return this.#host.session.sendAudio(chunk);
    if (this.#turn.isBusy) return this.#pushLater(chunk);
    this.#turn.enter();
    try {
      this.#noticeChunk(rateHz === undefined ? 0 : (chunk.byteLength * 500) / rateHz);
      const audio = this.#prepare(chunk);
      if (authority === 'client') this.#throughGate(samplesOf(audio));
      else this.#straight(audio);
      return this.#sent;
    } finally {
      this.#leave();
    }
  }

  /** The user began, says somebody else than the VAD, and the bus agrees. */
  speechStarted(): void {
    if (this.#settings.authority !== 'client') return;
    this.#exclusively(() => {
      const gate = this.#theGate();
      const lag = Math.round((APPLICATION_LAG_MS * this.#rateHz) / 1000);
      gate.speechStarted(gate.position - lag, this.#host.isModelAudible());
    });
  }

  /** The user stopped, says somebody else than the VAD, and the bus agrees. */
  speechEnded(): void {
    if (this.#gate === undefined) return;
    this.#exclusively(() => this.#gate?.speechEnded());
    // Whoever says so without audio has no stream whose time would end the turn.
    if (this.#gate.isWaiting) this.#watchQuiet();
  }

  /** The model is no longer heard. */
  floorFreed(): void {
    if (this.#gate?.isWaiting === true) this.#exclusively(() => this.#gate?.floorFreed());
  }

  /** The session ends: nothing is kept, watched or marked any more. */
  close(): void {
    this.#isClosed = true;
    this.#isPaused = true;
    this.#quiet?.stop();
    this.#gate = undefined;
  }

  // What the gate lets through

  openTurn(mark: Exclude<TurnMark, 'activityEnd'>): void {
    // Context before the mark: the service knows no order between turns of context and a window of activity.
    this.#host.flushContext();
    this.#send(this.#host.session.signalActivityStart());
    this.#note(mark);
  }

  sendAudio(samples: Int16Array): void {
    this.#sent = this.#host.session.sendAudio(samples);
  }

  closeTurn(): void {
    this.#send(this.#host.session.signalActivityEnd());
    this.#note('activityEnd');
  }

  // The stages

  /** Floor hold and processors. The caller's chunk stays as it is. */
  #prepare(chunk: Uint8Array | Int16Array): Uint8Array | Int16Array {
    const audio = this.#host.isFloorHeld() ? this.#silenceLike(chunk) : chunk;
    const chain = this.#chain;
    if (chain === undefined || chain.isEmpty) return audio;
    return chain.process(samplesOf(audio).slice());
  }

  #silenceLike(chunk: Uint8Array | Int16Array): Int16Array {
    const samples = chunk.byteLength >> 1;
    if (this.#silence === undefined || this.#silence.length < samples)
      this.#silence = new Int16Array(samples);
    return this.#silence.length === samples ? this.#silence : this.#silence.subarray(0, samples);
  }

  /** The server decides on turns: it hears everything. */
  #straight(audio: Uint8Array | Int16Array): void {
    const vad = this.#vad;
    if (vad !== undefined) {
      for (const edge of vad.push(samplesOf(audio))) this.#hear(edge, undefined);
    }
    this.#host.flushContext();
    this.#sent = this.#host.session.sendAudio(audio);
  }

  /** The client decides on turns: what lies between two edges passes, or is kept, before the second one counts. */
  #throughGate(samples: Int16Array): void {
    const gate = this.#theGate();
    const vad = this.#vad;
    let from = 0;
    this.#sent = KEPT;
    if (vad !== undefined) {
      const start = vad.position;
      for (const edge of vad.push(samples)) {
        const to = vad.placeOf(edge) - start;
        gate.pass(samples, from, to);
        from = to;
        this.#hear(edge, gate);
      }
    }
    gate.pass(samples, from, samples.length);
  }

  #hear(edge: VadEdge, gate: TurnGate | undefined): void {
    const { edges, clock } = this.#host;
    if (edge.type === 'speechEnd') {
      if (edges.end('local', clock.nowMs())) gate?.speechEnded();
    } else if (edges.startHere('local', clock.nowMs())) {
      gate?.speechStarted(gate.position - edge.preSpeech.length, this.#host.isModelAudible());
    }
  }

  // Pauses

  #noticeChunk(durationMs: number): void {
    const { micPauseMs } = this.#settings;
    this.#isPaused = false;
    this.#chunkMs = durationMs;
    if (micPauseMs > 0) this.#watchQuiet();
  }

  #watchQuiet(): void {
    this.#quiet ??= new QuietWatch(this.#host.clock, (quietMs) => this.#onQuiet(quietMs - this.#chunkMs));
    this.#quiet.heard();
  }

  #onQuiet(quietMs: number): boolean {
    const { micPauseMs } = this.#settings;
    this.#exclusively(() => {
      this.#gate?.quiet(quietMs);
      if (micPauseMs > 0 && !this.#isPaused && quietMs >= micPauseMs) this.#pause();
    });
    return !this.#isClosed && ((micPauseMs > 0 && !this.#isPaused) || this.#gate?.isWaiting === true);
  }

  /** A microphone was switched off, perhaps in the middle of a word: nobody will hear the end. */
  #pause(): void {
    this.#isPaused = true;
    if (this.#host.edges.end('local', this.#host.clock.nowMs())) this.#gate?.speechEnded();
    this.#vad?.restart();
    if (this.#settings.authority === 'server') this.#send(this.#host.session.audioStreamEnd());
  }

  // Order

  #theGate(): TurnGate {
    if (this.#gate === undefined) {
      const { commit, vad } = this.#settings;
      const beforeMs = Math.max(APPLICATION_LAG_MS, preSpeechMs(vad));
      this.#gate = new TurnGate(this.#rateHz, { ...commit, holdMs: this.#holdMs }, beforeMs, this);
    }
    return this.#gate;
  }

  get #rateHz(): number {
    return this.#settings.rateHz ?? 16_000;
  }

  #note(mark: TurnMark): void {
    this.#marks ??= [];
    this.#marks.push(mark);
  }

  /** Does `work` when no chunk is on its way. */
  #exclusively(work: () => void): void {
    if (this.#isClosed) return;
    if (this.#turn.isBusy) return this.#turn.postpone(() => this.#exclusively(work));
    this.#turn.enter();
    try {
      work();
    } finally {
      this.#leave();
    }
  }

  /** A listener of the wire sends audio while a chunk is on its way: it goes next. */
  #pushLater(chunk: Uint8Array | Int16Array): Promise<void> {
    if (this.#turn.waiting >= MAX_POSTPONED) return handled(Promise.reject(tooDeep()));
    const kept = chunk.slice();
    return handled(new Promise((resolve) => this.#turn.postpone(() => resolve(this.push(kept)))));
  }

  /** What went out is told when all of it is out. */
  #leave(): void {
    this.#turn.leave();
    for (let mark = this.#marks?.shift(); mark !== undefined; mark = this.#marks?.shift()) {
      this.#host.onTurnMark(mark);
    }
    this.#host.edges.announce();
  }

  #send(sent: Promise<void>): void {
    sent.catch((cause: unknown) => {
      if (cause instanceof WireError && cause.code === 'sessionEnded') return;
      const text = "A mark of the user's speech could not be sent: see the cause.";
      this.#host.report(new RuntimeError('internal', text, { cause }));
    });
  }
}

function isPcm16(chunk: Uint8Array | Int16Array): boolean {
  return chunk instanceof Int16Array || (chunk instanceof Uint8Array && chunk.length % 2 === 0);
}

function samplesOf(audio: Uint8Array | Int16Array): Int16Array {
  return audio instanceof Int16Array ? audio : pcm16FromBytes(audio);
}

/** A promise whose rejection somebody may, but need not, await. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => {});
  return promise;
}

function tooDeep(): RuntimeError {
  const text =
    'sendAudio is called over and over by what it causes itself: send from a timer or a stream instead.';
  return new RuntimeError('invalidArgument', text);
}
