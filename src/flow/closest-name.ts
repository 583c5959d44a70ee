import { firstRow, nextRow } from './edit-row.ts';

/** ` Did you mean "order"?` when one of `names` is spelt nearly like `name`, else an empty string. */
export function didYouMean(name: string, names: Iterable<string>): string {
  let closest = '';
  // A swap of two letters is a distance of 2: as near as a short name may be.
  let least = (name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3))) + 1;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [closest, least] = [candidate, distance];
  }
  return closest === '' ? '' : ` Did you mean "${closest}"?`;
}

function editDistance(a: string, b: string): number {
  const wanted = b.split('');
  let row = firstRow(wanted);
  for (let read = 1; read <= a.length; read++) row = nextRow(row, wanted, a[read - 1] ?? '', read);
  return row.at(-1) ?? a.length;
}
