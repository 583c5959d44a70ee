/** A level meter in characters. */

const FLOOR_DBFS = -60;
const EIGHTHS = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of `cells` characters: empty at −60 dBFS and below, full at 0. */
export function meter(dbfs: number, cells: number): string {
  const part = Math.min(1, Math.max(0, (dbfs - FLOOR_DBFS) / -FLOOR_DBFS));
  const eighths = Math.round(part * cells * 8);
  const full = Math.floor(eighths / 8);
  const rest = full < cells ? (EIGHTHS[eighths % 8] ?? ' ') : '';
  return ('█'.repeat(full) + rest).padEnd(cells, ' ');
}
