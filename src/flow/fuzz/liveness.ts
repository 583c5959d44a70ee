/** Promises that something can still be: that conversations end, that digressions do, that repair leads somewhere. */
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { Breach } from './breach.ts';
import type { Exploration } from './exploration.ts';
import type { Invariant } from './invariant.ts';
import { isOver, type Place, placeAfter } from './place.ts';
import { type Search, wayOut } from './way-out.ts';

/** A broken promise, and where. */
export interface Stuck {
  readonly place: Place;
  readonly breach: Breach;
  /** Everything that conditions tell apart was looked at. */
  readonly proven: boolean;
}

/** Places of one digression, or one step, that are looked at. */
const SAMPLES = 4;

/** Where a promise of this kind is broken; undefined where it is kept, or is of another kind. */
export function stuckPlace(one: Invariant, explored: Exploration, search: Search): Stuck | undefined {
  if ('canAlwaysFinish' in one) return deadEnd(explored, search);
  if ('ends' in one) return endless(one.ends, explored, search);
  return 'escalates' in one ? notHandedOver(one.escalates, explored, search) : undefined;
}

function deadEnd(explored: Exploration, search: Search): Stuck | undefined {
  const places = [...explored.places.values()];
  const good = keysThatLeadTo(places.filter(isOver), explored);
  // What is over for a bad reason needs no search.
  const isEnded = ({ simulator }: Place): boolean => simulator.marking.terminated;
  for (const place of [...places.filter(isEnded), ...places]) {
    if (good.has(place.key)) continue;
    const avoid = isEnding(place) ? () => false : isEnding;
    // Nothing moves any more after the end.
    const way = place.simulator.marking.terminated
      ? 'none'
      : wayOut(place, (at) => good.has(at.key) || isOver(at), { ...search, avoid });
    if (way === 'none' || (way === 'unknown' && isFresh(search))) {
      const at = place.before === undefined ? furthest(places) : place;
      return { place: at, breach: [{ expectComplete: true }], proven: way === 'none' };
    }
    if (way === 'unknown') return undefined;
    for (let at: Place | undefined = way; at !== undefined && at !== place; at = at.before) good.add(at.key);
    good.add(place.key);
  }
  return undefined;
}

/** Whether the search itself came to its limit, not the allowance of all. */
function isFresh({ allowance }: Search): boolean {
  return allowance.steps > 0 && !allowance.isOver();
}

/** A digression that ends the conversation has begun, or has. Nobody should have to go that way. */
function isEnding({ simulator: { flow, marking } }: Place): boolean {
  const { path, terminated } = marking;
  return (
    terminated || flow.digressions.some(({ name, resume }) => resume === 'terminate' && path.includes(name))
  );
}

/** Every place from which a known road leads to one of these. */
function keysThatLeadTo(goals: readonly Place[], { edges, places }: Exploration): Set<string> {
  const from = new Map<string, string[]>();
  for (const [key, nexts] of edges) {
    for (const next of nexts) {
      const known = from.get(next);
      if (known === undefined) from.set(next, [key]);
      else known.push(key);
    }
  }
  const ends = (key: string): boolean => {
    const place = places.get(key);
    return place !== undefined && isEnding(place);
  };
  const good = new Set(goals.map(({ key }) => key));
  for (const key of good) {
    for (const before of from.get(key) ?? []) if (!ends(key) || ends(before)) good.add(before);
  }
  return good;
}

function furthest(places: readonly Place[]): Place {
  return places.reduce((best, place) => (progress(place) > progress(best) ? place : best));
}

function progress({ simulator: { marking }, depth }: Place): number {
  return marking.terminated ? 0 : marking.main.done.length * 1000 - depth;
}

function endless(name: string, { places }: Exploration, search: Search): Stuck | undefined {
  const under = [...places.values()].filter(({ simulator }) => simulator.marking.path.includes(name));
  for (const place of under.slice(0, SAMPLES)) {
    const isLeft = ({ simulator: { marking } }: Place): boolean =>
      marking.terminated || !marking.path.includes(name);
    const avoid = isEnding(place) ? () => false : isEnding;
    const way = wayOut(place, isLeft, { ...search, avoid });
    if (typeof way === 'string' && isFresh(search)) {
      return { place, breach: [{ expectPath: [] }], proven: way === 'none' };
    }
  }
  return undefined;
}

function notHandedOver(
  [from, to]: readonly [string, string],
  { places }: Exploration,
  { repertoire, sights }: Search,
): Stuck | undefined {
  const waiting = [...places.values()].filter(({ simulator: { marking, runs } }) => {
    const isAlone =
      marking.path.length === 0 && !marking.terminated && runs.every(({ ok }) => ok !== undefined);
    return isAlone && marking.main.active.includes(from);
  });
  for (const place of waiting.slice(0, SAMPLES)) {
    let isReached = false;
    placeAfter(place, repertoire.stall, sights, ({ marking: { main } }) => {
      isReached ||= main.active.includes(to) || main.done.includes(to);
    });
    if (!isReached) {
      const breach: ScenarioStep[] = [...repertoire.stall, reached(to, place)];
      return { place, breach, proven: true };
    }
  }
  return undefined;
}

/** The assertion that a conversation has got to a step of the main flow. */
export function reached(id: string, { simulator: { flow } }: Place): ScenarioStep {
  const isTerminal = flow.main.steps.some((step) => step.id === id && step.terminal);
  return isTerminal ? { expectDone: [id] } : { expectActive: [id] };
}
