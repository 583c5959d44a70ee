import type { LiveEventBody } from '../live-event.ts';
import type { Keeping } from '../persist/keeping.ts';
import type { RedactedStream, Redactor } from '../record/redactor.ts';
import type { FinalWords, Transcripts } from '../record/transcripts.ts';
import type { TurnRecorder } from '../record/turn-recorder.ts';

/** What of a session words need. */
export interface WordsHost {
  readonly recorder: TurnRecorder;
  readonly redactor: Redactor;
  readonly transcripts: Transcripts;
  /** Writes the session down. */
  readonly keeping: Pick<Keeping, 'turnAmended'> | undefined;
  /** The turn of now. */
  readonly turn: number;
  /** Publishes an event of this turn. */
  readonly emitIn: (turn: number, body: LiveEventBody) => void;
}

/** A piece of the user's words, as the wire gives it. */
export interface UserPiece {
  readonly text: string;
  readonly interim: boolean;
  readonly turn: number;
}

/**
 * The words of both sides on their way out: in pieces as they come, and whole when their turn ends. All of it passes the
 * redactor; each piece is stamped with the turn that it belongs to, which for the user's may be over, or not begun.
 */
export class Words {
  readonly #host: WordsHost;
  /** The turn of the user's newest piece. */
  #userTurn = 0;

  constructor(host: WordsHost) {
    this.#host = host;
  }

  /** Returns the number of the turn that it belongs to. */
  userSaid({ text, interim, turn }: UserPiece): number {
    const { keeping, recorder, redactor, transcripts } = this.#host;
    const ofTurn = transcripts.userSaid(text, { interim });
    if (ofTurn < turn) {
      recorder.amend(ofTurn, { user: transcripts.turn(ofTurn)?.user ?? '' });
      keeping?.turnAmended(ofTurn);
    }
    if (ofTurn !== this.#userTurn) this.#tellRest('userWords', this.#userTurn);
    this.#userTurn = ofTurn;
    const shown = interim ? redactor.interim(text) : redactor.push('userWords', text);
    if (shown !== '')
      this.#host.emitIn(ofTurn, { type: 'inputTranscript', text: shown, isFinal: false, interim });
    return ofTurn;
  }

  /** A piece of the model's speech as the service writes it down. */
  modelSaid(text: string): void {
    this.#host.transcripts.modelSaid(text);
    this.#tellPiece('modelWords', text);
  }

  /** @param isSpoken the session's modality is text: this is what the model says. */
  modelWrote(text: string, isSpoken: boolean): void {
    if (isSpoken) this.#host.transcripts.modelSaid(text);
    this.#tellPiece('text', text);
  }

  modelThought(text: string): void {
    this.#tellPiece('thought', text);
  }

  /** All that the model wrote in its turn; the pieces of it have been told. */
  textComplete(text: string): void {
    this.#tellRest('text', this.#host.turn);
    this.#host.emitIn(this.#host.turn, { type: 'textComplete', text: this.#host.redactor.text(text) });
  }

  /** What the scrubber holds back of the model's speech was not heard. */
  cut(): void {
    this.#host.redactor.discard('modelWords');
  }

  /** The model's output broke off: what is held back was said all the same, and what comes next is something else. */
  brokeOff(): void {
    for (const stream of ['text', 'thought', 'modelWords'] as const) this.#tellRest(stream, this.#host.turn);
  }

  /** Ends the turn in words, and tells them whole: the model's, then the user's. */
  close(turn: number, cutOff = false): FinalWords {
    const { redactor, transcripts } = this.#host;
    if (cutOff) transcripts.cutOff();
    const words = transcripts.close(turn);
    for (const stream of ['text', 'thought', 'modelWords'] as const) this.#tellRest(stream, turn);
    // What the user has begun while the model had the turn goes on.
    if (this.#userTurn <= turn) this.#tellRest('userWords', turn);
    const { user, model } = words;
    if (model !== '')
      this.#host.emitIn(turn, {
        type: 'outputTranscript',
        text: redactor.text(model),
        isFinal: true,
        ...(cutOff && { cutOff }),
      });
    if (user !== '')
      this.#host.emitIn(turn, { type: 'inputTranscript', text: redactor.text(user), isFinal: true });
    return words;
  }

  #tellPiece(stream: Exclude<RedactedStream, 'userWords'>, text: string): void {
    const shown = this.#host.redactor.push(stream, text);
    if (shown !== '') this.#host.emitIn(this.#host.turn, pieceOf(stream, shown));
  }

  /** What the scrubber held back of a stream. */
  #tellRest(stream: RedactedStream, turn: number): void {
    const rest = this.#host.redactor.flush(stream);
    if (rest !== '') this.#host.emitIn(turn, pieceOf(stream, rest));
  }
}

function pieceOf(stream: RedactedStream, text: string): LiveEventBody {
  switch (stream) {
    case 'text':
      return { type: 'textDelta', text };
    case 'thought':
      return { type: 'thought', text };
    case 'modelWords':
      return { type: 'outputTranscript', text, isFinal: false };
    case 'userWords':
      return { type: 'inputTranscript', text, isFinal: false };
  }
}
