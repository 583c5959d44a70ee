/** Which characters one place of a pattern matches: a bit for each of ASCII, and 64 that all others share. */
export type UnitSet = bigint;

export const NO_UNITS: UnitSet = 0n;
const OTHERS: UnitSet = ((1n << 64n) - 1n) << 128n;

const ASCII = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));

/** Escapes and classes that match nothing but ASCII. */
const PLAIN_ESCAPE = /^\\[dwtnrfv]$/;
const PLAIN_CLASS = /^\[(?!\^)(?:[^\\\x80-\uffff]|\\[dwtnrfv!-/:-@[-`{-~])*\]$/;

/** What a character matches. May say too much, never too little. */
export function literalSet(character: string, flags: string): UnitSet {
  const point = character.codePointAt(0) ?? 0;
  if (!flags.includes('i')) return 1n << BigInt(point < 128 ? point : 128 + (point % 64));
  const ascii = [character.toLowerCase(), character.toUpperCase()]
    .filter((one) => one.length === 1 && one < '\x80')
    .reduce((set, one) => set | (1n << BigInt(one.charCodeAt(0))), NO_UNITS);
  // With both flags some letters outside of ASCII are letters of ASCII in another case.
  if (flags.includes('u')) return point < 128 ? ascii | OTHERS : (1n << 192n) - 1n;
  return point < 128 ? ascii : OTHERS;
}

/** What an escape, a class or the dot matches, as the platform sees it; the same atom is asked about once. */
export function atomSet(atom: string, flags: string, known: Map<string, UnitSet>): UnitSet {
  const asked = known.get(atom);
  if (asked !== undefined) return asked;
  let set = NO_UNITS;
  for (const [one] of ASCII.matchAll(new RegExp(atom, `g${flags}`))) set |= 1n << BigInt(one.charCodeAt(0));
  const isPlain = PLAIN_ESCAPE.test(atom) || PLAIN_CLASS.test(atom);
  if (!isPlain || (flags.includes('i') && flags.includes('u'))) set |= OTHERS;
  known.set(atom, set);
  return set;
}
