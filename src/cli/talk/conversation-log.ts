/** Turns a session's events into lines that a person can follow. */
import type { SessionEvent } from '../../wire/index.ts';

/** One finished line. */
export type ConversationLine =
  | { readonly who: 'user'; readonly text: string }
  | { readonly who: 'agent'; readonly text: string; readonly cut: boolean }
  | { readonly who: 'tool'; readonly text: string }
  /** `latencyMs` from the last word sent to the first sound of the answer. */
  | { readonly who: 'latency'; readonly latencyMs: number }
  | { readonly who: 'session'; readonly text: string };

/** Words that are still coming. */
export interface OpenWords {
  readonly user: string;
  readonly agent: string;
}

/** What a log needs to know besides the events. */
export interface ConversationLogOptions {
  readonly onLine: (line: ConversationLine) => void;
  /** When the user was last heard speaking, on the clock of `nowMs`. */
  readonly spokeAtMs: () => number | undefined;
  /** When what the agent has said so far will have been played: words come before their sound. */
  readonly playedAtMs: () => number;
}

/** Words of the agent, and when they begin to sound. */
interface Piece {
  readonly text: string;
  readonly soundsAtMs: number;
}

const MAX_OPEN_CHARACTERS = 8000;
const MAX_OPEN_PIECES = 4000;

/** Collects deltas into lines: a user's line ends when the agent begins, an agent's when its turn does. */
export class ConversationLog {
  readonly #options: ConversationLogOptions;
  readonly #latencies: number[] = [];
  #user = '';
  #interim = '';
  #agent: Piece[] = [];
  /** Whether the present answer has made a sound yet. */
  #sounded = false;
  #answeredMs: number | undefined;

  constructor(options: ConversationLogOptions) {
    this.#options = options;
  }

  /** What is being said at `nowMs`. */
  open(nowMs: number): OpenWords {
    return { user: this.#user + this.#interim, agent: this.#heardBy(nowMs) };
  }

  /** Of every answer so far, in milliseconds. */
  get latenciesMs(): readonly number[] {
    return this.#latencies;
  }

  /** Takes an event that came at `nowMs`. */
  event(event: SessionEvent, nowMs: number): void {
    switch (event.type) {
      case 'inputTranscription':
        this.#hear(event.text, event.interim);
        break;
      case 'audioData':
        this.#sound(nowMs);
        break;
      case 'outputTranscription':
        this.#endUser();
        this.#say(event.text, Math.max(nowMs, this.#options.playedAtMs()));
        break;
      case 'textComplete':
        // In a spoken answer this is reasoning; it is what was said only when nothing was spoken.
        if (this.#agent.length === 0 && !this.#sounded) this.#say(event.text, nowMs);
        break;
      case 'toolCall':
        this.#endUser();
        for (const { name, args } of event.calls) {
          this.#options.onLine({ who: 'tool', text: `${name}(${JSON.stringify(args ?? {})})` });
        }
        break;
      case 'toolCallCancelled':
        this.#options.onLine({ who: 'tool', text: 'cancelled' });
        break;
      case 'interrupted':
        this.#endAgent(nowMs);
        break;
      case 'turnComplete':
        this.#endUser();
        this.#endAgent();
        break;
      case 'goAway':
        this.#options.onLine({ who: 'session', text: 'the server will close the connection soon' });
        break;
      case 'error':
        this.#options.onLine({ who: 'session', text: event.error.message });
        break;
      case 'connectionChanged':
        this.#connection(event.connection);
        break;
      case 'disconnected':
        this.#endUser();
        this.#endAgent();
        break;
      default:
        break;
    }
  }

  #hear(text: string, interim: boolean): void {
    this.#interim = interim ? text : '';
    if (!interim) this.#user = (this.#user + text).slice(-MAX_OPEN_CHARACTERS);
  }

  #sound(nowMs: number): void {
    if (this.#sounded) return;
    this.#sounded = true;
    this.#endUser();
    const spokeAtMs = this.#options.spokeAtMs();
    // An answer that nobody spoke for (a typed turn, a second thought) has no latency.
    if (spokeAtMs === undefined || spokeAtMs === this.#answeredMs) return;
    this.#answeredMs = spokeAtMs;
    const latencyMs = nowMs - spokeAtMs;
    this.#latencies.push(latencyMs);
    this.#options.onLine({ who: 'latency', latencyMs });
  }

  #endUser(): void {
    const text = this.#user + this.#interim;
    this.#user = '';
    this.#interim = '';
    if (text.trim() !== '') this.#options.onLine({ who: 'user', text });
  }

  #say(text: string, soundsAtMs: number): void {
    this.#agent.push({ text, soundsAtMs });
    if (this.#agent.length > MAX_OPEN_PIECES) this.#agent.shift();
  }

  #heardBy(nowMs: number): string {
    return this.#agent
      .filter(({ soundsAtMs }) => soundsAtMs <= nowMs)
      .map(({ text }) => text)
      .join('');
  }

  /** With a time, what would have sounded later was never heard. */
  #endAgent(cutAtMs?: number): void {
    const text = this.#heardBy(cutAtMs ?? Number.POSITIVE_INFINITY);
    this.#agent = [];
    this.#sounded = false;
    if (text.trim() !== '') this.#options.onLine({ who: 'agent', text, cut: cutAtMs !== undefined });
  }

  #connection(connection: Extract<SessionEvent, { type: 'connectionChanged' }>['connection']): void {
    if (connection.state === 'retrying') {
      const { attempt, delayMs } = connection;
      const text = `connection attempt ${attempt} failed, the next in ${Math.ceil(delayMs / 100) / 10} s`;
      this.#options.onLine({ who: 'session', text });
    }
  }
}
