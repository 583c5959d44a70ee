import type { Allowance } from './exploration.ts';
import { allMoves } from './exploration.ts';
import { helpfulMoves } from './helpful-moves.ts';
import { type Place, placeAfter, type Sights } from './place.ts';
import type { Move, Repertoire } from './repertoire.ts';

export interface Search {
  readonly repertoire: Repertoire;
  readonly sights: Sights;
  readonly allowance: Allowance;
  /** Places that are no way. */
  readonly avoid?: (place: Place) => boolean;
}

/** `unknown`: the allowance was used up before everything was looked at. */
export type WayOut = Place | 'none' | 'unknown';

/** Moves that are tried by somebody who helps, before everything is. */
const HELPFUL = 600;
const THOROUGH = 6000;

/** A place where the goal is reached, found from `from`. */
export function wayOut(from: Place, isGoal: (place: Place) => boolean, search: Search): WayOut {
  const helped = searched(from, isGoal, search, HELPFUL, false);
  return typeof helped === 'object' ? helped : searched(from, isGoal, search, THOROUGH, true);
}

function searched(
  from: Place,
  isGoal: (place: Place) => boolean,
  { allowance, avoid, repertoire, sights }: Search,
  limit: number,
  everything: boolean,
): WayOut {
  const seen = new Set([from.key]);
  const open = [from];
  let left = limit;
  for (let place = open.pop(); place !== undefined; place = everything ? open.shift() : open.pop()) {
    const groups: readonly (readonly Move[])[] = everything
      ? [...helpfulMoves(place, repertoire), allMoves(place, repertoire)]
      : helpfulMoves(place, repertoire);
    for (const group of groups) {
      for (const move of group) {
        if (left <= 0 || allowance.steps <= 0 || allowance.isOver()) return 'unknown';
        left -= 1;
        allowance.steps -= move.length;
        const next = placeAfter(place, move, sights);
        if (next === undefined || seen.has(next.key) || avoid?.(next) === true) continue;
        if (isGoal(next)) return next;
        seen.add(next.key);
        open.push(next);
        if (!everything) break;
      }
    }
  }
  return 'none';
}
