import { longestMatch, type PatternNode } from './pattern-node.ts';
import { PatternProblem, parsePattern, parseText } from './pattern-parser.ts';

/** States that one pattern may have. */
const MAX_STATES = 2000;
/** Length up to which a pattern without a longest match is followed, unless its options say otherwise. */
const DEFAULT_MAX_LENGTH = 256;
const LONGEST = 4096;

/** A step of a program; `next` is an index into its steps. */
export type PatternStep =
  | { readonly type: 'unit'; readonly matches: (unit: number) => boolean; readonly next: number }
  | {
      readonly type: 'assert';
      readonly holds: (before: number, after: number) => boolean;
      readonly next: number;
    }
  | { readonly type: 'fork'; readonly next: number; readonly other: number }
  | { readonly type: 'match' };

/** A pattern, ready to be followed by a `PatternFinder`; shared by all of them. */
export interface PatternProgram {
  readonly steps: readonly PatternStep[];
  readonly start: number;
  /** Units up to which a match is followed. */
  readonly maxLength: number;
  readonly mask: string;
}

/** Prepares a pattern or, matched in any case, a text. Throws {@link PatternProblem} with what is wrong with it. */
export function compilePattern(
  pattern: RegExp | string,
  mask: string,
  declaredLength: number | undefined,
): PatternProgram {
  const node = typeof pattern === 'string' ? parseText(pattern) : parsePattern(pattern);
  const longest = longestMatch(node);
  if (longest === 0) throw new PatternProblem('it matches nothing: give it something to match');
  const maxLength = declaredLength ?? (longest === Number.POSITIVE_INFINITY ? DEFAULT_MAX_LENGTH : longest);
  if (!Number.isInteger(maxLength) || maxLength < 1 || maxLength > LONGEST) {
    throw new PatternProblem(`its maxLength must be a whole number from 1 to ${LONGEST}`);
  }
  const compiler = new Compiler();
  const start = compiler.compile(node, compiler.add({ type: 'match' }));
  return { steps: compiler.steps, start, maxLength, mask };
}

/** Builds steps from the last to the first (Thompson's construction). */
class Compiler {
  readonly steps: PatternStep[] = [];

  add(step: PatternStep): number {
    if (this.steps.length >= MAX_STATES) {
      throw new PatternProblem(`it has more than ${MAX_STATES} states: lower its counts`);
    }
    return this.steps.push(step) - 1;
  }

  /** Adds the steps of `node`, which go on to `next`; returns the first. */
  compile(node: PatternNode, next: number): number {
    switch (node.type) {
      case 'unit':
        return this.add({ type: 'unit', matches: node.matches, next });
      case 'assert':
        return this.add({ type: 'assert', holds: node.holds, next });
      case 'sequence':
        return node.nodes.reduceRight((after, part) => this.compile(part, after), next);
      case 'either':
        return node.nodes
          .map((part) => this.compile(part, next))
          .reduce((other, first) => this.add({ type: 'fork', next: first, other }));
      case 'repeat':
        return this.#repeat(node, next);
    }
  }

  #repeat({ node, min, max }: PatternNode & { readonly type: 'repeat' }, next: number): number {
    let after = next;
    if (max === Number.POSITIVE_INFINITY) {
      after = this.add({ type: 'fork', next, other: next });
      const body = this.compile(node, after);
      this.steps[after] = { type: 'fork', next: body, other: next };
    } else {
      for (let count = min; count < max; count++) {
        after = this.add({ type: 'fork', next: this.compile(node, after), other: next });
      }
    }
    for (let count = 0; count < min; count++) after = this.compile(node, after);
    return after;
  }
}
