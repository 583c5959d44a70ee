/**
 * One bus for the edges of the user's speech, whoever hears them (spec: voice §16.27): it drives events, telemetry, the
 * reactor and the turn commit, so that they never disagree.
 */

/**
 * Who heard the user, best first. `application`: the program said so. `local`: the VAD on the microphone. `server`: the
 * service's voice activity. `transcript`: nobody marks edges, and what the service writes down gives them away.
 */
export type SpeechSource = 'application' | 'local' | 'server' | 'transcript';

export interface SpeechEdge {
  readonly type: 'speechStarted' | 'speechEnded';
  /** On the session's clock: when it was decided, or, for an end found by `transcript`, when the last words came. */
  readonly atMs: number;
  /** Who leads the utterance. */
  readonly source: SpeechSource;
}

const RANK: Readonly<Record<SpeechSource, number>> = { application: 3, local: 2, server: 1, transcript: 0 };
/** How far a worse source may lag behind a better one: its start this soon after an end is the speech that ended. */
const LATE_MS = 1000;

interface Utterance {
  readonly leader: SpeechSource;
  readonly heardBy: number;
}

/**
 * Merges overlapping edges of several sources into one start and one end:
 *
 * - The first start of any source begins an utterance; further starts are absorbed.
 * - The best source that heard a start leads, also if it came later. The utterance ends when its leader says so;
 *   ends of the others are absorbed. So a local VAD wins over the server's, which is later, and the application
 *   wins over both.
 * - A worse source that first hears an utterance within a second after its end was only late: absorbed with its end.
 * - `transcript` is deaf once another source has been heard in this session.
 *
 * Edges are collected by `start` and `end`, and told by `announce`: so a caller finishes its own work in between.
 */
export class SpeechEdges {
  readonly #tell: (edge: SpeechEdge) => void;
  #utterance: Utterance | undefined;
  #lastEndMs = Number.NEGATIVE_INFINITY;
  #lastEnded: Utterance | undefined;
  #hasMarks = false;
  #untold: SpeechEdge[] = [];
  #isTelling = false;

  /** @param tell is called once per merged edge, in order. It may start or end speech. */
  constructor(tell: (edge: SpeechEdge) => void) {
    this.#tell = tell;
  }

  /** Whether the user speaks, as far as anybody hears. */
  get speaking(): boolean {
    return this.#utterance !== undefined;
  }

  /** Who leads the present utterance. */
  get leader(): SpeechSource | undefined {
    return this.#utterance?.leader;
  }

  /** A source hears the user begin. Returns whether an utterance begins by it. */
  start(source: SpeechSource, atMs: number): boolean {
    if (source !== 'transcript') this.#hasMarks = true;
    else if (this.#hasMarks) return false;
    const bit = 1 << RANK[source];
    const current = this.#utterance;
    if (current !== undefined) {
      const leader = RANK[source] > RANK[current.leader] ? source : current.leader;
      this.#utterance = { leader, heardBy: current.heardBy | bit };
      return false;
    }
    if (this.#isLate(source, bit, atMs)) return false;
    this.#utterance = { leader: source, heardBy: bit };
    this.#untold.push({ type: 'speechStarted', atMs, source });
    return true;
  }

  /** A source on this side hears the user begin. Returns whether it is the first one here that does. */
  startHere(source: 'application' | 'local', atMs: number): boolean {
    const { leader } = this;
    return this.start(source, atMs) || (leader !== undefined && RANK[leader] < RANK.local);
  }

  /** A source hears the user stop. Returns whether the utterance ends by it. */
  end(source: SpeechSource, atMs: number): boolean {
    const current = this.#utterance;
    if (current === undefined || current.leader !== source) return false;
    this.#utterance = undefined;
    this.#lastEnded = current;
    this.#lastEndMs = atMs;
    this.#untold.push({ type: 'speechEnded', atMs, source });
    return true;
  }

  /** Tells what has been collected. Called from within a telling, it leaves that to the one that runs. */
  announce(): void {
    if (this.#isTelling || this.#untold.length === 0) return;
    this.#isTelling = true;
    try {
      for (let edge = this.#untold.shift(); edge !== undefined; edge = this.#untold.shift()) this.#tell(edge);
    } finally {
      this.#isTelling = false;
    }
  }

  #isLate(source: SpeechSource, bit: number, atMs: number): boolean {
    const ended = this.#lastEnded;
    if (ended === undefined || atMs - this.#lastEndMs > LATE_MS) return false;
    if (RANK[source] >= RANK[ended.leader] || (ended.heardBy & bit) !== 0) return false;
    this.#lastEnded = { ...ended, heardBy: ended.heardBy | bit };
    return true;
  }
}
