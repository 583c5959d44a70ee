import { didYouMean } from '../closest-name.ts';
import { cut } from '../cut.ts';
import type { FlowProblem, FlowProblemKind } from './compiled-flow.ts';

/** What all searches for meant names may cost, in pairs of letters: then problems have no hint. */
const HINT_BUDGET = 4_000_000;

/** Where checks put what they find. */
export interface ProblemList {
  readonly found: FlowProblem[];
  add(
    kind: FlowProblemKind,
    path: string,
    message: string,
    more?: { readonly hint?: string; readonly step?: string; readonly tool?: string },
  ): void;
  /** As `add`, with a hint when one of `names` is nearly `name`. */
  unknown(kind: FlowProblemKind, path: string, message: string, name: string, names: Iterable<string>): void;
}

export function createProblemList(): ProblemList {
  const found: FlowProblem[] = [];
  let budget = HINT_BUDGET;
  const hintOf = (name: string, names: Iterable<string>): string => {
    const known = [...names];
    budget -= known.reduce((sum, candidate) => sum + candidate.length, 0) * name.length;
    return budget < 0 ? '' : didYouMean(name, known).trim();
  };
  const add: ProblemList['add'] = (kind, path, message, more) => {
    found.push({ kind, path, message, ...more });
  };
  return {
    found,
    add,
    unknown(kind, path, message, name, names) {
      const hint = hintOf(name, names);
      add(kind, path, message, hint === '' ? {} : { hint });
    },
  };
}

/** A name as messages show it: long ones are cut. */
export function quoted(name: string): string {
  return `"${cut(name, 81)}"`;
}
