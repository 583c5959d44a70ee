/** Text from a server, made safe and short enough for a terminal. */
import { stripVTControlCharacters } from 'node:util';

/** On one line, without control characters: what a peer says must not move the cursor or change colours. */
export function printable(text: string): string {
  return (
    stripVTControlCharacters(text)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
      .replace(/ {2,}/g, ' ')
      .trim()
  );
}

/** How many cells a terminal gives a text; East Asian and emoji characters take two. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

/** The end of a text that fits into `cells`, with an ellipsis where it was cut. */
export function tailInCells(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  const characters = [...text];
  let used = 1;
  let from = characters.length;
  while (from > 0) {
    const width = cellsOfCharacter(characters[from - 1] as string);
    if (used + width > cells) break;
    used += width;
    from--;
  }
  return `…${characters.slice(from).join('')}`;
}

/** The beginning of a text that fits into `cells`, with an ellipsis where it was cut. */
export function headInCells(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let used = 1;
  let head = '';
  for (const character of text) {
    used += cellsOfCharacter(character);
    if (used > cells) break;
    head += character;
  }
  return `${head}…`;
}

function cellsOfCharacter(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x1100 && (code <= 0x115f || code >= 0x2e80) && code !== 0xfeff ? 2 : 1;
}
