/** A terminal in memory: what a person would see after so much output. Knows what the views use, and fails on more. */

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is driven with
const TOKEN = /\u001b\[(\??[\d;]*)([A-Za-z])|\r|\n|[^\u001b\r\n]/gu;

export class TerminalScreen {
  readonly #size: ScreenSize;
  /** All lines, those that have scrolled away first. */
  readonly #lines: string[] = [''];
  #row = 0;
  #column = 0;
  /** The first line that is still on the screen. */
  #top = 0;
  #cursor = true;

  constructor(size: ScreenSize) {
    this.#size = size;
  }

  /** Whether the cursor is shown. */
  get cursor(): boolean {
    return this.#cursor;
  }

  /** Everything, scrollback included, without blanks at the ends of lines. */
  get text(): string {
    return this.#lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd();
  }

  write(output: string): void {
    for (const match of output.matchAll(TOKEN)) {
      const [token, parameter = '', command] = match;
      if (command !== undefined) this.#control(parameter, command);
      else if (token === '\r') this.#column = 0;
      else if (token === '\n') this.#lineFeed();
      else this.#put(token);
    }
  }

  #put(character: string): void {
    if (this.#column >= this.#size.columns) this.#lineFeed();
    const line = [...(this.#lines[this.#row] ?? '').padEnd(this.#column)];
    line[this.#column] = character;
    this.#lines[this.#row] = line.join('');
    this.#column += 1;
  }

  /** As a terminal in its usual mode: to the start of the next line. */
  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    this.#lines[this.#row] ??= '';
    this.#top = Math.max(this.#top, this.#row - this.#size.rows + 1);
  }

  #control(parameter: string, command: string): void {
    switch (command) {
      case 'A':
        this.#row = Math.max(this.#top, this.#row - Number(parameter || 1));
        break;
      case 'K':
        this.#lines[this.#row] = [...(this.#lines[this.#row] ?? '')].slice(0, this.#column).join('');
        break;
      case 'J':
        this.#lines[this.#row] = [...(this.#lines[this.#row] ?? '')].slice(0, this.#column).join('');
        this.#lines.length = this.#row + 1;
        break;
      case 'h':
      case 'l':
        if (parameter === '?25') this.#cursor = command === 'h';
        break;
      case 'm':
        break;
      default:
        throw new Error(`the terminal does not know ESC [ ${parameter} ${command}`);
    }
  }
}
