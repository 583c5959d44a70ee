import { equivalent } from '../equivalence.ts';
import type { SimulatedCall } from '../scenario/flow-simulator.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import type { Invariant } from './invariant.ts';
import { type Place, placeAfter, type Sights } from './place.ts';
import type { Move } from './repertoire.ts';
import { toolOf } from './repertoire.ts';

/** What leads from a place to a broken promise: further steps, the last one an assertion that fails. */
export type Breach = readonly ScenarioStep[];

/**
 * How a promise about what must never be is broken here; undefined when it is not, or is of another kind. `tried` is told
 * when a correction came about, so that a promise about it was put to the test.
 */
export function breachAt(
  one: Invariant,
  place: Place,
  sights: Sights,
  tried: () => void = () => undefined,
): Breach | undefined {
  const { simulator, standing, witness } = place;
  if ('beforeStep' in one) {
    return witness.isBrokenHere(one, simulator) ? [{ expectDone: [one.beforeStep[0]] }] : undefined;
  }
  if ('afterCorrection' in one) return breachByCorrection(one, place, sights, tried);
  const tool = toolOf(one);
  if (tool === undefined || 'usable' in one) return undefined;
  const call = standing.calls(tool).find((open) => witness.isBrokenBy(one, open, standing.simulator));
  return call && [denied(call)];
}

function breachByCorrection(
  one: Extract<Invariant, { readonly afterCorrection: string }>,
  place: Place,
  sights: Sights,
  tried: () => void,
): Breach | undefined {
  const { afterCorrection: key, denies, reopens } = one;
  const old = place.simulator.state.get(key) ?? null;
  const wasDone = reopens !== undefined && place.simulator.marking.main.done.includes(reopens);
  const couldRun = denies !== undefined && place.standing.calls(denies).length > 0;
  if (old === null || !(wasDone || couldRun)) return undefined;
  for (const move of (sights.repertoire.writers.get(key) ?? []).filter(endsTurn)) {
    const after = placeAfter(place, move, sights);
    if (after === undefined || after.simulator.marking.terminated) continue;
    const corrected = after.simulator.state.get(key) ?? null;
    if (corrected === null || equivalent(old, corrected)) continue;
    tried();
    if (wasDone && after.simulator.marking.main.done.includes(reopens)) {
      return [...move, { expectOpen: [reopens] }];
    }
    const [call] = couldRun ? after.standing.calls(denies) : [];
    if (call !== undefined) return [...move, denied(call)];
  }
  return undefined;
}

function endsTurn(move: Move): boolean {
  const last = move.at(-1);
  return last === 'turn' || (typeof last === 'object' && ('user' in last || 'toolOk' in last));
}

function denied({ args, tool }: SimulatedCall): ScenarioStep {
  return { expectDenied: args === undefined ? tool : { tool, args } };
}
