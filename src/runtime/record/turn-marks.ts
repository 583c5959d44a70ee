import type { TurnRecord } from './turn-record.ts';

/** What happens in a turn, in its usual order. */
export type TurnMark =
  /** The user began to speak. */
  | 'speechStart'
  /** The user stopped speaking. */
  | 'speechEnd'
  | 'textSent'
  /** The model's first output, whatever it is. */
  | 'firstOutput'
  | 'firstAudio'
  | 'generationComplete';

/** When what happened in one turn, on the session's clock. */
export class TurnMarks {
  #startMs: number | undefined;
  #speechEndMs: number | undefined;
  #textSentMs: number | undefined;
  #firstOutputMs: number | undefined;
  #firstAudioMs: number | undefined;
  #generationCompleteMs: number | undefined;

  get firstOutputMs(): number | undefined {
    return this.#firstOutputMs;
  }

  /** The user's marks count by their last time, the model's by their first. */
  set(mark: TurnMark, atMs: number): void {
    this.#startMs = Math.min(this.#startMs ?? atMs, atMs);
    if (mark === 'speechEnd') this.#speechEndMs = atMs;
    else if (mark === 'textSent') this.#textSentMs = atMs;
    else if (mark === 'firstAudio') {
      this.#firstOutputMs ??= atMs;
      this.#firstAudioMs ??= atMs;
    } else if (mark === 'firstOutput') this.#firstOutputMs ??= atMs;
    else if (mark === 'generationComplete') this.#generationCompleteMs ??= atMs;
  }

  /** The turn's times, from its start: the first mark, or its end when there was none. */
  latency(endMs: number): TurnRecord['latency'] {
    const startMs = this.#startMs ?? endMs;
    const requestMs = latest(this.#speechEndMs, this.#textSentMs);
    const outputMs = this.#firstOutputMs;
    const answered = requestMs !== undefined && outputMs !== undefined;
    return {
      ...since('speechEndMs', this.#speechEndMs, startMs),
      ...since('firstOutputMs', outputMs, startMs),
      ...since('firstAudioMs', this.#firstAudioMs, startMs),
      ...since('generationCompleteMs', this.#generationCompleteMs, startMs),
      endMs: endMs - startMs,
      ...(answered ? since('responseMs', outputMs, requestMs) : {}),
    };
  }
}

function latest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

function since<Name extends string>(
  name: Name,
  atMs: number | undefined,
  startMs: number,
): { [Key in Name]?: number } {
  return atMs === undefined ? {} : ({ [name]: atMs - startMs } as { [Key in Name]?: number });
}
