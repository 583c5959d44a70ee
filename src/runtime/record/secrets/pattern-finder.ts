import type { PatternProgram } from './pattern-program.ts';
import { END_OF_TEXT, type FoundSecret, type SecretFinder } from './secret-finder.ts';

/**
 * Follows all matches of a pattern at once (Thompson, CACM 11(6), 1968): the time per unit is bounded by the size of the
 * pattern, whatever the text. Of matches that begin at different places and have come to the same step only the earliest
 * goes on, for their futures are the same.
 *
 * A match that grows over `maxLength` goes on with its beginning let go: of one that is too long at least the last
 * `maxLength` units are found.
 */
export class PatternFinder implements SecretFinder {
  readonly #program: PatternProgram;
  readonly #found: FoundSecret;
  /** Steps to go on from with the next unit, and where their matches began; earliest first. */
  #steps: number[] = [];
  #starts: number[] = [];
  #nextSteps: number[] = [];
  #nextStarts: number[] = [];
  /** When a step was last visited, counted in units. */
  readonly #visited: Float64Array;
  readonly #stack: number[] = [];
  #visit = 0;
  #before: number = END_OF_TEXT;

  constructor(program: PatternProgram, found: FoundSecret) {
    this.#program = program;
    this.#found = found;
    this.#visited = new Float64Array(program.steps.length);
  }

  get openFrom(): number {
    return this.#starts[0] ?? Number.POSITIVE_INFINITY;
  }

  step(unit: number, position: number): void {
    this.#visit += 1;
    this.#nextSteps.length = 0;
    this.#nextStarts.length = 0;
    for (let index = 0; index < this.#steps.length; index++) {
      this.#follow(this.#steps[index] ?? 0, this.#starts[index] ?? 0, unit, position);
    }
    this.#follow(this.#program.start, position, unit, position);
    const steps = this.#steps;
    const starts = this.#starts;
    this.#steps = this.#nextSteps;
    this.#starts = this.#nextStarts;
    this.#nextSteps = steps;
    this.#nextStarts = starts;
    this.#before = unit;
  }

  /** Goes from a step over everything that needs no unit, and then over this one. */
  #follow(step: number, start: number, unit: number, position: number): void {
    this.#stack.push(step);
    for (let at = this.#stack.pop(); at !== undefined; at = this.#stack.pop()) {
      if (this.#visited[at] === this.#visit) continue;
      this.#visited[at] = this.#visit;
      const action = this.#program.steps[at];
      if (action === undefined) continue;
      if (action.type === 'fork') this.#stack.push(action.other, action.next);
      else if (action.type === 'assert') {
        if (action.holds(this.#before, unit)) this.#stack.push(action.next);
      } else if (action.type === 'match') this.#match(start, position);
      else if (unit !== END_OF_TEXT && action.matches(unit)) {
        this.#nextSteps.push(action.next);
        this.#nextStarts.push(Math.max(start, position + 1 - this.#program.maxLength));
      }
    }
  }

  #match(start: number, end: number): void {
    if (end > start) this.#found(start, end, this.#program.mask);
  }
}
