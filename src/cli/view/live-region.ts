/** The lines at the foot of a terminal that are drawn again and again. */
import type { TextOutput } from '../shell/console.ts';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\u001b[K';
const CLEAR_DOWN = '\u001b[J';

/** Moves up over its own lines and writes those that changed: scrollback stays whole and nothing flickers. */
export class LiveRegion {
  readonly #output: TextOutput;
  #drawn: readonly string[] = [];

  /** Hides the cursor. */
  constructor(output: TextOutput) {
    this.#output = output;
    output.write(HIDE_CURSOR);
  }

  /** Puts `above` where the region was, to stay there, and the region below it; in one write. */
  draw(above: readonly string[], region: readonly string[]): void {
    const drawn = this.#drawn;
    const lines = [...above, ...region];
    const text = lines
      .map((line, index) => (line === drawn[index] ? '\n' : `${line}${CLEAR_LINE}\n`))
      .join('');
    const isSame = lines.length === drawn.length && lines.every((line, index) => line === drawn[index]);
    this.#drawn = region;
    if (isSame) return;
    const up = drawn.length === 0 ? '' : `\u001b[${drawn.length}A`;
    this.#output.write(`${up}\r${text}${lines.length < drawn.length ? CLEAR_DOWN : ''}`);
  }

  /** Leaves `above` behind and gives the cursor back. */
  close(above: readonly string[]): void {
    this.draw(above, []);
    this.#output.write(SHOW_CURSOR);
  }
}
