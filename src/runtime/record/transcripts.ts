import type { JsonValue } from '../../flow/state-reader.ts';
import type { Clock } from '../../wire/index.ts';
import type { TranscriptTurn } from './transcript-turn.ts';
import { isBlank, TurnDraft } from './turn-draft.ts';

/** Turns that are remembered; the oldest goes. */
const MAX_TURNS = 50;
/** Length of a tool's summary, in characters. */
const SUMMARY_LENGTH = 200;
/** How long the words of a turn that has ended are waited for; the service takes 350 to 560 ms (spec: wire §4). */
const LATE_WORDS_MS = 2000;

export interface TranscriptOptions {
  readonly clock: Pick<Clock, 'nowMs'>;
  /**
   * Moves a place where a text is to be cut to before the secret that it would cut in two: `Redactor.cutLength`.
   * Default: cut anywhere.
   */
  readonly cutLength?: (text: string, length: number) => number;
  /** Number of the first turn: more than 1 in a conversation that was restored. Default 1. */
  readonly firstTurn?: number;
  /** The turns of before, in a conversation that was restored; the oldest first. */
  readonly turns?: ReadonlyArray<Omit<TranscriptTurn, 'startedMs'>>;
}

/** The whole turn's words, as they were said. */
export interface FinalWords {
  readonly user: string;
  readonly model: string;
}

/**
 * Assembles the pieces of both sides' words into turns, the last 50 of them (spec: voice §14, defect 17).
 *
 * Pieces of the user's words come before, during and after the model's answer to them (spec: wire §4, §9). They go to
 * 1. the next turn, once the user began to speak or type, or cut in, after the model had begun in this one;
 * 2. the turn that has just ended, for 2 s while nothing of the new one has come, when it holds an interim piece, or when
 *    the user was detected to begin to speak in it and has not been since: without detection nobody can tell;
 * 3. the turn in progress otherwise, whether the model has begun or not.
 * A piece that settles an interim one goes where that one is.
 */
export class Transcripts {
  readonly #options: TranscriptOptions;
  #number: number;
  #current: TurnDraft | undefined;
  /** What the user has begun while the model still had the turn. */
  #next: TurnDraft | undefined;
  #closed: TurnDraft | undefined;
  #closedMs = 0;
  #turns: TurnDraft[] | undefined;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    this.#number = options.firstTurn ?? 1;
    const { clock, turns = [] } = options;
    if (turns.length > 0) this.#turns = turns.map((turn) => TurnDraft.of(turn, clock.nowMs()));
  }

  /** The user began to speak, by any source. */
  speechStarted(): void {
    this.#openUserTurn().userBegan = true;
  }

  /** The user cut in: what is said from now on is of the next turn. */
  interrupted(): void {
    const current = this.#current;
    if (current?.modelBegan === true) current.interrupted = true;
    this.#openUserTurn();
  }

  /** A piece of the user's speech. Returns the number of the turn that it went to, which may have ended already. */
  userSaid(text: string, options: { readonly interim?: boolean } = {}): number {
    const interim = options.interim ?? false;
    const turn = (interim ? undefined : this.#unsettled()) ?? this.#late() ?? this.#userTurn();
    turn.heard(text, interim);
    if (turn === this.#closed) this.#remember(turn);
    return turn.number;
  }

  /** A text that the application sent as the user's. Returns the number of its turn. */
  userTyped(text: string): number {
    const turn = this.#openUserTurn();
    turn.typed(text);
    return turn.number;
  }

  /** The model gave its first output of the turn, whatever it is. Cheap; calling it again changes nothing. */
  modelBegan(): void {
    this.#modelTurn();
  }

  /** A piece of the model's words: output transcription, or text when the session's modality is text. */
  modelSaid(text: string): void {
    this.#modelTurn().said(text);
  }

  /** The model calls a tool, whatever comes of it. */
  toolCalled(): void {
    this.#modelTurn().called = true;
  }

  /**
   * A tool was answered, by a result, a refusal or an error. Keeps the first 200 characters of the answer. One that worked
   * in the background does not begin the model's turn.
   */
  toolAnswered(name: string, answer: JsonValue): void {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    this.#current ??= this.#draft(this.#number);
    this.#current.toolAnswered({ name, summary: text.slice(0, this.#cutLength(text, SUMMARY_LENGTH)) });
  }

  /** Leaves of the model's words in `turn` what was heard: `text`, and not half of a secret at its end. */
  cut(turn: number, text: string): void {
    const draft = this.#find(turn);
    if (draft === undefined) return;
    const length = draft.model.startsWith(text) ? this.#cutLength(draft.model, text.length) : text.length;
    draft.model = text.slice(0, length);
    draft.interrupted = true;
  }

  /** The connection of the turn in progress is lost: the model will not finish it. */
  cutOff(): void {
    this.#modelTurn().cutOff = true;
  }

  /** Ends `turn`. Empty words when it had none, or had ended before. A turn without words and tools is not remembered. */
  close(turn: number): FinalWords {
    if (turn < this.#number) return { user: '', model: '' };
    const closed = this.#current ?? this.#draft(turn);
    closed.number = turn;
    this.#number = turn + 1;
    this.#closed = closed;
    this.#closedMs = this.#options.clock.nowMs();
    this.#current = this.#next;
    if (this.#current !== undefined) this.#current.number = this.#number;
    this.#next = undefined;
    this.#remember(closed);
    return { user: closed.user, model: closed.model };
  }

  /** The turn in progress, undefined while there is nothing in it. */
  current(): TranscriptTurn | undefined {
    return this.#current === undefined || this.#current.isEmpty ? undefined : this.#current.view();
  }

  /** A turn by its number: one in progress, or one of those that are remembered. */
  turn(number: number): TranscriptTurn | undefined {
    return this.#find(number)?.view();
  }

  /** The last `count` turns, oldest first; with the turn in progress as the last of them when asked for. */
  window(count: number, options: { readonly includeCurrent?: boolean } = {}): readonly TranscriptTurn[] {
    const current = options.includeCurrent === true ? this.current() : undefined;
    const ended = Math.max(0, Math.floor(count) - (current === undefined ? 0 : 1));
    const views = ended === 0 ? [] : (this.#turns ?? []).slice(-ended).map((turn) => turn.view());
    return current === undefined || count < 1 ? views : [...views, current];
  }

  /**
   * Whether the turn that ended last says that the model has been at it in vain (spec: control §3.1, 2): the user spoke,
   * or the model spoke again, without a tool in this turn or the one before. A greeting and the voicing of a tool's result
   * do not count; with nothing transcribed at all every turn does.
   */
  countsForRepair(): boolean {
    const closed = this.#closed;
    if (closed === undefined) return false;
    const turns = this.#turns ?? [];
    if (turns.every((turn) => isBlank(turn.user) && isBlank(turn.model))) return true;
    if (closed.isEmpty) return false;
    if (!isBlank(closed.user)) return true;
    const previous = turns[turns.indexOf(closed) - 1];
    return !closed.called && previous?.called === false;
  }

  /** The turn of what the user begins now. */
  #openUserTurn(): TurnDraft {
    if (this.#current?.modelBegan === true) this.#next ??= this.#draft(this.#number + 1);
    return this.#userTurn();
  }

  #userTurn(): TurnDraft {
    if (this.#next !== undefined) return this.#next;
    this.#current ??= this.#draft(this.#number);
    return this.#current;
  }

  #modelTurn(): TurnDraft {
    this.#current ??= this.#draft(this.#number);
    this.#current.modelBegan = true;
    return this.#current;
  }

  /** The newest turn whose last words are interim. */
  #unsettled(): TurnDraft | undefined {
    if (this.#next?.hasInterim === true) return this.#next;
    if (this.#current?.hasInterim === true) return this.#current;
    return this.#closed?.hasInterim === true && this.#waitsForWords() ? this.#closed : undefined;
  }

  /** The ended turn, while it may still get words. */
  #late(): TurnDraft | undefined {
    const closed = this.#closed;
    if (closed === undefined || this.#current !== undefined || !this.#waitsForWords()) return undefined;
    return closed.userBegan || closed.hasInterim ? closed : undefined;
  }

  #waitsForWords(): boolean {
    return this.#options.clock.nowMs() - this.#closedMs < LATE_WORDS_MS;
  }

  #remember(turn: TurnDraft): void {
    if (turn.isEmpty || this.#turns?.at(-1) === turn) return;
    this.#turns ??= [];
    this.#turns.push(turn);
    if (this.#turns.length > MAX_TURNS) this.#turns.shift();
  }

  #find(number: number): TurnDraft | undefined {
    if (this.#current?.number === number) return this.#current;
    if (this.#next?.number === number) return this.#next;
    return this.#turns?.findLast((turn) => turn.number === number);
  }

  #cutLength(text: string, length: number): number {
    return text.length <= length ? length : (this.#options.cutLength?.(text, length) ?? length);
  }

  #draft(number: number): TurnDraft {
    return new TurnDraft(number, this.#options.clock.nowMs());
  }
}
