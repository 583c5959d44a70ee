/** What the model is told when a tool may not run (spec: control §9, Refusal text). */
import { cut } from '../cut.ts';
import { describeGuard } from '../guard/describe-guard.ts';
import type { Obstacle } from './obstacle.ts';
import { own } from './own-entries.ts';

const MAX_LISTED = 20;
const MAX_TEXT_CHARS = 600;

/** Why the tool may not run, in one sentence. */
export function obstacleText(tool: string, obstacle: Obstacle): string {
  switch (obstacle.type) {
    case 'terminated':
      return `"${tool}" is not permitted: the conversation is over.`;
    case 'spent':
      return `"${tool}" has already run, and it runs only once.`;
    case 'running':
      return `"${tool}" is running already, and it runs only once.`;
    case 'unknown':
      return `"${tool}" has run, and it is not known whether it took effect: it must not run again.`;
    case 'until':
      return `"${tool}" is not permitted yet; it needs: ${short(obstacle.guards.map(describeGuard).join('; '))}.`;
    case 'otherArguments':
      return `The user agreed to other arguments of "${tool}": read the new ones back and ask again.`;
    case 'unbound':
      return `The argument "${obstacle.argument}" of "${tool}" is not the "${obstacle.key}" that the user gave: call it with that one, or ask again.`;
    case 'denied':
      return `"${tool}" is not allowed during step "${obstacle.step}".`;
    case 'unlisted':
      return `"${tool}" is not part of what is to be done now (${short(obstacle.steps.join(', '))}).`;
  }
}

function short(text: string): string {
  return cut(text, MAX_TEXT_CHARS);
}

const NOT_RUN = 'did not run and must not be reported as done';
/** Where there is nothing to be done instead: what else it must not be reported as. */
const NO_ALTERNATIVE: { readonly [type: string]: string } = {
  spent: ' again',
  unknown: ', nor as failed',
  running: '',
};

export interface RefusalSurroundings {
  /** Tools that may run now. */
  readonly available: readonly string[];
  /** Whether no others may. */
  readonly isClosed: boolean;
  /** What the first active step tells the model. */
  readonly posture: string | undefined;
}

/** The whole refusal. A tool that is spent, or at work, offers no alternatives: there is nothing to be done instead. */
export function refusalText(
  tool: string,
  obstacle: Obstacle,
  surroundings: () => RefusalSurroundings,
): string {
  const head = obstacleText(tool, obstacle);
  const ending = own(NO_ALTERNATIVE, obstacle.type);
  if (ending !== undefined) return `${head} This call ${NOT_RUN}${ending}.`;
  const { available, isClosed, posture } = surroundings();
  const listed = available.slice(0, MAX_LISTED).join(', ');
  const others =
    available.length > 0 ? `Available now: ${listed}.` : isClosed ? 'No tool is available now.' : '';
  return [head, `It ${NOT_RUN}.`, others, short(posture ?? '')].filter((part) => part !== '').join(' ');
}
