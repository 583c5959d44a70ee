import type { ToolSummary, TranscriptTurn } from './transcript-turn.ts';

/** Words that one side of one turn may hold, in characters: when there are more, the older half goes. */
const MAX_LENGTH = 65_536;

/** The words of a turn while they come in. */
export class TurnDraft {
  number: number;
  readonly startedMs: number;
  model = '';
  interrupted = false;
  /** The connection was lost in the middle of the model's turn. */
  cutOff = false;
  /** The model has said or done something in this turn. */
  modelBegan = false;
  /** The model has called a tool in this turn, or was given what one found. */
  called = false;
  /** The user was detected to begin to speak in this turn. */
  userBegan = false;
  #user = '';
  #isTyped = false;
  #interim = '';
  #tools: ToolSummary[] | undefined;

  constructor(number: number, startedMs: number) {
    this.number = number;
    this.startedMs = startedMs;
  }

  /** A turn that is over. */
  static of(turn: Omit<TranscriptTurn, 'startedMs'>, startedMs: number): TurnDraft {
    const draft = new TurnDraft(turn.number, startedMs);
    draft.model = turn.model;
    draft.interrupted = turn.interrupted;
    draft.modelBegan = true;
    draft.called = turn.tools.length > 0;
    draft.#user = turn.user;
    if (turn.tools.length > 0) draft.#tools = [...turn.tools];
    return draft;
  }

  get user(): string {
    return this.#user + this.#interim;
  }

  /** The newest words of the user are a guess that is yet to be settled. */
  get hasInterim(): boolean {
    return this.#interim !== '';
  }

  get tools(): readonly ToolSummary[] {
    return this.#tools ?? [];
  }

  get isEmpty(): boolean {
    return isBlank(this.user) && isBlank(this.model) && this.#tools === undefined;
  }

  /** An interim piece replaces the interim before it; any other settles it. */
  heard(text: string, interim: boolean): void {
    this.#interim = interim ? bounded(text) : '';
    if (!interim) this.#user = bounded(this.#user + text);
  }

  /** What was typed stands on a line of its own. */
  typed(text: string): void {
    this.#isTyped = true;
    this.#user = bounded(this.#user === '' ? text : `${this.#user}\n${text}`);
  }

  said(text: string): void {
    this.model = bounded(this.model + text);
  }

  toolAnswered(tool: ToolSummary): void {
    this.called = true;
    this.#tools ??= [];
    this.#tools.push(tool);
  }

  /** As it stands now; later words do not change it. */
  view(): TranscriptTurn {
    const { number, user, model, interrupted, startedMs } = this;
    return {
      ...{ number, user, model, tools: [...this.tools], interrupted, startedMs },
      ...(this.cutOff && { cutOff: true }),
      ...(this.#isTyped && { typed: true }),
    };
  }
}

/** Whether there is not a word in it. */
export function isBlank(text: string): boolean {
  return text.trim() === '';
}

function bounded(text: string): string {
  return text.length > MAX_LENGTH ? text.slice(-MAX_LENGTH / 2) : text;
}
