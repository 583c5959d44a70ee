/**
 * The least that a service must be for "exactly once" to mean something: a history, handles to what it was, and a network
 * that takes its time and loses what is on the way when it breaks. No code is shared with the product.
 */
import type { ManualClock } from '../../src/testing/manual-clock.ts';
import { createMemoryTransport, type MemoryPeer, type Transport } from '../../src/wire/index.ts';

interface Link {
  readonly peer: MemoryPeer;
  /** When the last frame each way arrives: a later one does not overtake it. */
  upMs: number;
  downMs: number;
  open: boolean;
}

interface Call {
  readonly id: string;
}

const THINKS_MS = 100;
const SPEAKS_MS = 200;

export class ReferenceService {
  readonly transport: Transport;
  /** What the model has been told, in order, as plain words; `call <id>`, and results as `result <id>`. */
  history: string[] = [];
  /** Histories that handles lead to. */
  readonly #saved = new Map<string, readonly string[]>();
  readonly #clock: ManualClock;
  readonly #delayMs: () => number;
  #link: Link | undefined;
  #handles = 0;
  #calls = 0;
  /** Cancels what the model was about to do. */
  #thought = 0;
  #busy = false;
  #call: Call | undefined;
  #consumed = 0;
  #transparent = false;
  /** What the model has answered, in whatever life. */
  readonly answered = new Set<string>();
  /** Results of calls that this session never made, and that came as if it had. */
  unknownResults = 0;
  setups = 0;
  /** Connections that were opened while another was open. */
  overlaps = 0;

  constructor(clock: ManualClock, delayMs: () => number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.transport = createMemoryTransport((peer) => this.#accept(peer));
  }

  /** Breaks the connection: what is on the way is lost. */
  reset(): void {
    const link = this.#link;
    if (link === undefined || !link.open) return;
    this.#gone(link);
    link.peer.reset();
  }

  close(code: number, reason: string): void {
    const link = this.#link;
    if (link === undefined || !link.open) return;
    this.#gone(link);
    link.peer.close(code, reason);
  }

  goAway(timeLeftMs: number): void {
    this.#say({ goAway: { timeLeft: `${timeLeftMs / 1000}s` } });
  }

  forgetHandles(): void {
    this.#saved.clear();
  }

  #accept(peer: MemoryPeer): void {
    if (this.#link?.open) this.overlaps += 1;
    const link: Link = { peer, upMs: 0, downMs: 0, open: true };
    this.#link = link;
    peer.onFrame = (text) => {
      link.upMs = Math.max(link.upMs, this.#clock.nowMs() + this.#delayMs());
      this.#clock.schedule(link.upMs - this.#clock.nowMs(), () => link.open && this.#hear(text));
    };
    peer.onClose = () => this.#gone(link);
  }

  #gone(link: Link): void {
    link.open = false;
    if (this.#link === link) this.#thought += 1;
  }

  #say(message: object): void {
    const link = this.#link;
    if (link === undefined || !link.open) return;
    link.downMs = Math.max(link.downMs, this.#clock.nowMs() + this.#delayMs());
    this.#clock.schedule(link.downMs - this.#clock.nowMs(), () => {
      if (link.open) link.peer.send(JSON.stringify(message));
    });
  }

  #hear(text: string): void {
    const { setup, clientContent, realtimeInput, toolResponse } = JSON.parse(text);
    if (setup !== undefined) {
      this.#transparent = setup.sessionResumption?.transparent === true;
      return this.#begin(setup.sessionResumption?.handle);
    }
    this.#consumed += 1;
    if (realtimeInput?.text !== undefined) return this.#turn([realtimeInput.text], true);
    if (clientContent !== undefined) {
      const words = (clientContent.turns ?? []).map(
        ({ parts }: { parts: { text: string }[] }) => parts[0]?.text,
      );
      return this.#turn(words, clientContent.turnComplete === true);
    }
    for (const { id } of toolResponse?.functionResponses ?? []) {
      if (!this.history.includes(`call ${id}`)) this.unknownResults += 1;
      this.history.push(`result ${id}`);
      if (this.#call?.id !== id) continue;
      this.#call = undefined;
      this.#think(() => this.#speak());
    }
  }

  #begin(handle: string | undefined): void {
    this.setups += 1;
    this.#consumed = 0;
    this.#busy = false;
    this.#call = undefined;
    this.#thought += 1;
    const known = handle === undefined ? [] : this.#saved.get(handle);
    if (known === undefined) return this.close(1008, 'BidiGenerateContent session not found');
    this.history = [...known];
    this.#say({ setupComplete: {} });
    const link = this.#link;
    this.#clock.schedule(THINKS_MS, () => this.#link === link && this.#offer());
  }

  /** A result that comes as text counts as a result. */
  #turn(words: readonly string[], complete: boolean): void {
    // The real one is interrupted by any content; then it would be the caller's doing that a turn gets no answer.
    const isAside = !complete && words.every((said) => said.startsWith('context'));
    if (this.#busy && !isAside) {
      this.#say({ serverContent: { interrupted: true } });
      this.#say({ serverContent: { turnComplete: true } });
      if (this.#call !== undefined) this.#say({ toolCallCancellation: { ids: [this.#call.id] } });
      this.#call = undefined;
    }
    for (const said of words) {
      const [, id] = /has returned: \{"of":"([^"]+)"\}/.exec(said) ?? [];
      this.history.push(id === undefined ? said : `result ${id}`);
    }
    if (isAside) return;
    this.#busy = complete;
    this.#thought += 1;
    if (!complete) return;
    const last = this.history.findLast((said) => !/^(context|call)/.test(said)) ?? '';
    this.#think(() => (last.startsWith('tool') ? this.#ask() : this.#speak()));
  }

  #think(then: () => void): void {
    this.#thought += 1;
    const thought = this.#thought;
    this.#clock.schedule(THINKS_MS, () => this.#thought === thought && then());
  }

  #ask(): void {
    this.#calls += 1;
    this.#call = { id: `call-${this.#calls}` };
    this.history.push(`call ${this.#call.id}`);
    this.#say({ toolCall: { functionCalls: [{ id: this.#call.id, name: 'f' }] } });
    this.#say({ sessionResumptionUpdate: {} });
  }

  #speak(): void {
    this.#say({ serverContent: { modelTurn: { parts: [{ text: 'Well.' }] } } });
    const thought = this.#thought;
    this.#clock.schedule(SPEAKS_MS, () => {
      if (this.#thought !== thought) return;
      this.#busy = false;
      for (const said of this.history) this.answered.add(said);
      this.#say({ serverContent: { turnComplete: true } });
      this.#offer();
    });
  }

  /** Never in the middle of a turn (spec: wire §4). */
  #offer(): void {
    if (this.#busy || this.#link?.open !== true) return;
    this.#handles += 1;
    const newHandle = `h${this.#handles}`;
    this.#saved.set(newHandle, [...this.history]);
    const index = this.#transparent && { lastConsumedClientMessageIndex: String(this.#consumed) };
    this.#say({ sessionResumptionUpdate: { newHandle, resumable: true, ...index } });
  }
}
