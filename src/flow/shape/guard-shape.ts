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
  named,
  number,
  one,
  pair,
  type Shape,
  text,
  words,
} from './shape.ts';

const expectation: Shape<Expectation> = named(
  'Expectation',
  either(flag, name, one<Exclude<Expectation, boolean | string>>({ atLeast: number, atMost: number })),
);

const inner: Shape<Guard> = lazy(() => guardShape);

/** A condition. */
export const guardShape: Shape<Guard> = named(
  'Guard',
  either(
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
      decided: either(name, map(expectation, 1)),
      all: list(inner),
      any: list(inner),
      not: inner,
      custom: {
        of: code<CustomGuard['custom']>(),
        required: {},
        optional: { description: text, reads: list(name) },
      },
    }),
  ),
);
