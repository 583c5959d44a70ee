import type { Clock, UsageMetadata } from '../../wire/index.ts';
import type { LiveEventBody } from '../live-event.ts';
import { LatencyMeter } from './latency-meter.ts';
import type { TelemetrySnapshot } from './telemetry-snapshot.ts';
import { type TokenCounts, TokenMeter } from './token-meter.ts';

/** The numbers of one turn, as an event. */
export type TurnMetrics = Extract<LiveEventBody, { readonly type: 'turnMetrics' }>;

const KIB = 1024;

/**
 * Counts what happens in a session, inline and on its clock; reconnects reset nothing (spec: voice §13, defects 27, 31).
 *
 * The response latency runs from the last end of the user's speech, by any source, or text to the model's next *new* output: the
 * first one after a turn's end or an interruption. So what the model still says while the user speaks over it answers
 * nothing. A detector that reports the end of speech only when the answer has begun is waited for: it says when speech ended.
 */
export class SessionTelemetry {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #startedMs: number;
  readonly #droppedAudioMs: () => number;
  readonly #latency = new LatencyMeter();
  readonly #tokens = new TokenMeter();
  #audioChunks = 0;
  #audioBytes = 0;
  #interruptions = 0;
  #turns = 0;
  #turnsMs = 0;
  /** When the turn in progress began, and the next one, which the user may begin while the model speaks. */
  #turnStartMs: number | undefined;
  #nextTurnStartMs: number | undefined;
  /** When the model's last output began, and whether it goes on. */
  #outputMs: number | undefined;
  #answering = false;
  /** What waits for an answer: the last end of speech, or text. */
  #requestMs: number | undefined;
  /** The last output came without a request that it could answer. */
  #unasked = false;
  #turnLatencyMs: number | undefined;

  /** @param droppedAudioMs how much of the microphone's sound was dropped so far. */
  constructor(clock: Pick<Clock, 'nowMs'>, droppedAudioMs: () => number = () => 0) {
    this.#clock = clock;
    this.#droppedAudioMs = droppedAudioMs;
    this.#startedMs = clock.nowMs();
  }

  get turnCount(): number {
    return this.#turns;
  }

  get lastResponseLatencyMs(): number {
    return this.#latency.lastMs;
  }

  get responseCount(): number {
    return this.#latency.count;
  }

  get tokens(): TokenCounts {
    return this.#tokens.counts();
  }

  /** The model's audio, per frame: counters only. */
  audioOut(lengthBytes: number): void {
    this.#audioChunks += 1;
    this.#audioBytes += lengthBytes;
    if (!this.#answering) this.firstOutput();
  }

  /** The model gave something: audio, text, a transcript, a tool call. Only the first of an output counts. */
  firstOutput(atMs: number = this.#clock.nowMs()): void {
    if (this.#answering) return;
    this.#answering = true;
    this.#outputMs = atMs;
    this.#turnStartMs ??= atMs;
    const requestMs = this.#requestMs;
    this.#requestMs = undefined;
    this.#unasked = requestMs === undefined;
    if (requestMs !== undefined) this.#answered(atMs - requestMs);
  }

  /** The user began to speak, by any source. */
  speechStart(atMs: number = this.#clock.nowMs()): void {
    this.#began(atMs);
  }

  /** The user stopped speaking, at `atMs`, by any source; reported now or later. */
  speechEnd(atMs: number = this.#clock.nowMs()): void {
    this.#began(atMs);
    if (this.#isPast(atMs)) this.#answeredLate(atMs);
    else this.#requestMs = atMs;
  }

  textSent(atMs: number = this.#clock.nowMs()): void {
    this.#began(atMs);
    this.#requestMs = atMs;
  }

  /** The user cut in: the next output is a new one. */
  interruption(): void {
    this.#interruptions += 1;
    this.#answering = false;
  }

  /** The service's count of tokens of the turn so far. */
  usage(report: UsageMetadata): void {
    this.#tokens.usage(report);
  }

  /** The turn is over. Returns its metrics, to be published at once: one event per turn, however close turns follow. */
  turnEnd(turn: number, atMs: number = this.#clock.nowMs()): TurnMetrics {
    this.#turns += 1;
    this.#turnsMs += atMs - (this.#turnStartMs ?? atMs);
    const report = this.#tokens.turnEnded();
    const latencyMs = this.#turnLatencyMs;
    this.#turnStartMs = this.#nextTurnStartMs;
    this.#nextTurnStartMs = undefined;
    this.#answering = false;
    this.#turnLatencyMs = undefined;
    return {
      type: 'turnMetrics',
      ofTurn: turn,
      latencyMs,
      promptTokens: report?.promptTokenCount ?? 0,
      responseTokens: report?.responseTokenCount ?? 0,
    };
  }

  /** All numbers now, plain JSON. */
  snapshot(): TelemetrySnapshot {
    const uptimeMs = this.#clock.nowMs() - this.#startedMs;
    const audioKbytes = this.#audioBytes / KIB;
    const latency = this.#latency.stats();
    return {
      uptimeSecs: Math.floor(uptimeMs / 1000),
      audioChunksOut: this.#audioChunks,
      audioKbytesOut: oneDecimal(audioKbytes),
      audioThroughputKbps: uptimeMs === 0 ? 0 : oneDecimal(audioKbytes / (uptimeMs / 1000)),
      droppedAudioMs: Math.round(this.#droppedAudioMs()),
      interruptions: this.#interruptions,
      lastResponseLatencyMs: latency.lastMs,
      avgResponseLatencyMs: latency.meanMs,
      minResponseLatencyMs: latency.minMs,
      maxResponseLatencyMs: latency.maxMs,
      responseCount: latency.count,
      responseLatency: latency,
      turnCount: this.#turns,
      avgTurnDurationMs: this.#turns === 0 ? 0 : this.#turnsMs / this.#turns,
      ...this.#tokens.counts(),
    };
  }

  /** Whether the model's last output came later than this. */
  #isPast(atMs: number): boolean {
    return this.#outputMs !== undefined && atMs < this.#outputMs;
  }

  #began(atMs: number): void {
    if (this.#isPast(atMs)) {
      if (this.#answering) this.#turnStartMs = Math.min(this.#turnStartMs ?? atMs, atMs);
    } else if (this.#answering) this.#nextTurnStartMs ??= atMs;
    else this.#turnStartMs ??= atMs;
  }

  /** The end of a speech that the last output answers. */
  #answeredLate(atMs: number): void {
    if (!this.#unasked) return;
    this.#unasked = false;
    this.#answered((this.#outputMs ?? atMs) - atMs);
  }

  #answered(latencyMs: number): void {
    this.#latency.record(latencyMs);
    if (this.#answering) this.#turnLatencyMs ??= latencyMs;
  }
}

function oneDecimal(value: number): number {
  return Math.round(value * 10) / 10;
}
