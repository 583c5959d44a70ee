/** Whether the model has said a text (spec: control §9, Verbatim). */
import { firstRow, nextRow } from '../edit-row.ts';

const PASS = 0.9;
/** How much longer or shorter than the text the stretch of speech that is compared may be. */
const SLACK = 0.1;
/** Longer speech is compared by its end. */
const MAX_CHARS = 200_000;
/** Comparisons of two words; speech is cut, and a search given up, so that there are no more. */
const MAX_COMPARISONS = 4_000_000;

const SCRIPT_WITHOUT_SPACES = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}`;
const WORD = new RegExp(
  `[${SCRIPT_WITHOUT_SPACES}]|(?:(?![${SCRIPT_WITHOUT_SPACES}])[\\p{L}\\p{M}\\p{N}])+`,
  'gu',
);

/** Whether so much similarity is enough. */
export function isVerbatim(similarity: number): boolean {
  return similarity >= PASS;
}

/**
 * How like the text the most similar stretch of the speech is, 0 to 1: 1 - edit distance in words / the longer length.
 * Case and punctuation do not count. Without speech it is 0.
 */
export function verbatimSimilarity(text: string, speech: string): number {
  const wanted = wordsOf(text);
  const said = wordsOf(speech);
  if (said.length === 0) return 0;
  if (wanted.length === 0) return 1;
  const heard = said.slice(-Math.floor(MAX_COMPARISONS / wanted.length));
  if (heard.length === 0) return 0;
  let spare = MAX_COMPARISONS;
  let best = 0;
  for (const { end, distance } of promisingEnds(wanted, heard)) {
    if (1 - distance / longest(wanted, heard) <= best) break;
    if (spare < 0) break;
    spare -= wanted.length * longest(wanted, heard);
    best = Math.max(best, bestEndingAt(wanted, heard, end));
  }
  return best;
}

function wordsOf(text: string): readonly string[] {
  const plain = text
    .slice(-MAX_CHARS)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]|(?<=\p{N}),(?=\p{N})/gu, '');
  return plain.match(WORD) ?? [];
}

function shortest(wanted: readonly string[], heard: readonly string[]): number {
  return Math.min(Math.ceil(wanted.length * (1 - SLACK) - 1e-9), heard.length);
}

function longest(wanted: readonly string[], heard: readonly string[]): number {
  return Math.max(wanted.length, Math.min(Math.floor(wanted.length * (1 + SLACK) + 1e-9), heard.length));
}

/** Where stretches end, the most similar first, each with the least distance of any stretch that ends there. */
function promisingEnds(
  wanted: readonly string[],
  heard: readonly string[],
): ReadonlyArray<{ readonly end: number; readonly distance: number }> {
  let row = firstRow(wanted);
  const ends = heard.map((word, index) => {
    row = nextRow(row, wanted, word, 0);
    return { end: index + 1, distance: row.at(-1) ?? 0 };
  });
  return ends.sort((a, b) => a.distance - b.distance);
}

/** The best similarity of a stretch of allowed length that ends there. Both are read backwards. */
function bestEndingAt(wanted: readonly string[], heard: readonly string[], end: number): number {
  const reversed = [...wanted].reverse();
  let row = firstRow(reversed);
  let best = 0;
  for (let length = 1; length <= Math.min(longest(wanted, heard), end); length++) {
    row = nextRow(row, reversed, heard[end - length] ?? '', length);
    if (length < shortest(wanted, heard)) continue;
    best = Math.max(best, 1 - (row.at(-1) ?? 0) / Math.max(length, wanted.length));
  }
  return best;
}
