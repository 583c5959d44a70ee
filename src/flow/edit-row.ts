/**
 * Levenshtein's distance, one row at a time: after one item more, the distances of what was read to each beginning of
 * `wanted`. The first row, before anything is read, counts from 1.
 * @param skipped the distance to the empty beginning
 */
export function nextRow<T>(row: readonly number[], wanted: readonly T[], item: T, skipped: number): number[] {
  let diagonal = Math.max(0, skipped - 1);
  let left = skipped;
  return row.map((above, index) => {
    left = Math.min(above + 1, left + 1, diagonal + (wanted[index] === item ? 0 : 1));
    diagonal = above;
    return left;
  });
}

/** The row before anything is read. */
export function firstRow(wanted: readonly unknown[]): number[] {
  return wanted.map((_, index) => index + 1);
}
