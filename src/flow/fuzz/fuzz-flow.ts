/** Looks for a conversation that breaks what must be so, and tells the shortest that it finds (issue 4, fuzz). */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario, ScenarioStep } from '../scenario/scenario.ts';
import { type Breach, breachAt } from './breach.ts';
import { defaultInvariants } from './default-invariants.ts';
import { describeBreach } from './describe-invariant.ts';
import { Exploration } from './exploration.ts';
import { atomsOf, guardsOf } from './flow-guards.ts';
import type { Invariant } from './invariant.ts';
import { reached, stuckPlace } from './liveness.ts';
import { firstPlace, type Place, placeAfter, type Sights, trailOf } from './place.ts';
import { seededRandom } from './random.ts';
import { repertoireOf } from './repertoire.ts';
import { shrink } from './shrink.ts';

export interface FuzzOptions {
  /** The same seed finds the same. @default 1 */
  readonly seed?: number;
  readonly budget?: {
    /** Steps of scenarios that are played in all. @default 40000 */
    readonly steps?: number;
    /** Random conversations after the search in order. @default 60 */
    readonly runs?: number;
    /** Time, on `nowMs`. What is found then depends on the machine. @default none */
    readonly ms?: number;
  };
  /** What must be so, besides what every flow must keep. @default those of the document */
  readonly invariants?: readonly Invariant[];
  /** A clock, for `budget.ms`. */
  readonly nowMs?: () => number;
  /** Numbers from 0 up to 1. @default ones made from the seed */
  readonly random?: () => number;
}

/** A promise that can be broken. */
export interface FuzzFinding {
  readonly invariant: Invariant;
  /** What happens, and how far it takes. */
  readonly sentence: string;
  /** Goes well up to its last assertion, which fails as long as the fault is there. */
  readonly scenario: Scenario;
  /** False: nothing better was found within the budget, as where something seems to lead nowhere. */
  readonly proven: boolean;
}

export interface FuzzReport {
  /** At most one of each promise. */
  readonly findings: readonly FuzzFinding[];
  readonly invariants: readonly Invariant[];
  readonly seed: number;
  /** Places that conditions tell apart. */
  readonly places: number;
  readonly stepsPlayed: number;
  /** Everything that conditions tell apart was looked at, as far as the document lets one guess what is said. */
  readonly exhausted: boolean;
}

/** Explores what users, models and tools may do. Deterministic without `budget.ms`. */
export function fuzzFlow(target: CompiledConversation | CompiledFlow, options: FuzzOptions = {}): FuzzReport {
  const { seed = 1, budget = {}, nowMs } = options;
  const { steps = 40_000, runs = 60, ms } = budget;
  const random = options.random ?? seededRandom(seed);
  const written = options.invariants ?? ('flow' in target ? target.document.invariants : undefined) ?? [];
  const invariants = distinct([...written, ...defaultInvariants(target)]);
  const repertoire = repertoireOf(target, invariants);
  const sights: Sights = { repertoire, atoms: atomsOf(guardsOf(repertoire.flow, invariants)), invariants };
  const endMs = ms === undefined || nowMs === undefined ? undefined : nowMs() + ms;
  const isTimeUp = (share: number) => (): boolean =>
    endMs !== undefined && ms !== undefined && nowMs !== undefined && nowMs() > endMs - ms * (1 - share);
  const exploring = { steps: Math.floor(steps * 0.7), isOver: isTimeUp(0.7) };
  const search = { steps: steps - exploring.steps, isOver: isTimeUp(1) };
  const seen = new Sightings(invariants, sights);
  const found = (place: Place): void => seen.look(place);
  const explored = new Exploration({ target, repertoire, sights, random, allowance: exploring, found });
  const exhausted = explored.run();
  exploring.steps += Math.floor(steps * 0.1);
  for (let run = 0; run < runs && explored.mayGoOn(); run++) explored.wander(25);
  const findings = invariants.flatMap((invariant): readonly FuzzFinding[] => {
    const broken = seen.broken.get(invariant);
    const stuck =
      broken === undefined
        ? (missing(invariant, seen, explored, exhausted) ??
          stuckPlace(invariant, explored, { repertoire, sights, allowance: search }))
        : { ...broken, proven: true };
    if (stuck === undefined) return [];
    const { proven } = stuck;
    const replay = (trail: readonly ScenarioStep[]): Place | undefined =>
      placeAfter(firstPlace(target, sights), trail, sights);
    const breachOf = (place: Place): Breach | undefined =>
      broken === undefined
        ? place.key === stuck.place.key
          ? stuck.breach
          : undefined
        : breachAt(invariant, place, sights);
    const finding = shortest(invariant, trailOf(stuck.place), replay, breachOf);
    const isReal = finding !== undefined && !runScenario(target, finding).passed;
    return isReal
      ? [{ invariant, sentence: sentenceOf(invariant, finding, proven), scenario: finding, proven }]
      : [];
  });
  const stepsPlayed = steps + Math.floor(steps * 0.1) - exploring.steps - search.steps;
  return { findings, invariants, seed, places: explored.places.size, stepsPlayed, exhausted };
}

/** What was seen of promises while places were found. */
class Sightings {
  readonly broken: Map<Invariant, { readonly place: Place; readonly breach: Breach }> = new Map();
  /** Steps and tools that were got to. */
  readonly reached: Set<Invariant> = new Set();
  readonly #invariants: readonly Invariant[];
  readonly #sights: Sights;

  constructor(invariants: readonly Invariant[], sights: Sights) {
    this.#invariants = invariants;
    this.#sights = sights;
  }

  look(place: Place): void {
    for (const one of this.#invariants) {
      if (this.broken.has(one) || this.reached.has(one)) continue;
      if ('reachable' in one) {
        if (isAt(place, one.reachable)) this.reached.add(one);
      } else if ('usable' in one) {
        if (place.standing.calls(one.usable).length > 0) this.reached.add(one);
      } else {
        const breach = breachAt(one, place, this.#sights);
        if (breach !== undefined) this.broken.set(one, { place, breach });
      }
    }
  }
}

/** Whether the step is active or done here: one of the main flow, or `digression/step`. */
function isAt({ simulator: { marking } }: Place, id: string): boolean {
  const has = (
    layer: { readonly active: readonly string[]; readonly done: readonly string[] },
    step: string,
  ) => layer.active.includes(step) || layer.done.includes(step);
  if (has(marking.main, id)) return true;
  return Object.entries(marking.digressions).some(
    ([name, layer]) => id.startsWith(`${name}/`) && has(layer, id.slice(name.length + 1)),
  );
}

/** A step or a tool that no conversation got to: shown at the place where the conversation had got furthest. */
function missing(
  one: Invariant,
  { reached: got }: Sightings,
  { places }: Exploration,
  proven: boolean,
):
  | {
      readonly place: Place;
      readonly breach: Breach;
      readonly proven: boolean;
    }
  | undefined {
  if (!('reachable' in one || 'usable' in one) || got.has(one)) return undefined;
  const done = ({ simulator: { marking } }: Place): number => marking.main.done.length;
  const place = [...places.values()].reduce((best, other) => (done(other) > done(best) ? other : best));
  const [, step = ''] = 'reachable' in one ? (/([^/]*)$/.exec(one.reachable) ?? []) : [];
  const assertion: ScenarioStep = 'usable' in one ? { expectAllowed: one.usable } : reached(step, place);
  return { place, breach: [assertion], proven };
}

/** The fewest steps that break the promise, of those that were found to. */
function shortest(
  invariant: Invariant,
  trail: readonly ScenarioStep[],
  replay: (trail: readonly ScenarioStep[]) => Place | undefined,
  breachOf: (place: Place) => Breach | undefined,
): Scenario | undefined {
  const breach = (steps: readonly ScenarioStep[]): Breach | undefined => {
    const place = replay(steps);
    return place && breachOf(place);
  };
  const steps = shrink(trail, (fewer) => breach(fewer) !== undefined);
  const end = breach(steps);
  return end && { name: describeBreach(invariant), steps: [...steps, ...end] };
}

function sentenceOf(invariant: Invariant, { steps }: Scenario, proven: boolean): string {
  const after = steps.length === 1 ? 'at once' : `after ${steps.length - 1} steps`;
  return `${describeBreach(invariant)} Shown ${after}${proven ? '' : '; not everything was looked at'}.`;
}

function distinct(invariants: readonly Invariant[]): readonly Invariant[] {
  return [...new Map(invariants.map((one) => [JSON.stringify(one), one])).values()];
}
