/** What came so far, to say what is missing. */
import type { SessionEvent } from '../../wire/index.ts';
import { printable } from '../shell/printable.ts';
import { isOutput } from '../talk/answer-state.ts';

const LONGEST_QUOTE = 80;

/** Counts; forgets nothing but words. */
export class AnswerFacts {
  /** Whether our own detector found speech in the input; undefined when there was no audio. */
  speechFound: boolean | undefined;
  #wasActive = false;
  #outputs = 0;
  #calls = 0;
  #heard = '';

  /** Whether the session was ever up. */
  get wasActive(): boolean {
    return this.#wasActive;
  }

  event(event: SessionEvent): void {
    if (event.type === 'connected') this.#wasActive = true;
    if (event.type === 'toolCall') this.#calls += event.calls.length;
    if (event.type === 'turnComplete') this.#outputs = 0;
    else if (isOutput(event)) this.#outputs++;
    if (event.type === 'inputTranscription') this.#heard = (this.#heard + event.text).slice(-LONGEST_QUOTE);
  }

  /** `the server … ` as a clause, to be followed by a time. */
  describe(): string {
    if (this.#calls > 0 && this.#outputs > 0)
      return 'the server waits for a tool, and gave no complete answer';
    if (this.#outputs > 0) return 'the server began to answer but did not complete its turn';
    if (this.speechFound === false) return 'the audio seems to hold no speech, and the server gave no answer';
    const heard = printable(this.#heard);
    return heard === '' ? 'the server gave no answer' : `the server heard “${heard}” but gave no answer`;
  }
}
