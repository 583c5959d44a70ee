/** A line of a conversation as text. */
import type { Paint } from './paint.ts';
import { LABEL_CELLS, lineParts, type ViewLine } from './view-line.ts';

/** One line, without its break. */
export function formatLine(line: ViewLine, paint: Paint): string {
  const { label, labelStyle, text, style, note } = lineParts(line);
  const head = label === '' ? ' '.repeat(LABEL_CELLS) : paint(labelStyle, label.padEnd(LABEL_CELLS));
  const body = style === undefined ? text : paint(style, text);
  if (note === undefined) return `${head}${body}`;
  return `${head}${body} ${paint(note.style, note.brackets ? `(${note.text})` : note.text)}`;
}
