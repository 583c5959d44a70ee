/** A conversation on a terminal: the present exchange and the meters live, what is over scrolls by. */
import type { TextOutput } from '../shell/console.ts';
import { headInCells } from '../shell/printable.ts';
import { LiveRegion } from './live-region.ts';
import type { Paint } from './paint.ts';
import { meterLine, placeLine, stateLine } from './status-lines.ts';
import type { TalkStatus, TalkView } from './talk-view.ts';
import { type BlockLayout, blockSeparator, TurnBlock } from './turn-block.ts';
import { agentParts, type LineParts, lineParts, userParts, type ViewLine } from './view-line.ts';

/** What to draw on. */
export interface TerminalViewOptions {
  readonly output: TextOutput;
  readonly paint: Paint;
  /** The phases of the agent, in the order of a usual call: what it does stands beside the words. @default none */
  readonly phases?: readonly string[];
}

/** An exchange with more rows than this is not kept together. */
const LONGEST_BLOCK = 200;

export class TerminalView implements TalkView {
  readonly #output: TextOutput;
  readonly #paint: Paint;
  readonly #phases: readonly string[];
  readonly #region: LiveRegion;
  #block = new TurnBlock();
  #stage = '';
  #last: TalkStatus | undefined;
  #closed = false;

  constructor({ output, paint, phases = [] }: TerminalViewOptions) {
    this.#output = output;
    this.#paint = paint;
    this.#phases = phases;
    this.#region = new LiveRegion(output);
  }

  line(line: ViewLine): void {
    // What was being said is in the line now.
    if (line.who === 'user' || line.who === 'agent') this.#said(line.who);
    const above = line.who === 'user' ? this.#nextExchange() : [];
    this.#block.add(lineParts(line));
    this.#draw(above);
  }

  stage(text: string): void {
    this.#stage = text;
    this.#draw([]);
  }

  status(status: TalkStatus): void {
    this.#last = status;
    this.#draw(status.open.user === '' ? [] : this.#nextExchange());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#region.close(this.#block.isEmpty ? [] : [...this.#block.render(this.#layout()), '']);
  }

  #said(who: 'user' | 'agent'): void {
    if (this.#last === undefined) return;
    this.#last = { ...this.#last, open: { ...this.#last.open, [who]: '' } };
  }

  /** The rows of the exchange that is over, when it is: the user speaks again. */
  #nextExchange(): readonly string[] {
    const rows = this.#block.render(this.#layout());
    if (!this.#block.answered && rows.length < LONGEST_BLOCK) return [];
    this.#block = new TurnBlock();
    return [...rows, blockSeparator(this.#layout())];
  }

  #draw(above: readonly string[]): void {
    if (this.#closed) return;
    const status = this.#last;
    const { width } = this.#layout();
    if (status === undefined) {
      const stage = this.#paint('dim', headInCells(this.#stage, width));
      return this.#region.draw(above, [...this.#block.render(this.#layout()), stage]);
    }
    const below = [
      '',
      meterLine(status, width, this.#paint),
      stateLine(status, this.#stage, width, this.#paint),
    ];
    if (this.#phases.length > 0) below.push(placeLine(this.#phases, status.place, width, this.#paint));
    const rows = this.#block.render(this.#layout(), openLine(status));
    // A terminal cannot go back to what has left it at the top.
    const room = Math.max(1, this.#output.rows - below.length - 1);
    this.#region.draw(above, [...rows.slice(-room), ...below]);
  }

  #layout(): BlockLayout {
    return {
      width: Math.max(20, this.#output.columns - 1),
      facts: this.#phases.length > 0,
      paint: this.#paint,
    };
  }
}

/** What is being said at this moment. */
function openLine({ open }: TalkStatus): LineParts | undefined {
  if (open.agent !== '') return { ...agentParts(open.agent, false), style: 'bold' };
  return open.user === '' ? undefined : { ...userParts(open.user), style: 'bold' };
}
