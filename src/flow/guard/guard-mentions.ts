import type { Guard } from './guard.ts';
import { guardParts, keyOf } from './guard-parts.ts';
import { MAX_GUARD_DEPTH } from './holds.ts';

/** What a condition speaks of; each list sorted, without repetition. */
export interface GuardMentions {
  /** State keys; of a function, those that it says it reads. */
  readonly keys: readonly string[];
  readonly tools: readonly string[];
  readonly steps: readonly string[];
  readonly questions: readonly string[];
}

/** What a condition speaks of, at any depth that is evaluated. */
export function guardMentions(guard: Guard): GuardMentions {
  const found = {
    keys: new Set<string>(),
    tools: new Set<string>(),
    steps: new Set<string>(),
    questions: new Set<string>(),
  };
  const visit = (part: Guard, depth: number): void => {
    if (part === 'always') return;
    const single = keyOf(part);
    if (single !== undefined) found.keys.add(single);
    else if ('captured' in part) for (const key of part.captured) found.keys.add(key);
    else if ('custom' in part) for (const key of part.reads ?? []) found.keys.add(key);
    else if ('calledOk' in part) found.tools.add(part.calledOk);
    else if ('done' in part) found.steps.add(part.done);
    else if ('decided' in part) {
      const questions = typeof part.decided === 'string' ? [part.decided] : Object.keys(part.decided);
      for (const question of questions) found.questions.add(question);
    } else if (depth < MAX_GUARD_DEPTH) {
      for (const inner of guardParts(part)) visit(inner, depth + 1);
    }
  };
  visit(guard, 0);
  return {
    keys: [...found.keys].sort(),
    tools: [...found.tools].sort(),
    steps: [...found.steps].sort(),
    questions: [...found.questions].sort(),
  };
}
