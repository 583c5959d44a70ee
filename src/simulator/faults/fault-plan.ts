/** Faults over a long call: planned to the millisecond, or drawn from a mix with a seed. Pure. */
import { checkFaults } from './check-faults.ts';
import type { Fault } from './fault.ts';
import { derivedSeed, seededRandom } from './seeded-random.ts';
import { drawStrike, everyStrike, makeStrike, type Strike, type StrikeMix } from './strikes.ts';

/** A strike and its time, from the first setup of the conversation. */
export interface PlannedStrike extends Strike {
  readonly afterMs: number;
}

/** Strikes of every conversation; each conversation has its own sequence under one seed. */
export interface FaultPlan {
  /** Equal seeds give equal strikes at equal times. @default 1 */
  readonly seed?: number;
  /** One strike in each span of this length, somewhere in it. @default none is drawn */
  readonly everyMs?: number;
  /** What is drawn, and how often. @default every strike alike */
  readonly mix?: StrikeMix;
  /** Strikes at given times, beside the drawn ones. */
  readonly plan?: readonly PlannedStrike[];
  /** Faults of every connection, or of the one they name. */
  readonly always?: readonly Fault[];
}

/** Throws a `RangeError` for a plan that cannot be followed. */
export function checkPlan({ everyMs, mix, plan = [], always = [] }: FaultPlan): void {
  checkFaults(always, 'faults.always');
  for (const [index, { afterMs, faults, next = [] }] of plan.entries()) {
    if (!(afterMs >= 0)) throw new RangeError(`faults.plan[${index}].afterMs must be milliseconds from 0`);
    checkFaults(faults, `faults.plan[${index}].faults`);
    checkFaults(next, `faults.plan[${index}].next`);
  }
  if (everyMs !== undefined && !(everyMs > 0)) throw new RangeError('faults.everyMs must be above 0');
  for (const [name, weight] of Object.entries(mix ?? {})) {
    if (!Object.hasOwn(everyStrike, name)) {
      throw new RangeError(`faults.mix.${name} is no strike: use ${Object.keys(everyStrike).join(', ')}`);
    }
    if (!(weight >= 0)) throw new RangeError(`faults.mix.${name} must be a weight from 0`);
  }
}

/** The strikes of one conversation, in order of time, without end where some are drawn. */
export function* strikesOf(plan: FaultPlan, conversation: string): Generator<PlannedStrike, void> {
  const given = [...(plan.plan ?? [])].sort((a, b) => a.afterMs - b.afterMs);
  for (const drawn of drawnStrikes(plan, conversation)) {
    for (let next = given[0]; next !== undefined && next.afterMs <= drawn.afterMs; next = given[0]) {
      yield next;
      given.shift();
    }
    yield drawn;
  }
  yield* given;
}

function* drawnStrikes(plan: FaultPlan, conversation: string): Generator<PlannedStrike, void> {
  const { everyMs, seed = 1, mix = everyStrike } = plan;
  if (everyMs === undefined) return;
  const random = seededRandom(derivedSeed(seed, conversation));
  for (let span = 0; ; span++) {
    const afterMs = Math.round((span + random()) * everyMs);
    const name = drawStrike(mix, random);
    if (name === undefined) return;
    yield { afterMs, ...makeStrike(name, random) };
  }
}
