/** What can be said of a guard whatever happens: that it never holds, or always. */

import type { DecisionAnswer, Guard, GuardFacts } from '../guard/guard.ts';
import { guardParts, keyOf } from '../guard/guard-parts.ts';
import { holds } from '../guard/holds.ts';
import type { JsonValue } from '../state-reader.ts';

export interface GuardLogic {
  /** True when nothing can make it hold; functions of the application might do anything. */
  never(guard: Guard): boolean;
  /** True when nothing can make it fail. */
  always(guard: Guard): boolean;
}

/** A remembering judge: each part of a guard is looked at once. */
export function createGuardLogic(): GuardLogic {
  const nevers = new Map<Guard, boolean>();
  const alwayses = new Map<Guard, boolean>();
  const never = (guard: Guard): boolean => remembered(nevers, guard, isNever);
  const always = (guard: Guard): boolean => remembered(alwayses, guard, isAlways);
  const isNever = (guard: Guard): boolean => {
    if (guard === 'always') return false;
    if ('any' in guard) return guard.any.every(never);
    if ('all' in guard) return guard.all.some(never) || isRefuted(guard);
    // A single condition on a key, a tool, a step or a question can hold, and can fail.
    return 'not' in guard && (always(guard.not) || (guardParts(guard.not).length > 0 && isRefuted(guard)));
  };
  const isAlways = (guard: Guard): boolean => {
    if (guard === 'always') return true;
    if ('all' in guard) return guard.all.every(always);
    // What nobody knows makes its negation fail as well: only what is plainly false will do.
    if ('not' in guard) return isPlainlyFalse(guard.not);
    if ('captured' in guard) return guard.captured.length === 0;
    return 'any' in guard && (guard.any.some(always) || isCovered(guard));
  };
  const isPlainlyFalse = (guard: Guard): boolean => never(guard) && isKnown(guard);
  return { never, always };
}

function remembered(memory: Map<Guard, boolean>, guard: Guard, judge: (guard: Guard) => boolean): boolean {
  const before = memory.get(guard);
  if (before !== undefined) return before;
  const verdict = judge(guard);
  memory.set(guard, verdict);
  return verdict;
}

/** Whether it speaks only of what is always known: no answers, no functions. */
function isKnown(guard: Guard): boolean {
  if (guard !== 'always' && ('decided' in guard || 'custom' in guard)) return false;
  return guardParts(guard).every(isKnown);
}

/** Whether parts that must hold together exclude each other. */
function isRefuted(guard: Guard): boolean {
  return someSubject(guard, 'all', (literals, facts) =>
    facts.every((fact) => !literals.every(holdsIn(fact))),
  );
}

/** Whether one or the other alternative holds in any case. */
function isCovered(guard: Guard): boolean {
  return someSubject(guard, 'any', (literals, facts) => facts.every((fact) => literals.some(holdsIn(fact))));
}

function holdsIn(facts: GuardFacts): (guard: Guard) => boolean {
  return (guard) => holds(guard, facts, [], '');
}

/** More conditions on one subject than these are not compared; a single one, but on a question, can hold and can fail. */
const MOST_LITERALS = 40;

/** Asks of each thing that a guard speaks of, with everything that the guard says of it and all that it could be. */
function someSubject(
  guard: Guard,
  mode: 'all' | 'any',
  test: (literals: readonly Guard[], facts: readonly GuardFacts[]) => boolean,
): boolean {
  const subjects = new Map<string, { literals: Guard[]; atoms: Guard[] }>();
  const put = (subject: string, atom: Guard, negated: boolean): void => {
    const entry = subjects.get(subject) ?? { literals: [], atoms: [] };
    subjects.set(subject, entry);
    entry.literals.push(negated ? { not: atom } : atom);
    entry.atoms.push(atom);
  };
  collect(guard, false, mode, put);
  for (const [subject, { literals, atoms }] of subjects) {
    if (literals.length > MOST_LITERALS || (literals.length === 1 && !subject.startsWith('q'))) continue;
    if (test(literals, possibilities(subject, atoms))) return true;
  }
  return false;
}

/** The conditions that `all` (or `any`) joins, through nested ones and negations; what is joined otherwise is passed by. */
function collect(
  guard: Guard,
  negated: boolean,
  mode: 'all' | 'any',
  put: (subject: string, atom: Guard, negated: boolean) => void,
): void {
  if (guard === 'always' || 'custom' in guard) return;
  if ('not' in guard) return collect(guard.not, !negated, mode, put);
  const conjoined = (mode === 'all') !== negated;
  if ('all' in guard || 'any' in guard) {
    const parts = guardParts(guard);
    if ('all' in guard === conjoined || parts.length === 1) {
      for (const part of parts) collect(part, negated, mode, put);
    }
  } else if ('captured' in guard) {
    if (!conjoined && guard.captured.length > 1) return;
    for (const key of guard.captured) put(`k${key}`, { isSet: key }, negated);
  } else if ('decided' in guard) {
    if (typeof guard.decided === 'string') return put(`q${guard.decided}`, guard, negated);
    const expected = Object.entries(guard.decided);
    if (!conjoined && expected.length > 1) return;
    for (const entry of expected) put(`q${entry[0]}`, { decided: Object.fromEntries([entry]) }, negated);
  } else if ('calledOk' in guard) put(`t${guard.calledOk}`, guard, negated);
  else if ('done' in guard) put(`s${guard.done}`, guard, negated);
  else put(`k${keyOf(guard) ?? ''}`, guard, negated);
}

/** Worlds that differ in one subject: one for each case that the conditions on it can tell apart. */
function possibilities(subject: string, atoms: readonly Guard[]): readonly GuardFacts[] {
  const kind = subject[0];
  if (kind === 't') return [0, 1].map((calls) => world({ calls: () => calls }));
  if (kind === 's') return [false, true].map((isDone) => world({ isDone: () => isDone }));
  if (kind === 'q') return answers(subject.slice(1), atoms).map((answer) => world({ answer: () => answer }));
  return values(atoms).map((value) => world({ state: { get: () => value, has: () => value !== undefined } }));
}

function world(facts: Partial<GuardFacts>): GuardFacts {
  return {
    state: { get: () => undefined, has: () => false },
    isDone: () => false,
    calls: () => 0,
    answer: () => undefined,
    ...facts,
  };
}

function values(atoms: readonly Guard[]): ReadonlyArray<JsonValue | undefined> {
  const named: JsonValue[] = [];
  for (const atom of atoms) {
    if (typeof atom !== 'object') continue;
    if ('eq' in atom) named.push(atom.eq[1]);
    if ('atLeast' in atom) named.push(atom.atLeast[1]);
    if ('atMost' in atom) named.push(atom.atMost[1]);
  }
  // A list around everything that is named is equal to none of it.
  return [undefined, null, true, false, [named], ...named, ...numbers(named)];
}

/** Numbers before, between and behind those that are named. */
function numbers(named: readonly JsonValue[]): number[] {
  const sorted = named.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  const ends = [(sorted[0] ?? 0) - 1, (sorted.at(-1) ?? 0) + 1];
  return [...ends, ...sorted.slice(1).map((value, index) => (value + (sorted[index] ?? value)) / 2)];
}

function answers(question: string, atoms: readonly Guard[]): ReadonlyArray<DecisionAnswer | undefined> {
  const sure = (outcome: DecisionAnswer['outcome'], value?: string | number): DecisionAnswer => ({
    outcome,
    confidence: 1,
    ...(value !== undefined && { value }),
  });
  const scores: number[] = [];
  const found: Array<DecisionAnswer | undefined> = [undefined, sure('yes'), sure('no'), sure('none')];
  for (const atom of atoms) {
    if (typeof atom !== 'object' || !('decided' in atom) || typeof atom.decided === 'string') continue;
    const [, expected] = Object.entries(atom.decided).find(([id]) => id === question) ?? [];
    if (typeof expected === 'string') found.push(sure('chosen', expected));
    if (typeof expected === 'object') scores.push('atLeast' in expected ? expected.atLeast : expected.atMost);
  }
  return [...found, ...[...scores, ...numbers(scores)].map((score) => sure('scored', score))];
}
