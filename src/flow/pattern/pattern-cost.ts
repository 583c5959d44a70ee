/** How many steps an engine that tries one way after the other could need: too many are estimated, never too few. */
import { PatternRefusal } from './parse-pattern.ts';
import type { PatternNode } from './pattern-node.ts';
import { NO_UNITS, type UnitSet } from './unit-set.ts';

/** Ways to match from one place after which what must follow could follow, and the steps to try all of them. */
interface Effort {
  readonly ways: number;
  readonly steps: number;
}

/** The steps to match from one place of a text of so many characters. */
export function stepsOf(node: PatternNode, length: number): number {
  return effort(node, NO_UNITS, length).steps;
}

function effort(node: PatternNode, follow: UnitSet, length: number): Effort {
  switch (node.type) {
    case 'unit':
      return { ways: 1, steps: 1 };
    case 'nothing':
      return { ways: 1, steps: node.head };
    case 'sequence':
      return sequenceEffort(node, follow, length);
    case 'either':
      return eitherEffort(node, follow, length);
    case 'repeat':
      return repeatEffort(node, follow, length);
  }
}

type NodeOf<Type extends PatternNode['type']> = PatternNode & { readonly type: Type };

function sequenceEffort(node: NodeOf<'sequence'>, follow: UnitSet, length: number): Effort {
  let rest: Effort = { ways: 1, steps: 0 };
  let next = follow;
  let head = 1;
  for (const part of [...node.parts].reverse()) {
    const { ways, steps } = effort(part, next, length);
    // A part that may end at many places tries the beginning of what follows at each.
    const ends = part.isFixed ? steps : steps * (1 + head);
    rest = { ways: ways * rest.ways, steps: ends + ways * rest.steps };
    next = part.isEmpty ? part.first | next : part.first;
    head = part.isEmpty ? part.head + head : part.head;
  }
  return limited(node, rest, length);
}

function eitherEffort(node: NodeOf<'either'>, follow: UnitSet, length: number): Effort {
  if (node.parts.filter((part) => part.isEmpty).length > 1) {
    throw new PatternRefusal(
      'Several alternatives of one group match the empty text.',
      'Leave at most one of them empty.',
    );
  }
  const efforts = node.parts.map((part) => effort(part, follow, length));
  const ways = efforts.map((one) => one.ways);
  const total = isExclusive(node.parts, follow) ? Math.max(...ways) : sum(ways);
  return limited(node, { ways: total, steps: sum(efforts.map((one) => one.steps)) + ways.length }, length);
}

function repeatEffort(node: NodeOf<'repeat'>, follow: UnitSet, length: number): Effort {
  const { part, min, max } = node;
  if (part.isEmpty) {
    throw new PatternRefusal('It repeats something that may be empty.', 'Leave out the inner *, ? or {0,}.');
  }
  const times = Math.min(max, Math.floor(length / part.shortest));
  const inner = effort(part, max > 1 ? follow | part.first : follow, length);
  const endsClearly = min === max || (part.first & follow) === NO_UNITS;
  const counts = endsClearly ? 1 : Math.max(1, times - min + 1);
  if (inner.ways === 1) return limited(node, { ways: counts, steps: times * inner.steps + 1 }, length, 1);
  if (max === Infinity) {
    throw new PatternRefusal(
      'It repeats something that can match the same text in several ways, which can take for ever.',
      'Let every repetition begin with a sign that the rest of it cannot match, or drop one of the two repetitions.',
    );
  }
  const ways = inner.ways ** times;
  return { ways: ways * counts, steps: 2 * ways * inner.steps + 1 };
}

/** A part that matches in one way only goes over the text once, whatever it is made of. */
function limited(node: PatternNode, { ways, steps }: Effort, length: number, inner: number = ways): Effort {
  if (inner > 1) return { ways, steps };
  return { ways, steps: Math.min(steps, (Math.min(node.longest, length) + 1) * (1 + node.width)) };
}

/** Whether no two alternatives match the same text, as far as their first places tell. */
function isExclusive(parts: readonly PatternNode[], follow: UnitSet): boolean {
  const ahead = parts.map((part) => (part.isFixed ? [...part.ahead, follow] : part.ahead));
  return ahead.every((one, index) =>
    ahead
      .slice(index + 1)
      .every((other) => one.some((set, at) => at < other.length && (set & (other[at] ?? 0n)) === 0n)),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
