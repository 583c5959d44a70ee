/** A conversation on a terminal: finished lines scroll by, and below them four lines live. */

import type { TextOutput } from '../shell/console.ts';
import { headInCells, printable, tailInCells } from '../shell/printable.ts';
import type { ConversationLine } from '../talk/conversation-log.ts';
import { formatLine } from './format-line.ts';
import { meter } from './meter.ts';
import type { Paint } from './paint.ts';
import { seconds, type TalkStatus, type TalkView } from './talk-view.ts';

/** What to draw on. */
export interface TerminalViewOptions {
  readonly output: TextOutput;
  readonly paint: Paint;
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_DOWN = '\u001b[J';
const WIDEST_METER = 28;

/** Draws by moving up over its own lines, so scrollback stays whole and nothing flickers. */
export class TerminalView implements TalkView {
  readonly #output: TextOutput;
  readonly #paint: Paint;
  #drawnLines = 0;
  #stage = '';
  #last: TalkStatus | undefined;
  #closed = false;

  constructor({ output, paint }: TerminalViewOptions) {
    this.#output = output;
    this.#paint = paint;
    output.write(HIDE_CURSOR);
  }

  line(line: ConversationLine): void {
    // What was open is in the line now.
    if (this.#last !== undefined) this.#last = { ...this.#last, open: { user: '', agent: '' } };
    this.#draw(`${formatLine(line, this.#paint)}\n`);
  }

  stage(text: string): void {
    this.#stage = text;
    this.#draw('');
  }

  status(status: TalkStatus): void {
    this.#last = status;
    this.#draw('');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#output.write(`${this.#erase()}${SHOW_CURSOR}`);
  }

  /** Above goes what is to stay. One write, so that a terminal shows it at once. */
  #draw(above: string): void {
    if (this.#closed) return;
    const live = this.#liveLines();
    this.#output.write(`${this.#erase()}${above}${live.map((text) => `${text}\n`).join('')}`);
    this.#drawnLines = live.length;
  }

  #erase(): string {
    const up = this.#drawnLines === 0 ? '' : `\u001b[${this.#drawnLines}A`;
    this.#drawnLines = 0;
    return `${up}\r${CLEAR_DOWN}`;
  }

  #liveLines(): readonly string[] {
    const status = this.#last;
    const width = Math.max(20, this.#output.columns - 1);
    if (status === undefined) return [this.#paint('dim', headInCells(this.#stage, width))];
    return ['', this.#words(status, width), this.#meters(status, width), this.#state(status, width)];
  }

  #words({ open }: TalkStatus, width: number): string {
    const [who, text] = open.agent === '' ? ['you   ', open.user] : ['agent ', open.agent];
    if (text === '') return '';
    const shown = tailInCells(printable(text), width - who.length - 1);
    return `${this.#paint(open.agent === '' ? 'cyan' : 'green', who)} ${this.#paint('bold', shown)}`;
  }

  #meters({ micDbfs, agentDbfs }: TalkStatus, width: number): string {
    const cells = Math.max(4, Math.min(WIDEST_METER, Math.floor((width - 18) / 2)));
    const bar = (dbfs: number): string =>
      this.#paint('dim', '▕') +
      this.#paint(dbfs > -3 ? 'red' : 'green', meter(dbfs, cells)) +
      this.#paint('dim', '▏');
    return `mic ${bar(micDbfs)}  agent ${bar(agentDbfs)}`;
  }

  #state({ phase, elapsedMs, latenciesMs, sending }: TalkStatus, width: number): string {
    const clock = `${Math.floor(elapsedMs / 60_000)}:${String(Math.floor(elapsedMs / 1000) % 60).padStart(2, '0')}`;
    const latest = latenciesMs.at(-1);
    const parts = [`● ${phase}`, clock, this.#stage];
    if (sending !== undefined && sending.positionMs > 0) {
      parts.push(`${seconds(sending.positionMs)} of ${seconds(sending.durationMs)}`);
    }
    if (latest !== undefined) parts.push(`answered in ${seconds(latest)}`);
    return this.#paint('dim', headInCells(parts.filter((part) => part !== '').join(' · '), width));
  }
}
