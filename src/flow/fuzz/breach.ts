import { equivalent } from '../equivalence.ts';
import type { SimulatedCall } from '../scenario/flow-simulator.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import { callVariants } from './call-variants.ts';
import type { Invariant } from './invariant.ts';
import { type Place, placeAfter, type Sights } from './place.ts';
import type { Move, Repertoire } from './repertoire.ts';
import { toolOf } from './repertoire.ts';
import { isLetThrough } from './witness.ts';

/** What leads from a place to a broken promise: further steps, the last one an assertion that fails. */
export type Breach = readonly ScenarioStep[];

/** How a promise about what must never be is broken here; undefined when it is not, or is of another kind. */
export function breachAt(
  one: Invariant,
  place: Place,
  repertoire: Repertoire,
  sights: Sights,
): Breach | undefined {
  const { simulator, witness } = place;
  if ('beforeStep' in one) {
    return witness.isBrokenHere(one, simulator) ? [{ expectDone: [one.beforeStep[0]] }] : undefined;
  }
  if ('afterCorrection' in one) return breachByCorrection(one, place, repertoire, sights);
  const tool = toolOf(one);
  if (tool === undefined || 'usable' in one) return undefined;
  const settled = settledFork(place);
  const call = callVariants(repertoire, tool, settled.state).find(
    (variant) => isLetThrough(settled, variant) && witness.isBrokenBy(one, variant, settled),
  );
  return call && [denied(call)];
}

/** Whether the tool runs here. */
export function canCall(place: Place, tool: string, repertoire: Repertoire): boolean {
  const settled = settledFork(place);
  return callVariants(repertoire, tool, settled.state).some((call) => isLetThrough(settled, call));
}

function breachByCorrection(
  one: Extract<Invariant, { readonly afterCorrection: string }>,
  place: Place,
  repertoire: Repertoire,
  sights: Sights,
): Breach | undefined {
  const { afterCorrection: key, denies, reopens } = one;
  const old = place.simulator.state.get(key) ?? null;
  const wasDone = reopens !== undefined && place.simulator.marking.main.done.includes(reopens);
  const couldRun = denies !== undefined && canCall(place, denies, repertoire);
  if (old === null || !(wasDone || couldRun)) return undefined;
  for (const move of (repertoire.writers.get(key) ?? []).filter(endsTurn)) {
    const after = placeAfter(place, move, sights);
    if (after === undefined || after.simulator.marking.terminated) continue;
    const corrected = after.simulator.state.get(key) ?? null;
    if (corrected === null || equivalent(old, corrected)) continue;
    if (wasDone && after.simulator.marking.main.done.includes(reopens)) {
      return [...move, { expectOpen: [reopens] }];
    }
    const settled = settledFork(after);
    const call = couldRun
      ? callVariants(repertoire, denies, settled.state).find((variant) => isLetThrough(settled, variant))
      : undefined;
    if (call !== undefined) return [...move, denied(call)];
  }
  return undefined;
}

function endsTurn(move: Move): boolean {
  const last = move.at(-1);
  return last === 'turn' || (typeof last === 'object' && ('user' in last || 'toolOk' in last));
}

function settledFork({ simulator }: Place): Place['simulator'] {
  const settled = simulator.fork();
  settled.settle();
  return settled;
}

function denied({ args, tool }: SimulatedCall): ScenarioStep {
  return { expectDenied: args === undefined ? tool : { tool, args } };
}
