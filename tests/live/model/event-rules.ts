import type { LiveEvent } from '../../../src/runtime/live-event.ts';
import type { ServerMessage } from '../../../src/wire/index.ts';

/** Everything that the final transcript of a turn may be; without an interruption that is one text. */
type Spoken = ReadonlySet<string>;

/** More ways to cut than this are not told apart. */
const MAX_CUTS = 200;
/** No text is told from the others. */
const ANY: Spoken = new Set();
const SILENT: Spoken = new Set(['']);
const FAULTS: readonly string[] = ['internal', 'controlQueueFull', 'watchersUnsettled', 'listenerFailed'];
/** Of the turn that their work belongs to, which may have ended. */
const LATE: readonly string[] = [
  'phaseTransition',
  'turnRecord',
  'extraction',
  'extractionError',
  'statePromotion',
  'inputTranscript',
  'error',
];

/** What must hold of the order and number of live events, and of the words in them. */
export class EventRules {
  readonly #fail: (what: string) => void;
  readonly #expected: Spoken[] = [];
  #spoken: Spoken = SILENT;
  #pieces = '';
  #heardPieces = '';
  #seq = 0;
  #turn = 0;
  #generation = 0;
  #serverTurns = 0;
  /** Whether the server is in a turn of the model; it may say a call again that it said before. */
  #open: 'no' | 'maybe' | 'yes' = 'no';
  /** Turns that are over, by a `turnComplete` or with their connection. */
  #turnCompletes = 0;
  #metrics = 0;
  #records = 0;
  #finals = 0;
  #lastUserWord = 0;
  #speaks = false;
  #place = '';
  disconnected = 0;
  /** Turns whose records are to come: boundaries wait for extractors. */
  get awaitedRecords(): number {
    return this.#turnCompletes - this.#records;
  }

  get turns(): number {
    return this.#turnCompletes;
  }

  constructor(fail: (what: string) => void) {
    this.#fail = fail;
  }

  // What the server says

  serverWords(content: ServerMessage['serverContent']): void {
    const text = content?.outputTranscription?.text ?? '';
    this.#pieces += text;
    this.#spoken = new Set([...this.#spoken].map((spoken) => spoken + text));
    if (content?.interrupted !== true) return;
    const cuts = new Set([...this.#spoken].flatMap(wordCuts));
    this.#spoken = cuts.size > MAX_CUTS ? ANY : cuts;
  }

  serverSpeaks(isSure: boolean): void {
    if (this.#open !== 'yes') this.#open = isSure ? 'yes' : 'maybe';
  }

  serverTurnComplete(): void {
    this.#open = 'no';
    this.#serverTurns += 1;
    this.#expected.push(this.#spoken);
    this.#spoken = SILENT;
  }

  // What the runtime tells

  heard(event: LiveEvent): void {
    if (this.disconnected > 0) this.#fail(`${event.type} after disconnected`);
    if (event.seq !== this.#seq + 1) this.#fail(`${event.type} has seq ${event.seq} after ${this.#seq}`);
    this.#seq = event.seq;
    if (event.generation < this.#generation) this.#fail(`${event.type} of an old generation`);
    this.#generation = event.generation;
    if (!LATE.includes(event.type)) {
      if (event.turn < this.#turn) this.#fail(`${event.type} of turn ${event.turn} in turn ${this.#turn}`);
      this.#turn = event.turn;
    }
    this.#one(event);
  }

  #one(event: LiveEvent): void {
    switch (event.type) {
      case 'vadStart':
      case 'vadEnd': {
        const starts = event.type === 'vadStart';
        if (starts === this.#speaks) this.#fail(`two ${event.type} in a row`);
        this.#speaks = starts;
        return;
      }
      case 'outputTranscript':
        if (event.isFinal) this.#finalModelWords(event.text, event.turn);
        else this.#heardPieces += event.text;
        return;
      case 'inputTranscript':
        if (event.isFinal) this.#finalUserWords(event.text);
        return;
      case 'turnComplete':
        this.#turnCompletes += 1;
        if (event.turn !== this.#turnCompletes) this.#fail(`turnComplete of ${event.turn}`);
        if (this.#turnCompletes > this.#serverTurns)
          this.#fail('a turnComplete that the server did not send');
        this.#settleWords();
        return;
      case 'turnMetrics':
        this.#metrics += 1;
        if (event.ofTurn === this.#turnCompletes + 1) this.#cutOff();
        if (event.ofTurn !== this.#turnCompletes || this.#metrics !== this.#turnCompletes)
          this.#fail(`turnMetrics of ${event.ofTurn}`);
        return;
      case 'turnRecord':
        this.#records += 1;
        if (event.record.number !== this.#records) {
          this.#fail(`turnRecord ${event.record.number} in the place of ${this.#records}`);
        }
        return;
      case 'connected':
        if (this.#open === 'yes') this.#fail('a turn that was lost with its connection, and not told');
        return;
      case 'phaseTransition':
        if (event.from !== this.#place) this.#fail(`phaseTransition from ${event.from}, not ${this.#place}`);
        this.#place = event.to;
        return;
      case 'error':
        if (FAULTS.includes(event.error.code)) {
          const cause = event.error.cause instanceof Error ? event.error.cause.stack : event.error.cause;
          this.#fail(`error ${event.error.code}: ${event.error.message} ${String(cause)}`);
        }
        return;
      case 'disconnected':
        this.disconnected += 1;
        return;
      default:
        return;
    }
  }

  /** A turn is over that the server did not end. */
  #cutOff(): void {
    if (this.#open === 'no') this.#fail('a turn that was cut off, and not begun');
    this.#turnCompletes += 1;
    this.serverTurnComplete();
    this.#settleWords();
  }

  #finalModelWords(text: string, turn: number): void {
    this.#finals += 1;
    const spoken = this.#expected[turn - 1] ?? this.#spoken;
    if (spoken.size > 0 && !spoken.has(text)) {
      this.#fail(`final transcript "${text}" of turn ${turn}, which may be ${JSON.stringify([...spoken])}`);
    }
    if (this.#finals > 1) this.#fail(`${this.#finals} final transcripts of turn ${turn}`);
  }

  /** At each turnComplete: its final transcript has come, if there was anything to say. */
  #settleWords(): void {
    const spoken = this.#expected[this.#turnCompletes - 1];
    const isDue = spoken !== undefined && spoken.size > 0 && !spoken.has('');
    if (isDue && this.#finals !== 1) this.#fail(`no final transcript of turn ${this.#turnCompletes}`);
    if (this.#heardPieces !== this.#pieces) this.#fail('pieces of the transcript are missing');
    this.#finals = 0;
  }

  /** Words of the user are numbered: none comes twice, and none before an earlier one. */
  #finalUserWords(text: string): void {
    for (const [, number] of text.matchAll(/u(\d+)/g)) {
      if (Number(number) <= this.#lastUserWord) this.#fail(`the user's word u${number} is told again`);
      this.#lastUserWord = Number(number);
    }
  }

  /** After the end. */
  ended(): void {
    if (this.disconnected !== 1) this.#fail(`${this.disconnected} disconnected`);
    if (this.#speaks) this.#fail('no vadEnd');
    if (this.#turnCompletes !== this.#serverTurns) {
      this.#fail(`${this.#turnCompletes} turnComplete of ${this.#serverTurns}`);
    }
    const cutOff = this.#records - this.#turnCompletes;
    if (cutOff !== 0 && cutOff !== 1) this.#fail(`${this.#records} records of ${this.#turnCompletes} turns`);
  }
}

/** A text cut behind any of its words. */
function wordCuts(text: string): readonly string[] {
  const ends = [...text.matchAll(/\S(?=\s|$)\s?/g)].map(({ index, 0: end }) => index + end.length);
  return ['', ...ends.flatMap((end) => [text.slice(0, end), text.slice(0, end).trimEnd()])];
}
