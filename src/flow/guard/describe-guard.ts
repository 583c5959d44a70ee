import { cut } from '../cut.ts';
import type { JsonValue } from '../state-reader.ts';
import type { Expectation, Guard } from './guard.ts';
import { guardParts, keyOf } from './guard-parts.ts';
import { MAX_GUARD_DEPTH } from './holds.ts';

/** The condition in words, for the model and for people; for example `amount is known and (consent is true or waived is true)`. */
export function describeGuard(guard: Guard): string {
  return describe(guard, false, 0);
}

function describe(guard: Guard, negated: boolean, depth: number): string {
  if (guard === 'always') return negated ? 'never' : 'always';
  const is = negated ? 'is not' : 'is';
  const has = negated ? 'has not' : 'has';
  const key = keyOf(guard);
  if (key !== undefined) return `${key} ${is} ${standing(guard)}`;
  if ('calledOk' in guard) return `${guard.calledOk} ${has} succeeded`;
  if ('done' in guard) return `step "${guard.done}" ${is} done`;
  if (depth > MAX_GUARD_DEPTH) return '…';
  if (negated) return `not (${describe(guard, false, depth)})`;
  if ('captured' in guard) return listed(guard.captured, 'and', ' is known', ' are known');
  if ('decided' in guard) return decision(guard.decided);
  if ('custom' in guard) return guard.description ?? 'a condition set by the application';
  if ('not' in guard) return describe(guard.not, true, depth + 1);
  const parts = guardParts(guard);
  const word = 'all' in guard ? 'and' : 'or';
  if (parts.length === 0) return word === 'and' ? 'always' : 'never';
  return listed(
    parts.map((part) => {
      const text = describe(part, false, depth + 1);
      return parts.length > 1 && isCompound(part) ? `(${text})` : text;
    }),
    word,
  );
}

/** What a condition on one key says that it is. */
function standing(guard: Exclude<Guard, 'always'>): string {
  if ('eq' in guard) return literal(guard.eq[1]);
  if ('atLeast' in guard) return `at least ${guard.atLeast[1]}`;
  if ('atMost' in guard) return `at most ${guard.atMost[1]}`;
  return 'isSet' in guard ? 'known' : 'true';
}

/** Whether its words would run into those of its neighbours. */
function isCompound(guard: Guard): boolean {
  if (guard === 'always') return false;
  if ('captured' in guard) return guard.captured.length > 1;
  if ('decided' in guard) return typeof guard.decided !== 'string' && Object.keys(guard.decided).length > 1;
  return guardParts(guard).length > 1;
}

function decision(decided: string | { readonly [question: string]: Expectation }): string {
  if (typeof decided === 'string') return `question "${decided}" is answered`;
  return listed(
    Object.entries(decided).map(([question, expected]) => {
      if (typeof expected === 'object') {
        const [word, limit] = 'atLeast' in expected ? ['least', expected.atLeast] : ['most', expected.atMost];
        return `the score of "${question}" is at ${word} ${limit}`;
      }
      const wanted = typeof expected === 'string' ? literal(expected) : expected ? 'yes' : 'no';
      return `the answer to "${question}" is ${wanted}`;
    }),
    'and',
  );
}

function listed(items: readonly string[], word: string, singular = '', plural = ''): string {
  if (items.length < 2) return items.length === 0 ? 'always' : `${items[0]}${singular}`;
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1)}${plural}`;
}

/** A value as JSON; a long one is cut. */
function literal(value: JsonValue): string {
  return cut(JSON.stringify(value), 80);
}
