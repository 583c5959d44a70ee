/** Text in lines that fit. */
import { cellsOf } from '../shell/printable.ts';

/** Breaks at blanks; a word that is too long for a line is broken where it must. At least one line. */
export function wrapCells(text: string, cells: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (cellsOf(longer) <= cells) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (cellsOf(line) > cells) {
      const head = headOf(line, cells);
      if (head.length === line.length) break;
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}

/** What fits, at least one character. */
function headOf(text: string, cells: number): string {
  let head = '';
  for (const character of text) {
    if (head !== '' && cellsOf(head + character) > cells) break;
    head += character;
  }
  return head;
}
