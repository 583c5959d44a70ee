/** Looks at where conversations get to: first along the road of somebody who helps, then with one thing gone wrong, then two. */

import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { helpfulMoves, success, written } from './helpful-moves.ts';
import { firstPlace, type Place, placeAfter, type Sights } from './place.ts';
import type { Move, Repertoire } from './repertoire.ts';

/** How much may still be done. */
export interface Allowance {
  /** Steps that may be played. */
  steps: number;
  /** Whether the time is up. */
  readonly isOver: () => boolean;
}

export interface Exploring {
  readonly target: CompiledConversation | CompiledFlow;
  readonly repertoire: Repertoire;
  readonly sights: Sights;
  readonly random: () => number;
  readonly allowance: Allowance;
  /** Told of every place once. */
  readonly found: (place: Place) => void;
}

interface Job {
  readonly place: Place;
  readonly deviations: number;
  readonly everything: boolean;
}

/** More places are not kept: each holds a state and a marking. */
const MOST_PLACES = 20_000;
/** Jobs whose road is longer are done with these. */
const LONG = 128;

export class Exploration {
  readonly places: Map<string, Place> = new Map();
  /** Where each place leads, as far as was looked at. */
  readonly edges: Map<string, Set<string>> = new Map();
  readonly #with: Exploring;
  /** By deviations and length of the road. */
  readonly #jobs: Job[][] = [];
  #next = 0;

  constructor(exploring: Exploring) {
    this.#with = exploring;
    const first = firstPlace(exploring.target, exploring.sights);
    this.#arrive(first, 0);
  }

  /** Goes on until everything is seen or the allowance is used. Returns whether everything was. */
  run(): boolean {
    for (; this.#next < this.#jobs.length; this.#next++) {
      const jobs = this.#jobs[this.#next] ?? [];
      for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
        if (!this.mayGoOn()) return false;
        if (job.everything) this.#tryEverything(job);
        else this.#help(job);
      }
    }
    return true;
  }

  /** Whether somebody who only helps has been everywhere: what was not reached then is hard to reach, at least. */
  get isHelped(): boolean {
    return this.#next >= LONG;
  }

  mayGoOn(): boolean {
    const { allowance } = this.#with;
    return allowance.steps > 0 && this.places.size < MOST_PLACES && !allowance.isOver();
  }

  /** A conversation at random from a place that was reached, `length` moves long. */
  wander(length: number): void {
    const { random, repertoire } = this.#with;
    const places = [...this.places.values()];
    let place = places[Math.floor(random() * places.length)];
    for (let move = 0; move < length && place !== undefined && this.mayGoOn(); move++) {
      const moves = random() < 0.6 ? helpfulMoves(place, repertoire).flat() : allMoves(place, repertoire);
      const chosen = moves[Math.floor(random() * moves.length)];
      const next: Place | undefined = chosen && this.go(place, chosen, 9);
      place = next ?? place;
    }
  }

  /** Plays a move. The place that was reached first stands for all that nothing tells apart. */
  go(from: Place, move: Move, deviations: number): Place | undefined {
    const { allowance, sights } = this.#with;
    allowance.steps -= move.length;
    const place = placeAfter(from, move, sights);
    if (place === undefined) return undefined;
    const edges = this.edges.get(from.key) ?? new Set();
    this.edges.set(from.key, edges.add(place.key));
    this.#arrive(place, deviations);
    return place;
  }

  #arrive(place: Place, deviations: number): void {
    if (this.places.has(place.key)) return;
    this.places.set(place.key, place);
    this.#with.found(place);
    this.#post({ place, deviations, everything: false });
    this.#post({ place, deviations: deviations + 1, everything: true });
  }

  #post(job: Job): void {
    const index = job.deviations * LONG + Math.min(LONG - 1, job.place.depth);
    // Nothing that was passed comes again: a shorter road to what is new waits in the present row.
    const row = Math.max(index, this.#next);
    const jobs = this.#jobs[row] ?? [];
    this.#jobs[row] = jobs;
    jobs.push(job);
  }

  #help({ place, deviations }: Job): void {
    for (const group of helpfulMoves(place, this.#with.repertoire)) {
      for (const move of group) {
        const next = this.go(place, move, deviations);
        if (next !== undefined && next.key !== place.key) break;
      }
    }
  }

  #tryEverything({ place, deviations }: Job): void {
    const { random, repertoire } = this.#with;
    for (const move of shuffled(allMoves(place, repertoire), random)) {
      if (!this.mayGoOn()) return;
      this.go(place, move, deviations);
    }
  }
}

/** Everything that can be done: what is said and written, and calls that succeed, fail, or take their time. */
export function allMoves({ standing }: Place, repertoire: Repertoire): readonly Move[] {
  const calls = [...repertoire.tools.keys()].flatMap((tool) =>
    standing.calls(tool).flatMap((call, index): readonly Move[] => {
      const { args, response } = call;
      const bare = { tool, ...(args && { args }) };
      const succeeds: readonly Move[] = call.succeeds
        ? [
            [success(call)],
            ...(index > 0
              ? []
              : [[{ scheduleTool: { ...bare, after: 2, ...(response !== undefined && { response }) } }]]),
          ]
        : [];
      return [...succeeds, ...(response === undefined ? [[{ toolFailed: written(bare) }]] : [])];
    }),
  );
  return [...repertoire.moves, ...calls];
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const mixed = [...items];
  for (let last = mixed.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    // Both are places of the list.
    [mixed[last], mixed[other]] = [mixed[other] as T, mixed[last] as T];
  }
  return mixed;
}
