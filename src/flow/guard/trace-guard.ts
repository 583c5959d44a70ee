import { describeGuard } from './describe-guard.ts';
import type { Guard, GuardFacts } from './guard.ts';
import { guardParts } from './guard-parts.ts';
import { holds, MAX_GUARD_DEPTH } from './holds.ts';

/** The truth tree of a condition: what holds of it, and of its parts. */
export interface GuardTrace {
  /** In words. */
  readonly description: string;
  /** False also where nobody knows; then the `not` of it does not hold either. */
  readonly holds: boolean;
  /** The parts of `all`, `any` and `not`; empty for the others. */
  readonly children: readonly GuardTrace[];
}

/** What holds of a condition, and why. A function of the application that fails does not hold. */
export function traceGuard(guard: Guard, facts: GuardFacts): GuardTrace {
  return trace(guard, facts, 0);
}

function trace(guard: Guard, facts: GuardFacts, depth: number): GuardTrace {
  const parts = depth < MAX_GUARD_DEPTH ? guardParts(guard) : [];
  return {
    description: describeGuard(guard),
    holds: holds(guard, facts, [], ''),
    children: parts.map((part) => trace(part, facts, depth + 1)),
  };
}
