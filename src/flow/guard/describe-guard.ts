import type { JsonValue } from '../state-reader.ts';
import type { Expectation, Guard } from './guard.ts';
import { MAX_GUARD_DEPTH } from './holds.ts';

/** The condition in words, for the model and for people; for example `amount is known and (consent is true or waived is true)`. */
export function describeGuard(guard: Guard): string {
  return describe(guard, false, 0);
}

function describe(guard: Guard, negated: boolean, depth: number): string {
  if (guard === 'always') return negated ? 'never' : 'always';
  const is = negated ? 'is not' : 'is';
  const has = negated ? 'has not' : 'has';
  if ('isTrue' in guard) return `${guard.isTrue} ${is} true`;
  if ('isSet' in guard) return `${guard.isSet} ${is} known`;
  if ('eq' in guard) return `${guard.eq[0]} ${is} ${literal(guard.eq[1])}`;
  if ('atLeast' in guard) return `${guard.atLeast[0]} ${is} at least ${guard.atLeast[1]}`;
  if ('atMost' in guard) return `${guard.atMost[0]} ${is} at most ${guard.atMost[1]}`;
  if ('calledOk' in guard) return `${guard.calledOk} ${has} succeeded`;
  if ('done' in guard) return `step "${guard.done}" ${is} done`;
  if (depth > MAX_GUARD_DEPTH) return '…';
  if (negated) return `not (${describe(guard, false, depth)})`;
  if ('captured' in guard) return listed(guard.captured, 'and', ' is known', ' are known');
  if ('decided' in guard) return decision(guard.decided);
  if ('custom' in guard) return guard.description ?? 'a condition set by the application';
  if ('not' in guard) return describe(guard.not, true, depth + 1);
  const [parts, word] = 'all' in guard ? [guard.all, 'and'] : [guard.any, 'or'];
  if (parts.length === 0) return word === 'and' ? 'always' : 'never';
  return listed(
    parts.map((part) => {
      const text = describe(part, false, depth + 1);
      return parts.length > 1 && isCompound(part) ? `(${text})` : text;
    }),
    word,
  );
}

/** Whether its words would run into those of its neighbours. */
function isCompound(guard: Guard): boolean {
  if (guard === 'always') return false;
  if ('all' in guard) return guard.all.length > 1;
  if ('any' in guard) return guard.any.length > 1;
  if ('captured' in guard) return guard.captured.length > 1;
  return 'decided' in guard && typeof guard.decided !== 'string' && Object.keys(guard.decided).length > 1;
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
  const json = JSON.stringify(value);
  return json.length > 80 ? `${json.slice(0, 79)}…` : json;
}
