import type { CustomGuard, Expectation, Guard } from '../guard/guard.ts';
import {
  code,
  either,
  flag,
  json,
  lazy,
  list,
  map,
  name,
  number,
  one,
  pair,
  type Shape,
  text,
  words,
} from './shape.ts';

/** What an answer is expected to be. */
export const expectationShape: Shape<Expectation> = either(
  flag,
  name,
  one<Exclude<Expectation, boolean | string>>({ atLeast: number, atMost: number }),
);

const inner: Shape<Guard> = lazy(() => guardShape);

/** A condition. */
export const guardShape: Shape<Guard> = either(
  words<'always'>({ always: 1 }),
  one<Exclude<Guard, 'always'>>({
    isTrue: name,
    isSet: name,
    eq: pair(name, json),
    atLeast: pair(name, number),
    atMost: pair(name, number),
    captured: list(name),
    calledOk: name,
    done: name,
    decided: either(name, map(expectationShape, 1)),
    all: list(inner),
    any: list(inner),
    not: inner,
    custom: {
      of: code<CustomGuard['custom']>(),
      required: {},
      optional: { description: text, reads: list(name) },
    },
  }),
);
