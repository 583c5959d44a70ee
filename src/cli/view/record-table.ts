/** The turns of a call as a table. */
import type { ToolRecord, TurnRecord } from '../../live/index.ts';
import { cellsOf, headInCells, printable } from '../shell/printable.ts';
import type { Paint } from './paint.ts';
import { seconds } from './seconds.ts';

interface Column {
  readonly title: string;
  readonly text: (record: TurnRecord) => string;
  /** Numbers stand at the right. */
  readonly right?: boolean;
  /** Takes what room the others leave. */
  readonly flexible?: boolean;
  /** Left out of tables that are narrower. */
  readonly fromWidth: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'turn', text: ({ number }) => String(number), right: true, fromWidth: 0 },
  { title: 'heard', text: ({ heard }) => heard, flexible: true, fromWidth: 70 },
  { title: 'said', text: saidIn, flexible: true, fromWidth: 110 },
  { title: 'tools', text: toolsIn, fromWidth: 0 },
  { title: 'state', text: stateIn, fromWidth: 110 },
  { title: 'phase', text: ({ phase = '' }) => phase, fromWidth: 46 },
  { title: 'answered', text: answeredIn, right: true, fromWidth: 0 },
];
const GAP = '  ';
const MIN_FLEXIBLE = 12;

/** A row per record under a row of titles, in lines of at most `width` cells as far as that is possible. */
export function recordTable(records: readonly TurnRecord[], width: number, paint: Paint): readonly string[] {
  const columns = COLUMNS.filter(({ fromWidth }) => width >= fromWidth);
  const rows = records.map((record) => columns.map(({ text }) => printable(text(record)) || '–'));
  const widths = columns.map(({ title }, at) => {
    return Math.max(cellsOf(title), ...rows.map((row) => cellsOf(row[at] ?? '')));
  });
  const flexible = columns.flatMap((column, at) => (column.flexible ? [at] : []));
  const fixed = widths.reduce((sum, cells, at) => sum + (flexible.includes(at) ? 0 : cells), 0);
  const room = width - fixed - GAP.length * (columns.length - 1);
  const share = Math.max(MIN_FLEXIBLE, Math.floor(room / Math.max(1, flexible.length)));
  for (const at of flexible) widths[at] = Math.min(widths[at] ?? share, share);
  const row = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => {
        const shown = headInCells(cell, widths[at] ?? 0);
        const blanks = ' '.repeat(Math.max(0, (widths[at] ?? 0) - cellsOf(shown)));
        return columns[at]?.right ? blanks + shown : shown + blanks;
      })
      .join(GAP)
      .trimEnd();
  return [paint('dim', row(columns.map(({ title }) => title))), ...rows.map(row)];
}

function saidIn({ said, interrupted }: TurnRecord): string {
  return interrupted ? `(cut off) ${said}` : said;
}

function toolsIn({ tools }: TurnRecord): string {
  return tools.map(toolText).join(', ');
}

function toolText({ name, outcome }: ToolRecord): string {
  return outcome === 'succeeded' ? name : `${name} ${outcome}`;
}

/** What the turn changed, as far as the application's own plain values go. */
function stateIn({ stateDiff }: TurnRecord): string {
  return Object.entries(stateDiff)
    .filter(([key, { after }]) => !key.includes(':') && typeof after !== 'object')
    .map(([key]) => key)
    .join(', ');
}

/** From the user's last word to the first sound, or whatever came first where there is none. */
function answeredIn({ latency: { speechEndMs, firstAudioMs, responseMs } }: TurnRecord): string {
  const bySound =
    speechEndMs === undefined || firstAudioMs === undefined ? undefined : firstAudioMs - speechEndMs;
  const latencyMs = bySound ?? responseMs;
  return latencyMs === undefined ? '' : seconds(latencyMs);
}
