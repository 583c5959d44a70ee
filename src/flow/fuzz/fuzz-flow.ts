/** Looks for a conversation that breaks what must be so, and tells the shortest that it finds (issue 4, fuzz). */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import type { CompiledConversation } from '../conversation/compiled-conversation.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import type { Scenario, ScenarioStep } from '../scenario/scenario.ts';
import { type Breach, breachAt } from './breach.ts';
import { defaultInvariants } from './default-invariants.ts';
import { describeBreach } from './describe-invariant.ts';
import { type Allowance, Exploration } from './exploration.ts';
import { atomsOf, guardsOf } from './flow-guards.ts';
import type { Invariant } from './invariant.ts';
import { reached, type Stuck, stuckPlace } from './liveness.ts';
import { firstPlace, type Place, placeAfter, type Sights, trailOf } from './place.ts';
import { seededRandom } from './random.ts';
import { repertoireOf } from './repertoire.ts';
import { shrink } from './shrink.ts';
import { Sightings } from './sightings.ts';

export interface FuzzOptions {
  /** The same seed finds the same. @default 1 */
  readonly seed?: number;
  readonly budget?: {
    /** Steps of scenarios that are played in all. @default 60000 */
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
  /**
   * Promises that hold because nothing ever put them to the test: the tool was never let through, the value never
   * corrected, the digression never begun. Not broken, but not shown either.
   */
  readonly unexercised: readonly Invariant[];
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
  const { steps = 60_000, runs = 60, ms } = budget;
  const random = options.random ?? seededRandom(seed);
  const written = options.invariants ?? ('flow' in target ? target.document.invariants : undefined) ?? [];
  const invariants = distinct([...written, ...defaultInvariants(target)]);
  const repertoire = repertoireOf(target, invariants);
  const sights: Sights = { repertoire, atoms: atomsOf(guardsOf(repertoire.flow, invariants)), invariants };
  const endMs = ms === undefined || nowMs === undefined ? Number.POSITIVE_INFINITY : nowMs() + ms;
  const until = (shareLeft: number) => (): boolean => (nowMs?.() ?? 0) > endMs - (ms ?? 0) * shareLeft;
  const exploring = { steps: Math.floor(steps * 0.7), isOver: until(0.3) };
  const searching = { steps: steps - exploring.steps, isOver: until(0) };
  const seen = new Sightings(sights);
  const found = (place: Place): void => seen.look(place);
  const explored = new Exploration({ target, repertoire, sights, random, allowance: exploring, found });
  const exhausted = explored.run();
  const more = Math.floor(steps * 0.1);
  exploring.steps += more;
  for (let run = 0; run < runs && explored.mayGoOn(); run++) explored.wander(25);
  const search = { repertoire, sights, allowance: searching };
  const shrinking = { steps: steps * 3, isOver: until(-0.2) };
  const findings = invariants.flatMap((invariant): readonly FuzzFinding[] => {
    const broken = seen.broken.get(invariant);
    const stuck =
      broken === undefined
        ? (missing(invariant, seen, explored, exhausted) ?? stuckPlace(invariant, explored, search))
        : { ...broken, proven: true };
    if (stuck === undefined) return [];
    const breachOf = (place: Place): Breach | undefined => {
      if (broken !== undefined) return breachAt(invariant, place, sights);
      return place.key === stuck.place.key ? stuck.breach : undefined;
    };
    const replay = (trail: readonly ScenarioStep[]): Place | undefined => {
      shrinking.steps -= trail.length;
      return placeAfter(firstPlace(target, sights), trail, sights);
    };
    const scenario = shortest(describeBreach(invariant), stuck.place, breachOf, replay, shrinking);
    if (scenario === undefined || runScenario(target, scenario).passed) return [];
    return [{ invariant, sentence: sentenceOf(scenario, stuck.proven), scenario, proven: stuck.proven }];
  });
  const stepsPlayed = steps + more - exploring.steps - searching.steps;
  const broken = new Set(findings.map(({ invariant }) => invariant));
  const unexercised = invariants.filter((one) => seen.untried.has(one) && !broken.has(one));
  return { findings, invariants, unexercised, seed, places: explored.places.size, stepsPlayed, exhausted };
}

/** A step or a tool that no conversation got to, shown where one had got furthest. */
function missing(
  one: Invariant,
  { unreached }: Sightings,
  { isHelped, places }: Exploration,
  proven: boolean,
): Stuck | undefined {
  if (!unreached.has(one) || !(proven || isHelped)) return undefined;
  const done = ({ simulator: { marking } }: Place): number => marking.main.done.length;
  const place = [...places.values()].reduce((best, other) => (done(other) > done(best) ? other : best));
  const [, step = ''] = 'reachable' in one ? (/([^/]*)$/.exec(one.reachable) ?? []) : [];
  const assertion: ScenarioStep = 'usable' in one ? { expectAllowed: one.usable } : reached(step, place);
  return { place, breach: [assertion], proven };
}

/** The fewest steps that break the promise, of those that lead to a place where it is broken. */
function shortest(
  name: string,
  found: Place,
  breachOf: (place: Place) => Breach | undefined,
  replay: (trail: readonly ScenarioStep[]) => Place | undefined,
  allowance: Allowance,
): Scenario | undefined {
  const breach = (steps: readonly ScenarioStep[]): Breach | undefined => {
    const place = replay(steps);
    return place && breachOf(place);
  };
  const mayGoOn = (): boolean => allowance.steps > 0 && !allowance.isOver();
  const steps = shrink(trailOf(found), (fewer) => mayGoOn() && breach(fewer) !== undefined);
  const end = breach(steps);
  return end && { name, steps: [...steps, ...end] };
}

function sentenceOf({ name, steps }: Scenario, proven: boolean): string {
  const after = steps.length === 1 ? 'at once' : `after ${steps.length - 1} steps`;
  return `${name} Shown ${after}${proven ? '' : '; not everything was looked at'}.`;
}

function distinct(invariants: readonly Invariant[]): readonly Invariant[] {
  return [...new Map(invariants.map((one) => [JSON.stringify(one), one])).values()];
}
