/** The lines of one exchange: what was said, and beside it what was done. */
import { cellsOf } from '../shell/printable.ts';
import type { Paint, Style } from './paint.ts';
import { LABEL_CELLS, type LineParts } from './view-line.ts';
import { wrapCells } from './wrap-cells.ts';

/** How wide a terminal must be for two columns. */
const TWO_COLUMNS_FROM = 96;
/** Words in longer lines than this are hard to read. */
const WIDEST_WORDS = 72;
/** What stands beside the words needs a little more room than they do. */
const WORDS_SHARE = 0.46;
/** Between the two columns. */
const GAP = ' │ ';

/** How a block is laid out. */
export interface BlockLayout {
  /** Cells of a line. */
  readonly width: number;
  /** Whether there are facts to stand beside the words. */
  readonly facts: boolean;
  readonly paint: Paint;
}

/** One line of a column, painted, and how many cells it takes. */
interface Cell {
  readonly painted: string;
  readonly cells: number;
}

const EMPTY: Cell = { painted: '', cells: 0 };

/** Lines in the order they came. */
export class TurnBlock {
  readonly #lines: LineParts[] = [];
  #answered = false;

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  /** Whether the agent has answered here: new words of the user begin another exchange. */
  get answered(): boolean {
    return this.#answered;
  }

  add(line: LineParts): void {
    if (line.label === 'agent') this.#answered = true;
    this.#lines.push(line);
  }

  /** The block in lines of at most `width` cells; `open` is what is being said. */
  render(layout: BlockLayout, open?: LineParts): readonly string[] {
    const lines = open === undefined ? this.#lines : [...this.#lines, open];
    const { width, facts, paint } = layout;
    const left = wordsCells(layout);
    if (left === undefined) {
      const cells = facts ? width : Math.min(width, WIDEST_WORDS);
      return lines.flatMap((line) => cellsFor(line, cells, paint)).map(({ painted }) => painted);
    }
    const column = (name: LineParts['column'], cells: number): readonly Cell[] =>
      lines.filter((line) => line.column === name).flatMap((line) => cellsFor(line, cells, paint));
    return beside(column('words', left), column('facts', width - GAP.length - left), left, paint);
  }
}

/** What stands between two blocks. */
export function blockSeparator(layout: BlockLayout): string {
  const left = wordsCells(layout);
  return left === undefined ? '' : (beside([EMPTY], [], left, layout.paint)[0] ?? '');
}

/** The width of the words where the facts stand beside them; undefined where all is one column. */
function wordsCells({ width, facts }: BlockLayout): number | undefined {
  if (!facts || width < TWO_COLUMNS_FROM) return undefined;
  return Math.min(WIDEST_WORDS, Math.floor((width - GAP.length) * WORDS_SHARE));
}

function beside(words: readonly Cell[], facts: readonly Cell[], left: number, paint: Paint): string[] {
  const rows = Math.max(words.length, facts.length);
  return Array.from({ length: rows }, (_, row) => {
    const { painted, cells } = words[row] ?? EMPTY;
    const line = `${painted}${' '.repeat(left - cells)}${paint('dim', GAP)}`;
    return `${line}${facts[row]?.painted ?? ''}`;
  });
}

/** A line in as many rows as it needs: its label, its text, and its note behind it or below. */
function cellsFor(line: LineParts, width: number, paint: Paint): readonly Cell[] {
  const { label, labelStyle, text, style, note } = line;
  const cells = Math.max(8, width - LABEL_CELLS);
  const rows = wrapCells(text, cells).map((row) => styled(row, style, paint));
  if (note !== undefined) {
    const last = rows.at(-1) ?? EMPTY;
    const fits = last.cells + 2 + cellsOf(note.text) <= cells;
    const noteRows = fits ? [note.text] : wrapCells(note.text, cells);
    const painted = noteRows.map((row) => styled(row, note.style, paint));
    const [first = EMPTY] = painted;
    if (fits) rows[rows.length - 1] = joined(last, first);
    else rows.push(...painted);
  }
  return rows.map((row, index) => {
    const head = index === 0 ? paint(labelStyle, label.padEnd(LABEL_CELLS)) : ' '.repeat(LABEL_CELLS);
    return { painted: head + row.painted, cells: LABEL_CELLS + row.cells };
  });
}

function styled(text: string, style: Style | undefined, paint: Paint): Cell {
  return { painted: style === undefined ? text : paint(style, text), cells: cellsOf(text) };
}

function joined(one: Cell, other: Cell): Cell {
  return { painted: `${one.painted}  ${other.painted}`, cells: one.cells + 2 + other.cells };
}
