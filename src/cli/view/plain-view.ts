/** A conversation line by line, for pipes, files and logs. */
import type { Cancel, Clock } from '../../wire/index.ts';
import type { TextOutput } from '../shell/console.ts';
import { formatLine } from './format-line.ts';
import type { Paint } from './paint.ts';
import { seconds } from './seconds.ts';
import type { TalkStatus, TalkView } from './talk-view.ts';
import type { ViewLine } from './view-line.ts';

/** What to show. */
export interface PlainViewOptions {
  readonly output: TextOutput;
  readonly clock: Clock;
  readonly paint: Paint;
  /** Whether to show the conversation, or only what takes long. */
  readonly lines: boolean;
  /** A stage that is over sooner is not shown. */
  readonly stageAfterMs: number;
}

const PROGRESS_EVERY_MS = 5000;

export class PlainView implements TalkView {
  readonly #options: PlainViewOptions;
  #cancelStage: Cancel | undefined;
  /** How much of the present recording was told to be sent. */
  #toldMs = 0;

  constructor(options: PlainViewOptions) {
    this.#options = options;
  }

  line(line: ViewLine): void {
    if (this.#options.lines) this.#write(formatLine(line, this.#options.paint));
  }

  stage(text: string): void {
    const { clock, stageAfterMs, paint } = this.#options;
    const show = (): void => this.#write(paint('dim', `       ${text} …`));
    this.#cancelStage?.();
    this.#cancelStage = undefined;
    if (text === '') return;
    if (stageAfterMs === 0) show();
    else this.#cancelStage = clock.schedule(stageAfterMs, show);
  }

  status({ sending }: TalkStatus): void {
    const { positionMs = 0, durationMs = 0 } = sending ?? {};
    if (positionMs < this.#toldMs) this.#toldMs = 0;
    if (positionMs - this.#toldMs < PROGRESS_EVERY_MS) return;
    this.#toldMs = positionMs;
    this.#write(this.#options.paint('dim', `       sent ${seconds(positionMs)} of ${seconds(durationMs)} …`));
  }

  close(): void {
    this.#cancelStage?.();
  }

  #write(text: string): void {
    this.#options.output.write(`${text}\n`);
  }
}
