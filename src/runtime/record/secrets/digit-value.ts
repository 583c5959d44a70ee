/** The zeros of the scripts whose digits transcripts use; the other nine follow each. */
const ZEROS: readonly number[] = [
  0x30, // ASCII
  0x660, // Arabic
  0x6f0, // Persian, Urdu
  0x966, // Devanagari
  0x9e6, // Bengali
  0xe50, // Thai
  0xff10, // full width
];

/** The value of a decimal digit, or -1. */
export function digitValue(unit: number): number {
  if (unit < 0x660) return unit >= 0x30 && unit <= 0x39 ? unit - 0x30 : -1;
  for (const zero of ZEROS) if (unit >= zero && unit < zero + 10) return unit - zero;
  return -1;
}

/** English words that are one digit when numbers are spoken digit by digit. */
const SPOKEN: ReadonlyMap<string, number> = new Map([
  ['zero', 0],
  ['oh', 0],
  ['o', 0],
  ['one', 1],
  ['two', 2],
  ['three', 3],
  ['four', 4],
  ['five', 5],
  ['six', 6],
  ['seven', 7],
  ['eight', 8],
  ['nine', 9],
]);
/** Words that repeat the digit after them. */
const REPEATS: ReadonlyMap<string, number> = new Map([
  ['double', 2],
  ['triple', 3],
]);
const STARTS: ReadonlySet<string> = new Set(
  [...SPOKEN.keys(), ...REPEATS.keys()].flatMap((word) => [...word].map((_, end) => word.slice(0, end + 1))),
);

/** The digit that a word in lower case names. */
export function spokenDigit(word: string): number | undefined {
  return SPOKEN.get(word);
}

/** How often a word says that the next digit comes. */
export function spokenRepeat(word: string): number | undefined {
  return REPEATS.get(word);
}

/** Whether a word in lower case may go on to be one of digits. */
export function startsSpokenDigit(word: string): boolean {
  return STARTS.has(word);
}
