/** In which order a turn reaches the flow (spec: control §3): one text for the live session, the simulator and its tests. */
import type { DecisionAnswer } from '../guard/guard.ts';
import type { FlowInput } from '../monitor/flow-state.ts';

/** One thing that is done in a turn. */
export type TurnAct =
  | { readonly type: 'input'; readonly input: FlowInput }
  /** Keys that begin with `turn:` are removed. */
  | { readonly type: 'clearTurnKeys' }
  /** Recognisers read what the user said. */
  | { readonly type: 'hear'; readonly words: string };

/** What there was in a turn. */
export interface TurnContent {
  /** What the user said; absent: nothing. */
  readonly words?: string;
  /** Answers to questions about it. */
  readonly answers?: { readonly [question: string]: DecisionAnswer };
  /** What the model said, as it was heard. */
  readonly spoke?: string;
  /** Whether it should have brought progress. */
  readonly counts: boolean;
}

/**
 * A turn from its beginning to its end. Answers of the turn before expire first; what the user said is read before what
 * is done latches; the flow moves last.
 */
export function userTurn({ words, answers, spoke, counts }: TurnContent): readonly TurnAct[] {
  const acts: TurnAct[] = [];
  const input = (one: FlowInput): void => void acts.push({ type: 'input', input: one });
  if (words !== undefined) input({ type: 'callerTurn' });
  acts.push({ type: 'clearTurnKeys' });
  if (words !== undefined) acts.push({ type: 'hear', words });
  if (spoke !== undefined) input({ type: 'spoke', text: spoke });
  if (answers !== undefined) input({ type: 'decided', answers });
  input({ type: 'turn', counts });
  return acts;
}

/** What is known of the turns before one that ends. */
export interface TurnHistory {
  /** Turns that have ended. */
  readonly turns: number;
  /** The last of them had a tool call. */
  readonly calledBefore: boolean;
  /** This one had a tool call. */
  readonly called: boolean;
}

/**
 * Whether a turn should have brought progress: the user spoke, or the model spoke again after a turn without tools. A
 * greeting and the voicing of a tool's result do not count.
 */
export function turnCounts(spokeUser: boolean, { turns, calledBefore, called }: TurnHistory): boolean {
  return spokeUser || (turns > 0 && !calledBefore && !called);
}
