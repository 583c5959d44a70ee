import type { Invariant } from '../fuzz/invariant.ts';
import { guardShape as guard } from './guard-shape.ts';
import { name, named, object, one, pair, type Shape, text, yes } from './shape.ts';

type Bound = Extract<Invariant, { readonly bound: unknown }>['bound'];

/** The shape of an invariant. */
export const invariantShape: Shape<Invariant> = named(
  'Invariant',
  one<Invariant, 'unless' | 'while' | 'before'>({
    neverRuns: { of: name, required: { unless: guard }, optional: {} },
    atMostOnce: name,
    bound: object<Bound>(undefined, { tool: name, argument: name, stateKey: name }, {}),
    sameArguments: { of: name, required: { while: guard }, optional: {} },
    said: { of: text, required: { before: name }, optional: {} },
    beforeStep: pair(name, name),
    deniedDuring: pair(name, name),
    afterCorrection: { of: name, required: {}, optional: { reopens: name, denies: name } },
    reachable: name,
    usable: name,
    canAlwaysFinish: yes,
    ends: name,
    escalates: pair(name, name),
  }),
);
