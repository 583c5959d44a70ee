import { either, nothing, type PatternNode, repeat, sequence, unit } from './pattern-node.ts';
import { atomSet, literalSet, type UnitSet } from './unit-set.ts';

/** Why a pattern is refused, and what to write instead; thrown and caught within this folder. */
export class PatternRefusal {
  readonly message: string;
  readonly hint: string;

  constructor(message: string, hint: string) {
    this.message = message;
    this.hint = hint;
  }
}

const MAX_DEPTH = 50;
/** Ways in which what is looked at, ahead or behind, may be there. */
const MAX_LOOK = 200;
const COUNT = /^\{(\d+)(,(\d*))?\}/;
const CLASS = /^\[(?:\\.|[^\\\]])*\]/s;
/** An escape by code, of a property, a control letter, a named group, or of one character. */
const ESCAPE =
  /^\\(?:x[\da-fA-F]{2}|u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|[pP]\{[^}]*\}|c[a-zA-Z]|[^a-zA-Z\d]|[a-zA-Z\d])/;
const GROUP = /^\((?:\?(:|[=!]|<[=!]|<[^>=!][^>]*>|))?/;

/** Reads a pattern that the platform accepts. Throws {@link PatternRefusal} for what cannot be judged. */
export function parsePattern(source: string, flags: string): PatternNode {
  const known = new Map<string, UnitSet>();
  let rest = source;
  let depth = 0;

  const take = (length: number): string => {
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    return taken;
  };
  const accept = (text: string): boolean => rest.startsWith(text) && take(text.length) === text;

  function alternatives(): PatternNode {
    if (++depth > MAX_DEPTH) throw new PatternRefusal('Its groups nest too deep.', 'Write fewer groups.');
    const parts = [row()];
    while (accept('|')) parts.push(row());
    depth--;
    return either(parts);
  }

  function row(): PatternNode {
    const parts: PatternNode[] = [];
    while (rest !== '' && rest[0] !== '|' && rest[0] !== ')') parts.push(quantified(atom()));
    return parts.length === 0 ? nothing(1) : sequence(parts);
  }

  function quantified(part: PatternNode): PatternNode {
    const limits = quantifier();
    if (limits === undefined) return part;
    // Greedy or lazy: as many ways, in another order.
    accept('?');
    return repeat(part, ...limits);
  }

  function quantifier(): readonly [number, number] | undefined {
    if (accept('*')) return [0, Infinity];
    if (accept('+')) return [1, Infinity];
    if (accept('?')) return [0, 1];
    const count = rest[0] === '{' ? COUNT.exec(rest) : null;
    if (count === null) return undefined;
    take(count[0].length);
    const min = Number(count[1]);
    return [min, count[2] === undefined ? min : count[3] === '' ? Infinity : Number(count[3])];
  }

  function atom(): PatternNode {
    if (rest[0] === '(') return group();
    if (accept('^') || accept('$') || accept('\\b') || accept('\\B')) return nothing(1);
    return rest[0] === '\\' || rest[0] === '[' ? classOrEscape() : literal();
  }

  function classOrEscape(): PatternNode {
    if (/^\\(?:\d|k)/.test(rest)) {
      throw new PatternRefusal('A back-reference can take an age.', 'Write out what may come again.');
    }
    const isOdd = flags.includes('u') ? /^\\u[dD]/ : /^\\(?:[upP]\{|c(?![a-zA-Z]))/;
    if (isOdd.test(rest)) {
      throw new PatternRefusal(
        'One of its escapes is not known here.',
        'Use \\u{…} and \\p{…}, with the flag u.',
      );
    }
    const special = CLASS.exec(rest)?.[0] ?? ESCAPE.exec(rest)?.[0];
    if (special === undefined) return literal();
    take(special.length);
    // A sign that is escaped means itself.
    if (/^\\[!-/:-@[-`{-~]$/.test(special)) return unit(literalSet(special.slice(1), flags));
    return unit(atomSet(special, flags, known));
  }

  function literal(): PatternNode {
    const point = flags.includes('u') ? String.fromCodePoint(rest.codePointAt(0) ?? 0) : rest.slice(0, 1);
    take(point.length);
    return unit(point === '.' ? atomSet('.', flags, known) : literalSet(point, flags));
  }

  function group(): PatternNode {
    const [opening = '', kind] = GROUP.exec(rest) ?? [];
    if (kind === '')
      throw new PatternRefusal('Flags within a group are not known here.', 'Give the flags apart.');
    take(opening.length);
    const inner = alternatives();
    accept(')');
    const looks = kind !== undefined && /^<?[=!]$/.test(kind);
    return looks ? nothing(looked(inner)) : inner;
  }

  return alternatives();
}

/** The steps of a look ahead or behind: at so few places, in so few ways, that they count for nothing. */
function looked(part: PatternNode): number {
  const steps = waysOf(part) * (part.longest + part.width);
  if (steps <= MAX_LOOK) return steps + 1;
  throw new PatternRefusal(
    'What it looks at, ahead or behind, may be long or be there in many ways.',
    'Look at a few characters only, without * and +.',
  );
}

/** The most ways in which a part can match, whatever the text. */
function waysOf(part: PatternNode): number {
  if (part.type === 'sequence') return part.parts.reduce((ways, one) => ways * waysOf(one), 1);
  if (part.type === 'either') return part.parts.reduce((ways, one) => ways + waysOf(one), 0);
  if (part.type !== 'repeat') return 1;
  const inner = waysOf(part.part);
  return inner === 1 ? part.max - part.min + 1 : (inner + 1) ** part.max;
}
