import type { Guard } from '../guard/guard.ts';
import { topLayer } from '../monitor/layers.ts';
import { type Breach, breachAt } from './breach.ts';
import type { Invariant } from './invariant.ts';
import type { Place, Sights } from './place.ts';

/** What was seen of promises while places were found. */
export class Sightings {
  /** Where promises about what must never be are broken, by the shortest way. */
  readonly broken: Map<Invariant, { readonly place: Place; readonly breach: Breach }> = new Map();
  /** Promises that something can be got to, and was not yet. */
  readonly unreached: Set<Invariant>;
  /** Promises that no place has put to the test yet. */
  readonly untried: Set<Invariant>;
  readonly #forbidding: readonly Invariant[];
  readonly #sights: Sights;

  constructor(sights: Sights) {
    const isOfReach = (one: Invariant): boolean => 'reachable' in one || 'usable' in one;
    this.unreached = new Set(sights.invariants.filter(isOfReach));
    this.#forbidding = sights.invariants.filter((one) => !isOfReach(one));
    this.untried = new Set(sights.invariants.filter((one) => !isOfReach(one)));
    this.#sights = sights;
  }

  look(place: Place): void {
    const here = stepsAt(place);
    for (const one of this.unreached) {
      const isReached =
        'reachable' in one
          ? here.has(one.reachable)
          : 'usable' in one && place.standing.calls(one.usable).length > 0;
      if (isReached) this.unreached.delete(one);
    }
    for (const one of this.untried) if (isPutToTheTest(one, place)) this.untried.delete(one);
    for (const one of this.#forbidding) {
      const known = this.broken.get(one);
      if (known !== undefined && known.place.depth <= place.depth) continue;
      const breach = breachAt(one, place, this.#sights, () => this.untried.delete(one));
      if (breach !== undefined) this.broken.set(one, { place, breach });
    }
  }
}

/** Whether what the promise speaks of is the case here: it could be broken. Corrections are told by their breach. */
function isPutToTheTest(one: Invariant, place: Place): boolean {
  const { standing, simulator } = place;
  const { main, path } = simulator.marking;
  if ('atMostOnce' in one)
    return simulator.runs.some(({ tool, ok }) => tool === one.atMostOnce && ok !== false);
  if ('neverRuns' in one) return isNever(one.unless) || standing.calls(one.neverRuns).length > 0;
  if ('bound' in one) {
    const { argument, tool } = one.bound;
    return standing.calls(tool).some(({ args = {} }) => Object.hasOwn(args, argument));
  }
  if ('sameArguments' in one) return standing.calls(one.sameArguments).length > 0;
  if ('said' in one) return standing.calls(one.before).length > 0;
  if ('beforeStep' in one) return [...main.active, ...main.done].includes(one.beforeStep[1]);
  if ('deniedDuring' in one) return isOnTop(place, one.deniedDuring[0]);
  if ('ends' in one) return path.includes(one.ends);
  if ('escalates' in one) return main.active.includes(one.escalates[0]);
  return 'canAlwaysFinish' in one;
}

/** Nothing is to let the tool run: that it never can is the promise itself. */
function isNever(guard: Guard): boolean {
  return typeof guard === 'object' && 'any' in guard && guard.any.length === 0;
}

function isOnTop({ simulator: { flow, marking } }: Place, step: string): boolean {
  return topLayer(flow, marking).marking.active.includes(step);
}

/** The steps that are active or done: those of the main flow by id, others as `digression/step`. */
function stepsAt({ simulator: { marking } }: Place): ReadonlySet<string> {
  const { digressions, main } = marking;
  return new Set([
    ...main.active,
    ...main.done,
    ...Object.entries(digressions).flatMap(([name, { active, done }]) =>
      [...active, ...done].map((id) => `${name}/${id}`),
    ),
  ]);
}
