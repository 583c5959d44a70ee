import { type OptionProblem, RuntimeError } from '../runtime-error.ts';
import type { SecretFinders } from './scrubber.ts';
import { DigitFinder } from './secrets/digit-finder.ts';
import { MAX_RUN_DIGITS } from './secrets/digit-run.ts';
import { PatternFinder } from './secrets/pattern-finder.ts';
import { PatternProblem } from './secrets/pattern-parser.ts';
import { compilePattern, type PatternProgram } from './secrets/pattern-program.ts';

/** A secret of the application's own kind. */
export interface RedactionPattern {
  /**
   * A text, matched in any case, or a regular expression without look-around and back-references; its flags `i`, `s` and
   * `u` count. Matching takes linear time, whatever the expression. It sees UTF-16 units: a class does not match the two
   * halves of an emoji.
   */
  readonly pattern: RegExp | string;
  /** What stands in its place, in square brackets. Default `redacted`. */
  readonly label?: string;
  /**
   * The longest match in UTF-16 units, at most 4,096; that much text may be held back. Of a longer match at
   * least the last `maxLength` units are masked. Default what the expression can match at most, or 256 when there is no most.
   */
  readonly maxLength?: number;
}

/** What must not leave the process in words. What is left out is not looked for. */
export interface RedactionOptions {
  /**
   * Payment cards: 13 to 19 digits with a valid check digit, also with up to three blanks, dashes, commas or full stops
   * between groups, also spoken in English digit by digit; shown as `[card ending 4242]`. Default false. One other number
   * of such length in ten has a valid check digit too, and is masked.
   */
  readonly cards?: boolean;
  /** Runs of at least so many digits, from 3 to 64, written or spoken as for cards; shown as `[digits]`. Default none. */
  readonly digitRuns?: number;
  readonly patterns?: ReadonlyArray<RedactionPattern | RegExp | string>;
}

/** Everything that is wrong with the options; `path` is where they stand, for example `redaction`. */
export function redactionProblems(options: RedactionOptions, path: string): readonly OptionProblem[] {
  return read(options, path).problems;
}

/** What finds the secrets of these options. Throws `invalidOptions` with every problem. */
export function secretFinders(options: RedactionOptions): SecretFinders {
  const { finders, problems } = read(options, 'redaction');
  if (problems.length === 0) return finders;
  const text = problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
  throw new RuntimeError('invalidOptions', `The redaction cannot work: ${text}`, { problems });
}

function read(
  options: RedactionOptions,
  path: string,
): { finders: SecretFinders; problems: OptionProblem[] } {
  const finders: SecretFinders[number][] = [];
  const problems: OptionProblem[] = [];
  const { cards = false, digitRuns = Number.POSITIVE_INFINITY, patterns = [] } = options;
  if (digitRuns !== Number.POSITIVE_INFINITY && !isCount(digitRuns)) {
    const message = `must be a whole number from 3 to ${MAX_RUN_DIGITS}`;
    problems.push({ path: `${path}.digitRuns`, message });
  }
  if (cards || digitRuns !== Number.POSITIVE_INFINITY) {
    finders.push((found) => new DigitFinder({ cards, minDigits: digitRuns }, found));
  }
  patterns.forEach((entry, index) => {
    const program = compiled(entry);
    if (typeof program === 'string') problems.push({ path: `${path}.patterns[${index}]`, message: program });
    else finders.push((found) => new PatternFinder(program, found));
  });
  return { finders, problems };
}

function isCount(digits: number): boolean {
  return Number.isInteger(digits) && digits >= 3 && digits <= MAX_RUN_DIGITS;
}

/** The pattern made ready, or what is wrong with it. */
function compiled(entry: RedactionPattern | RegExp | string): PatternProgram | string {
  const full: RedactionPattern =
    typeof entry === 'string' || entry instanceof RegExp ? { pattern: entry } : entry;
  try {
    return compilePattern(full.pattern, `[${full.label ?? 'redacted'}]`, full.maxLength);
  } catch (cause) {
    if (cause instanceof PatternProblem) return cause.message;
    throw cause;
  }
}
