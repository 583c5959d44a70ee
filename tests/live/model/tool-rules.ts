import type { FunctionCall, FunctionResponse } from '../../../src/wire/index.ts';
import type { CallVariant } from './call-variant.ts';

interface Call {
  readonly name: string;
  /** The model waits for its answer. */
  readonly blocks: boolean;
  /** Answered by the application. */
  readonly byHand: boolean;
  /** How many responses may close it. */
  readonly maxAnswers: number;
  /** The same, of all calls with this id: they may all be answered again on another connection. */
  readonly maxAnswersHere: number;
  answers: number;
  /** This call, or one before it with its id, was answered: that may be repeated on another connection. */
  wasAnswered: boolean;
  /** Of those, the ones on this connection: what the service has not kept is sent again. */
  answersHere: number;
  acknowledgements: number;
  cancelled: boolean;
  /** When its result was told, in order. */
  told: number | undefined;
  handedIn: boolean;
  /** The newest handle came after it. */
  saved: boolean;
  /** And it was still open. */
  savedOpen: boolean;
  /** The session on the other side does not know of it: its result goes out as text. */
  orphaned: boolean;
}

/** Every call is answered exactly once, or cancelled; none of those that are cancelled is answered. */
export class ToolRules {
  readonly #variant: CallVariant;
  readonly #fail: (what: string) => void;
  readonly #calls = new Map<string, Call>();
  #tellings = 0;

  constructor(variant: CallVariant, fail: (what: string) => void) {
    this.#variant = variant;
    this.#fail = fail;
  }

  /** The model waits for an answer. */
  get blocks(): boolean {
    return [...this.#calls.values()].some(
      (call) => call.blocks && !call.orphaned && !call.cancelled && call.answers === 0,
    );
  }

  /** Something is open that the microphone may wait for: on Vertex also a background tool, which may be asked for again. */
  get holdsMicrophone(): boolean {
    const isVertex = this.#variant.platform === 'vertex';
    return [...this.#calls.values()].some((call) => {
      const isOpen = call.answers < (isVertex ? call.maxAnswers : 1);
      return (call.blocks || isVertex) && isOpen && !call.orphaned && !call.cancelled;
    });
  }

  nameOf(id: string): string | undefined {
    return this.#calls.get(id)?.name;
  }

  /** Calls that the application must answer, and did not yet. */
  get openByHand(): ReadonlyArray<{ readonly id: string; readonly name: string }> {
    return [...this.#calls]
      .filter(([, call]) => call.byHand && !call.handedIn && !call.cancelled)
      .map(([id, { name }]) => ({ id, name }));
  }

  /** The application gives its answer; it may wait for a connection. */
  handedIn(id: string): void {
    const call = this.#calls.get(id);
    if (call !== undefined) call.handedIn = true;
  }

  called(calls: readonly FunctionCall[]): void {
    for (const { id = '', name } of calls) {
      const before = this.#calls.get(id);
      // A call that the application answers itself may come again; others are known.
      if (before !== undefined && name !== 'byHand') {
        if (before.orphaned) before.saved = false;
        before.orphaned = false;
        continue;
      }
      const { family, platform } = this.#variant;
      const isBackground = name === 'slow' && family !== '3.1';
      const maxAnswers = isBackground && platform === 'vertex' ? 2 : 1;
      this.#calls.set(id, {
        name,
        blocks: !isBackground,
        byHand: name === 'byHand',
        maxAnswers,
        maxAnswersHere: (before?.maxAnswersHere ?? 0) + maxAnswers,
        answers: 0,
        wasAnswered: before?.wasAnswered ?? false,
        answersHere: before?.answersHere ?? 0,
        acknowledgements: 0,
        cancelled: false,
        told: undefined,
        handedIn: false,
        saved: before?.savedOpen ?? false,
        savedOpen: before?.savedOpen ?? false,
        orphaned: false,
      });
    }
  }

  /** A handle came: a session that is resumed from it knows of all calls before. */
  handedOut(): void {
    for (const call of this.#calls.values()) {
      call.saved = !call.orphaned;
      call.savedOpen = call.saved && call.answers === 0 && !call.cancelled;
    }
  }

  /** A session knows of the calls that its handle knows of. */
  connected(isResumed: boolean): void {
    for (const call of this.#calls.values()) {
      call.answersHere = 0;
      if (!isResumed || !call.saved) call.orphaned = true;
    }
  }

  cancelledByServer(ids: readonly string[]): void {
    for (const id of ids) {
      const call = this.#calls.get(id);
      if (call !== undefined && call.answers === 0) call.cancelled = true;
    }
  }

  /** `toolCancelled` */
  givenUp(ids: readonly string[]): void {
    for (const id of ids) {
      const call = this.#calls.get(id);
      if (call === undefined) this.#fail(`toolCancelled of ${id}, which was never called`);
      else call.cancelled = true;
    }
  }

  /** `toolExecution` */
  told(id: string): void {
    const call = this.#calls.get(id);
    if (call === undefined) this.#fail(`toolExecution of ${id}, which was never called`);
    else call.told = ++this.#tellings;
  }

  /** @param repeats what was sent on a connection before may come again. */
  answered(responses: readonly FunctionResponse[], repeats: boolean): void {
    for (const { id = '', name, willContinue } of responses) {
      const call = this.#calls.get(id);
      if (call === undefined || call.name !== name) {
        this.#fail(`an answer to ${name} ${id}, which was never called`);
        continue;
      }
      if (call.cancelled && !(repeats && call.wasAnswered))
        this.#fail(`an answer to ${name} ${id}, which was cancelled`);
      if (willContinue === true) {
        call.acknowledgements += 1;
        if (call.answersHere > 0) this.#fail(`progress of ${name} ${id} after its answer`);
        continue;
      }
      call.answers += 1;
      call.wasAnswered = true;
      call.answersHere += 1;
      if (call.answersHere > call.maxAnswersHere) this.#fail(`${call.answersHere} answers to ${name} ${id}`);
    }
  }

  /**
   * The session was told the result of a call as text, because it does not know of the call. Without an `id`, which
   * refusals do not have, it is the first of which the application was told.
   */
  answeredAsText(name: string, id: string | undefined): void {
    const isMeant = ([key, call]: readonly [string, Call]): boolean =>
      id === undefined ? call.name === name && call.orphaned && call.told !== undefined : key === id;
    const open = [...this.#calls]
      .filter((entry) => isMeant(entry) && entry[1].answers === 0 && !entry[1].cancelled)
      .toSorted(([, one], [, other]) => (one.told ?? 0) - (other.told ?? 0));
    const [first] = open;
    if (first !== undefined) first[1].answers = 1;
  }

  /** After the end: nothing is left without an outcome. */
  ended(): void {
    for (const [id, call] of this.#calls) {
      if (call.byHand) continue;
      if (call.answers === 0 && !call.cancelled && call.told === undefined)
        this.#fail(`no answer to ${call.name} ${id}`);
    }
  }
}
