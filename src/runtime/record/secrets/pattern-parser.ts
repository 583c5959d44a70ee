import type { PatternNode } from './pattern-node.ts';
import { END_OF_TEXT } from './secret-finder.ts';

/** Why a pattern cannot be used, and what to do; thrown within this folder and turned into an option's problem. */
export class PatternProblem {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** What a plain string matches: itself, in any case. */
export function parseText(text: string): PatternNode {
  const nodes = text.split('').map((unit) => unitNode(escaped(unit), 'i'));
  return { type: 'sequence', nodes };
}

/**
 * Reads a regular expression without look-around and back-references: what is left is matched in linear time. Throws
 * {@link PatternProblem} for what is not supported. Flags `i`, `s`, `u` count; `m` and `v` are not supported.
 */
export function parsePattern(pattern: RegExp): PatternNode {
  if (pattern.multiline) throw new PatternProblem('the flag m is not supported: leave it out');
  if (pattern.flags.includes('v')) throw new PatternProblem('the flag v is not supported: use u');
  return new Parser(pattern.source, pattern.flags.replace(/[^isu]/g, '')).parse();
}

const WORD = /\w/;
const LOOK_AROUND = /^\?<?[=!]/;
const NAMED_GROUP = /^\?<[^>]+>/;
const COUNT = /^\{(\d+)(,(\d*))?\}/;
const CLASS = /^\[(?:\\.|[^\\\]])*\]/s;
/** One escape: by code, of a property or class, a control letter, or of the character itself. */
const ESCAPE = /^\\(?:x[\da-fA-F]{2}|u\{[\da-fA-F]+\}|u[\da-fA-F]{4}|[pP]\{[^}]*\}|c[a-zA-Z]|[\s\S])/;
const MAX_DEPTH = 100;

class Parser {
  readonly #flags: string;
  #rest: string;
  #depth = 0;

  constructor(source: string, flags: string) {
    this.#rest = source;
    this.#flags = flags;
  }

  parse(): PatternNode {
    return this.#either();
  }

  #either(): PatternNode {
    if (++this.#depth > MAX_DEPTH) throw new PatternProblem('groups nest too deep');
    const nodes = [this.#sequence()];
    while (this.#accept('|')) nodes.push(this.#sequence());
    this.#depth -= 1;
    return { type: 'either', nodes };
  }

  #sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.#rest !== '' && this.#rest[0] !== '|' && this.#rest[0] !== ')') {
      nodes.push(this.#quantified(this.#atom()));
    }
    return { type: 'sequence', nodes };
  }

  #quantified(node: PatternNode): PatternNode {
    const count = COUNT.exec(this.#rest);
    let limits: readonly [number, number] | undefined;
    if (count !== null) {
      this.#skip(count[0].length);
      const min = Number(count[1]);
      limits = [min, count[2] === undefined ? min : count[3] ? Number(count[3]) : Number.POSITIVE_INFINITY];
    } else if (this.#accept('*')) limits = [0, Number.POSITIVE_INFINITY];
    else if (this.#accept('+')) limits = [1, Number.POSITIVE_INFINITY];
    else if (this.#accept('?')) limits = [0, 1];
    if (limits === undefined) return node;
    // Lazy or greedy: every match is found all the same.
    this.#accept('?');
    return { type: 'repeat', node, min: limits[0], max: limits[1] };
  }

  #atom(): PatternNode {
    if (this.#accept('(')) return this.#group();
    if (this.#accept('^')) return { type: 'assert', holds: (before) => before === END_OF_TEXT };
    if (this.#accept('$')) return { type: 'assert', holds: (_, after) => after === END_OF_TEXT };
    if (this.#accept('\\b')) return { type: 'assert', holds: (a, b) => isWord(a) !== isWord(b) };
    if (this.#accept('\\B')) return { type: 'assert', holds: (a, b) => isWord(a) === isWord(b) };
    if (/^\\[1-9k]/.test(this.#rest)) throw new PatternProblem('back-references are not supported');
    if (!this.#flags.includes('u') && /^\\(?:u|p|P)\{/.test(this.#rest)) {
      throw new PatternProblem('\\u{…} and \\p{…} need the flag u');
    }
    const special = CLASS.exec(this.#rest) ?? ESCAPE.exec(this.#rest);
    if (special !== null) {
      this.#skip(special[0].length);
      return this.#special(special[0]);
    }
    const point = String.fromCodePoint(this.#rest.codePointAt(0) ?? 0);
    const unit = this.#flags.includes('u') ? point : (this.#rest[0] ?? '');
    this.#skip(unit.length);
    return unit === '.' ? unitNode('.', this.#flags) : this.#literal(unit);
  }

  #group(): PatternNode {
    if (LOOK_AROUND.test(this.#rest))
      throw new PatternProblem('look-ahead and look-behind are not supported');
    const name = NAMED_GROUP.exec(this.#rest);
    if (name !== null) this.#skip(name[0].length);
    else if (!this.#accept('?:') && this.#rest.startsWith('?')) {
      throw new PatternProblem('flags within a group are not supported');
    }
    const node = this.#either();
    this.#accept(')');
    return node;
  }

  /** A class or an escape. */
  #special(source: string): PatternNode {
    const point = /^\\u\{([\da-fA-F]+)\}$/.exec(source);
    if (point?.[1] !== undefined && this.#flags.includes('u')) {
      return this.#literal(String.fromCodePoint(Number.parseInt(point[1], 16)));
    }
    return unitNode(source, this.#flags);
  }

  #literal(text: string): PatternNode {
    const nodes = text.split('').map((unit) => unitNode(escaped(unit), this.#flags));
    return { type: 'sequence', nodes };
  }

  #accept(text: string): boolean {
    if (!this.#rest.startsWith(text)) return false;
    this.#skip(text.length);
    return true;
  }

  #skip(length: number): void {
    this.#rest = this.#rest.slice(length);
  }
}

/** The platform itself says which single unit an atom matches, so classes, properties and case are its own. */
function unitNode(atom: string, flags: string): PatternNode {
  const single = new RegExp(`^(?:${atom})$`, flags);
  const test = (unit: number): boolean => single.test(String.fromCharCode(unit));
  const ascii = Uint8Array.from({ length: 128 }, (_, unit) => Number(test(unit)));
  return { type: 'unit', matches: (unit) => (unit < 128 ? ascii[unit] === 1 : test(unit)) };
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function isWord(unit: number): boolean {
  return unit !== END_OF_TEXT && unit < 128 && WORD.test(String.fromCharCode(unit));
}
