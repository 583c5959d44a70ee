import { describeGuard } from '../guard/describe-guard.ts';
import type { Invariant } from './invariant.ts';
import { toolOf } from './repertoire.ts';

/** What has happened, or can never happen, when the promise is broken: one sentence. */
export function describeBreach(one: Invariant): string {
  if ('neverRuns' in one)
    return `${one.neverRuns} runs although this does not hold: ${describeGuard(one.unless)}.`;
  if ('atMostOnce' in one) return `${one.atMostOnce} runs a second time.`;
  if ('bound' in one) {
    const { argument, stateKey, tool } = one.bound;
    return `${tool} runs with another ${argument} than ${stateKey}.`;
  }
  if ('sameArguments' in one) return `${one.sameArguments} runs with other arguments than were agreed to.`;
  if ('said' in one)
    return `${one.before} runs before this was said word for word: ${JSON.stringify(one.said.slice(0, 80))}.`;
  if ('beforeStep' in one) return `${one.beforeStep[1]} is reached before ${one.beforeStep[0]} was done.`;
  if ('deniedDuring' in one) return `${one.deniedDuring[1]} runs during ${one.deniedDuring[0]}.`;
  if ('afterCorrection' in one) {
    const { afterCorrection, denies, reopens } = one;
    const kept = reopens === undefined ? `${denies} still runs` : `${reopens} is still done`;
    return `${kept} after ${afterCorrection} was corrected.`;
  }
  if ('reachable' in one) return `No conversation gets to ${one.reachable}.`;
  if ('usable' in one) return `No conversation gets ${one.usable} to run.`;
  if ('canAlwaysFinish' in one) return 'From here the conversation cannot be completed.';
  if ('ends' in one) return `The digression ${one.ends} does not end.`;
  return `A user who makes no progress in ${one.escalates[0]} does not get to ${one.escalates[1]}.`;
}

/** What no conversation put to the test: one sentence. */
export function describeUnexercised(one: Invariant): string {
  if ('afterCorrection' in one)
    return `Nothing changed ${one.afterCorrection} where that would have mattered.`;
  if ('beforeStep' in one) return `No conversation got to ${one.beforeStep[1]}.`;
  if ('deniedDuring' in one) return `No conversation got to ${one.deniedDuring[0]}.`;
  if ('ends' in one) return `The digression ${one.ends} never began.`;
  if ('escalates' in one) return `No conversation got to ${one.escalates[0]}.`;
  const tool = toolOf(one);
  return tool === undefined ? describeBreach(one) : `${tool} was never let through as this promise has it.`;
}
