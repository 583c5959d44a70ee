import { type Breach, breachAt } from './breach.ts';
import type { Invariant } from './invariant.ts';
import type { Place, Sights } from './place.ts';

/** What was seen of promises while places were found. */
export class Sightings {
  /** Where promises about what must never be are broken, by the shortest way. */
  readonly broken: Map<Invariant, { readonly place: Place; readonly breach: Breach }> = new Map();
  /** Promises that something can be got to, and was not yet. */
  readonly unreached: Set<Invariant>;
  readonly #forbidding: readonly Invariant[];
  readonly #sights: Sights;

  constructor(sights: Sights) {
    const isOfReach = (one: Invariant): boolean => 'reachable' in one || 'usable' in one;
    this.unreached = new Set(sights.invariants.filter(isOfReach));
    this.#forbidding = sights.invariants.filter((one) => !isOfReach(one));
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
    for (const one of this.#forbidding) {
      const known = this.broken.get(one);
      if (known !== undefined && known.place.depth <= place.depth) continue;
      const breach = breachAt(one, place, this.#sights);
      if (breach !== undefined) this.broken.set(one, { place, breach });
    }
  }
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
