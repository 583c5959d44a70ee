/** Whether a regular expression of a document can be matched by the platform in bounded time, whatever is said. */
import { PatternRefusal, parsePattern } from './parse-pattern.ts';
import { stepsOf } from './pattern-cost.ts';
import type { PatternNode } from './pattern-node.ts';
import { NO_UNITS, type UnitSet } from './unit-set.ts';

/** Texts that patterns of documents are matched against are no longer, in UTF-16 units. */
export const MAX_MATCHED = 4000;
/** Steps that one match may take: some tenths of a second. */
const MAX_STEPS = 200_000_000;
const MAX_SOURCE = 500;

export interface PatternProblem {
  readonly kind: 'invalid' | 'hostilePattern';
  readonly message: string;
  /** How to write it. */
  readonly hint?: string;
}

/**
 * Why a pattern is refused, undefined for a good one. Good is what needs a bounded number of steps for every text of
 * {@link MAX_MATCHED}: repetitions may not overlap with themselves, nor much with what follows them. Some good ones are
 * refused; none that could hang is accepted. Flags may be `i`, `m`, `s` and `u`.
 */
export function patternProblem(source: string, flags = ''): PatternProblem | undefined {
  if (source.length > MAX_SOURCE) {
    return hostile(`It is longer than ${MAX_SOURCE} characters.`, 'Split it, or use oneOf.');
  }
  if (!/^[imsu]*$/.test(flags))
    return { kind: 'invalid', message: 'Only the flags i, m, s and u are known.' };
  try {
    RegExp(source, flags);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'it is no regular expression';
    return { kind: 'invalid', message: `The platform refuses it: ${reason}.` };
  }
  try {
    const node = parsePattern(source, flags);
    const steps = stepsOf(node, MAX_MATCHED) * placesOf(source, flags, node);
    if (steps <= MAX_STEPS) return undefined;
    return hostile(
      'It can match the same text in too many ways, so that a long one could take minutes.',
      'Let neighbouring repetitions match different characters, give them upper bounds, and leave out a leading .*.',
    );
  } catch (cause) {
    if (cause instanceof PatternRefusal) return hostile(cause.message, cause.hint);
    throw cause;
  }
}

function hostile(message: string, hint: string): PatternProblem {
  return { kind: 'hostilePattern', message, hint };
}

/** At how many places of a text a match is tried in earnest. */
function placesOf(source: string, flags: string, node: PatternNode): number {
  if (source.startsWith('^') && node.type !== 'either' && !flags.includes('m')) return 1;
  const { repeated, single } = unitsOf(node);
  // Where no repetition takes what a match begins with, each one ends before most of the next begin.
  if (!node.isEmpty && (repeated & node.first) === NO_UNITS) {
    return 2 + single.filter((set) => (set & node.first) !== NO_UNITS).length;
  }
  return MAX_MATCHED;
}

/** What repetitions match, and the places outside of them. */
function unitsOf(node: PatternNode): { readonly repeated: UnitSet; readonly single: readonly UnitSet[] } {
  switch (node.type) {
    case 'unit':
      return { repeated: NO_UNITS, single: [node.first] };
    case 'nothing':
      return { repeated: NO_UNITS, single: [] };
    case 'repeat': {
      const inner = unitsOf(node.part);
      if (node.max <= 1) return inner;
      return { repeated: inner.single.reduce((set, one) => set | one, inner.repeated), single: [] };
    }
    default: {
      const inner = node.parts.map(unitsOf);
      return {
        repeated: inner.reduce((set, one) => set | one.repeated, NO_UNITS),
        single: inner.flatMap((one) => one.single),
      };
    }
  }
}
