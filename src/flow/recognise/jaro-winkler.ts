/** How much a common prefix counts, and how long it may be (Winkler 1990). */
const PREFIX_WEIGHT = 0.1;
const MAX_PREFIX = 4;

/**
 * The Jaro similarity of two texts, 0 to 1, of UTF-16 units (Jaro 1989): the share of letters that both have at about
 * the same place, less half the number of those that are out of order.
 */
export function jaro(one: string, other: string): number {
  if (one === other) return 1;
  const reach = Math.max(0, Math.floor(Math.max(one.length, other.length) / 2) - 1);
  const taken = new Uint8Array(other.length);
  const matched: string[] = [];
  for (let i = 0; i < one.length; i++) {
    const last = Math.min(other.length - 1, i + reach);
    for (let j = Math.max(0, i - reach); j <= last; j++) {
      if (taken[j] === 1 || one[i] !== other[j]) continue;
      taken[j] = 1;
      matched.push(one.charAt(i));
      break;
    }
  }
  const count = matched.length;
  if (count === 0) return 0;
  let place = 0;
  let misplaced = 0;
  for (let j = 0; j < other.length; j++) {
    if (taken[j] !== 1) continue;
    if (other[j] !== matched[place]) misplaced += 1;
    place += 1;
  }
  return (count / one.length + count / other.length + (count - misplaced / 2) / count) / 3;
}

/** {@link jaro}, raised for a common prefix of up to four letters. */
export function jaroWinkler(one: string, other: string): number {
  const similarity = jaro(one, other);
  const longest = Math.min(MAX_PREFIX, one.length, other.length);
  let prefix = 0;
  while (prefix < longest && one[prefix] === other[prefix]) prefix += 1;
  return similarity + prefix * PREFIX_WEIGHT * (1 - similarity);
}
