/** Where a session meets what is outside of it. A recording stands there, and so does a replay. */
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock, Random, SessionWriter, Transport } from '../../wire/index.ts';

/** Functions of the application, and models. */
export type CallKind =
  | 'tool'
  | 'extractor'
  | 'decisions'
  | 'stepAgent'
  | 'hook'
  | 'middleware'
  | 'confirmation'
  | 'history'
  | 'calendar'
  | 'credential';

/** One call of such a function. */
export interface SeamCall {
  readonly kind: CallKind;
  readonly name: string;
  /** What makes one call another than the next. */
  readonly input: () => JsonValue;
  /** @param id the number of the call */
  readonly run: (id: number) => unknown;
  /** What the function may tell while it runs. */
  readonly progress?: ((note: JsonValue) => void) | undefined;
}

export interface Seam {
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  /** An event was told: what the application does about it at once belongs to it. */
  told(): void;
  /** The same of an event of audio or video. */
  toldMedia(): void;
  /** Gives what the function gives: a value, a promise, or what it throws. */
  call(call: SeamCall): unknown;
  /** A tool tells how it is doing. */
  progress(id: number, note: JsonValue, tell: (note: JsonValue) => void): void;
  /** What hooks are given to send by. */
  writerFor(real: SessionWriter): SessionWriter;
}
