import { NO_UNITS, type UnitSet } from './unit-set.ts';

/** Places that are compared to tell two alternatives apart. */
const MAX_AHEAD = 16;

/** A part of a pattern, with what is known of all that it matches. */
export type PatternNode = PatternFacts &
  (
    | { readonly type: 'unit' }
    | { readonly type: 'nothing' }
    | { readonly type: 'sequence'; readonly parts: readonly PatternNode[] }
    | { readonly type: 'either'; readonly parts: readonly PatternNode[] }
    | { readonly type: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }
  );

interface PatternFacts {
  /** Whether it matches the empty text. */
  readonly isEmpty: boolean;
  /** What it can begin with. */
  readonly first: UnitSet;
  readonly shortest: number;
  readonly longest: number;
  /** What its first places match at most, as far as every match has them. */
  readonly ahead: readonly UnitSet[];
  /** Whether `ahead` is all of it. */
  readonly isFixed: boolean;
  /** How many places are tried where it begins. */
  readonly head: number;
  /** The most places that are tried anywhere within. */
  readonly width: number;
}

/** One character. */
export function unit(set: UnitSet): PatternNode {
  return {
    type: 'unit',
    isEmpty: false,
    first: set,
    shortest: 1,
    longest: 1,
    ahead: [set],
    isFixed: true,
    head: 1,
    width: 1,
  };
}

/** What looks, at so many steps, and takes no character. */
export function nothing(steps: number): PatternNode {
  return {
    type: 'nothing',
    isEmpty: true,
    first: NO_UNITS,
    shortest: 0,
    longest: 0,
    ahead: [],
    isFixed: true,
    head: steps,
    width: steps,
  };
}

export function sequence(parts: readonly PatternNode[]): PatternNode {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const ahead: UnitSet[] = [];
  let isFixed = true;
  for (const part of parts) {
    if (!isFixed) break;
    ahead.push(...part.ahead);
    isFixed = part.isFixed && ahead.length <= MAX_AHEAD;
  }
  let first = NO_UNITS;
  let head = 0;
  let width = 1;
  for (const part of [...parts].reverse()) {
    first = part.isEmpty ? part.first | first : part.first;
    // A repetition that may end here is tried beside what follows.
    head = part.isEmpty || part.type === 'repeat' ? part.head + head : part.head;
    width = Math.max(width, part.width, head);
  }
  return {
    type: 'sequence',
    parts,
    isEmpty: parts.every((part) => part.isEmpty),
    first,
    shortest: sum(parts.map((part) => part.shortest)),
    longest: sum(parts.map((part) => part.longest)),
    ahead: ahead.slice(0, MAX_AHEAD),
    isFixed,
    head,
    width,
  };
}

export function either(parts: readonly PatternNode[]): PatternNode {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  const depth = Math.min(...parts.map((part) => part.ahead.length));
  const ahead = Array.from({ length: depth }, (_, at) =>
    parts.reduce((set, part) => set | (part.ahead[at] ?? NO_UNITS), NO_UNITS),
  );
  const alike = (one: PatternNode): boolean =>
    parts.some((other) => other !== one && (other.first & one.first) !== NO_UNITS);
  const head = sum(parts.map((part) => part.head + (alike(part) ? part.ahead.length : 0)));
  return {
    type: 'either',
    parts,
    isEmpty: parts.some((part) => part.isEmpty),
    first: parts.reduce((set, part) => set | part.first, NO_UNITS),
    shortest: Math.min(...parts.map((part) => part.shortest)),
    longest: Math.max(...parts.map((part) => part.longest)),
    ahead,
    isFixed: parts.every((part) => part.isFixed && part.ahead.length === depth),
    head,
    width: Math.max(head, ...parts.map((part) => part.width)),
  };
}

export function repeat(part: PatternNode, min: number, max: number): PatternNode {
  const ahead: UnitSet[] = [];
  const copies = part.isFixed ? min : Math.min(min, 1);
  for (let copy = 0; copy < copies && ahead.length < MAX_AHEAD; copy++) ahead.push(...part.ahead);
  return {
    type: 'repeat',
    part,
    min,
    max,
    isEmpty: min === 0 || part.isEmpty,
    first: max === 0 ? NO_UNITS : part.first,
    shortest: part.shortest * min,
    longest: part.longest === 0 || max === 0 ? 0 : part.longest * max,
    ahead: ahead.slice(0, MAX_AHEAD),
    isFixed:
      part.isFixed && min === max && ahead.length <= MAX_AHEAD && ahead.length === part.ahead.length * min,
    head: part.head,
    width: part.width,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
