/** What the application of a soak did, and what it was told: the client's end of the comparison. */
import type { LiveEvent, LiveEventOf } from '../src/live/index.ts';
import type { SessionEvent, SessionEventOf } from '../src/wire/index.ts';
import { marksIn } from './marks.ts';

/** A turn of the user. */
export interface SentTurn {
  readonly mark: string;
  readonly how: 'text' | 'speech';
  /** When it was typed; of speech, when the marked chunk was said. */
  readonly atMs: number;
  /** Of speech: the chunk with the mark, by its number among all chunks. */
  readonly chunk?: number;
}

/** A chunk of the microphone. */
export interface SentChunk {
  readonly hash: string;
  readonly atMs: number;
  /** It was said while the model waited for a call, which may hold the microphone back. */
  readonly isHeld: boolean;
}

/** A call that the application executed. */
export interface RunCall {
  readonly name: string;
  readonly runs: number;
}

/** The end of a turn, as the record tells it. */
interface EndedTurn {
  readonly heard: string;
  readonly atMs: number;
  readonly cutOff: boolean;
}

/** Collects; says nothing about what is right. */
export class ClientLedger {
  readonly #nowMs: () => number;
  readonly #onTurn: (turn: SentTurn) => void;
  readonly turns: SentTurn[] = [];
  readonly contexts: { readonly mark: string; readonly atMs: number }[] = [];
  readonly chunks: SentChunk[] = [];
  /** What the server says that it has sent, by connection, as last seen. */
  readonly serverAudioBytes: Map<number, number> = new Map();
  readonly runs: Map<string, RunCall> = new Map();
  /** Calls whose response was told to go to the model, and how often. */
  readonly answered: Map<string, number> = new Map();
  readonly cancelled: Set<string> = new Set();
  readonly endedTurns: EndedTurn[] = [];
  readonly rotations: (SessionEventOf<'rotated'> & { readonly atMs: number })[] = [];
  readonly errors: Map<string, number> = new Map();
  /** What must not happen in a library, with its stack. */
  readonly internal: string[] = [];
  readonly rejected: string[] = [];
  readonly ends: string[] = [];
  /** When a handle to resume from came. */
  readonly handlesAtMs: number[] = [];
  /** When the words with a mark went on the wire, also again on another connection; the seed of a fresh one left out. */
  readonly writtenAtMs: Map<string, number[]> = new Map();
  /** When the response of a call was told to go out. */
  readonly answeredAtMs: Map<string, number> = new Map();
  /** When sessions began without a handle, after the first. */
  readonly freshAtMs: number[] = [];
  audioBytes = 0;
  interruptions = 0;
  deadAir = 0;
  connections = 0;

  constructor(nowMs: () => number, onTurn: (turn: SentTurn) => void = () => {}) {
    this.#nowMs = nowMs;
    this.#onTurn = onTurn;
  }

  /** The user took a turn. */
  said(turn: SentTurn): void {
    this.turns.push(turn);
    this.#onTurn(turn);
  }

  /** A frame goes on the wire. */
  readonly wrote = (frame: Uint8Array | string): void => {
    if (typeof frame !== 'string' || isHistory(frame)) return;
    for (const mark of marksIn(frame)) {
      const times = this.writtenAtMs.get(mark);
      if (times === undefined) this.writtenAtMs.set(mark, [this.#nowMs()]);
      else times.push(this.#nowMs());
    }
  };

  /** The tool of a call runs. */
  ran(callId: string, name: string): void {
    this.runs.set(callId, { name, runs: (this.runs.get(callId)?.runs ?? 0) + 1 });
  }

  readonly heard = (event: LiveEvent): void => {
    switch (event.type) {
      case 'audio':
        this.audioBytes += event.data.length;
        return;
      case 'toolExecution':
        this.answeredAtMs.set(event.callId, this.#nowMs());
        this.answered.set(event.callId, (this.answered.get(event.callId) ?? 0) + 1);
        return;
      case 'toolCancelled':
        for (const id of event.ids) this.cancelled.add(id);
        return;
      case 'turnRecord':
        return this.#recorded(event);
      case 'interrupted':
        this.interruptions += 1;
        return;
      case 'deadAir':
        this.deadAir += 1;
        return;
      case 'error':
        return this.#failed(event.error);
      case 'connected':
        this.connections += 1;
        if (this.connections > 1 && !event.resumed) this.freshAtMs.push(this.#nowMs());
        return;
      case 'disconnected':
        this.ends.push(event.reason ?? 'as asked');
        return;
      default:
        return;
    }
  };

  readonly heardWire = (event: SessionEvent): void => {
    if (event.type === 'rotated') this.rotations.push({ ...event, atMs: this.#nowMs() });
    if (event.type === 'sessionResumeUpdate' && event.resumable) this.handlesAtMs.push(this.#nowMs());
    if (event.type === 'disconnected' && event.error !== undefined) this.#failed(event.error);
  };

  #failed(error: LiveEventOf<'error'>['error']): void {
    this.errors.set(error.code, (this.errors.get(error.code) ?? 0) + 1);
    if (error.code !== 'internal') return;
    const { cause } = error;
    this.internal.push(cause instanceof Error ? (cause.stack ?? cause.message) : error.message);
  }

  #recorded({ record }: LiveEventOf<'turnRecord'>): void {
    const { heard, cutOff = false } = record;
    this.endedTurns.push({ heard, atMs: this.#nowMs(), cutOff });
  }
}

/** A replay says what the user said and what calls returned; what the model said is only in the history. */
function isHistory(frame: string): boolean {
  return frame.includes('"role":"model"') && frame.includes('"role":"user"');
}
