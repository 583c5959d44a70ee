/** Reads any form of reply as one stream of actions, pulled one at a time. */
import type { BrainAction, BrainReply, BrainStep, CallAction, ToolResult } from './brain.ts';

/** An action as it is performed: calls that belong in one frame are together. */
export type PerformedAction = Exclude<BrainAction, CallAction>;

/** A reply being read. */
export interface ActionSource {
  /** The next action, given the results of the blocking calls of the last one; undefined at the end. */
  next(results: readonly ToolResult[]): Promise<PerformedAction | undefined>;
  /** True when `next` takes results itself, so the brain need not be asked again about them. */
  readonly takesResults: boolean;
  /** Lets a generator run its `finally`. */
  stop(): void;
}

/** Opens a reply. */
export function readReply(reply: BrainReply): ActionSource {
  if (reply === undefined) return listSource([]);
  if (typeof reply === 'string') return listSource([reply]);
  if (Array.isArray(reply)) return listSource(reply);
  if (Symbol.asyncIterator in reply) return iteratorSource(reply[Symbol.asyncIterator]());
  if (Symbol.iterator in reply) {
    // A list was handled above, so this is a generator.
    return iteratorSource((reply as Generator<BrainStep, void, readonly ToolResult[]>)[Symbol.iterator]());
  }
  return listSource([reply as BrainAction]);
}

function listSource(steps: readonly BrainStep[]): ActionSource {
  let position = 0;
  return {
    takesResults: false,
    async next() {
      const action = toAction(steps[position]);
      if (action === undefined) return undefined;
      position++;
      if (action.type !== 'calls') return action;
      const group: CallAction[] = [action];
      for (let more = toAction(steps[position]); more?.type === 'calls'; more = toAction(steps[position])) {
        group.push(more);
        position++;
      }
      return { type: 'callsTogether', calls: group };
    },
    stop() {},
  };
}

type StepIterator =
  | Iterator<BrainStep, unknown, readonly ToolResult[]>
  | AsyncIterator<BrainStep, unknown, readonly ToolResult[]>;

function iteratorSource(iterator: StepIterator): ActionSource {
  return {
    takesResults: true,
    async next(results) {
      const step = await iterator.next(results);
      if (step.done === true) return undefined;
      const action = toAction(step.value);
      if (action === undefined || action.type !== 'calls') return action;
      return { type: 'callsTogether', calls: [action] };
    },
    stop() {
      // The generator may be in the middle of a step; its end is nobody's business any more.
      void Promise.resolve(iterator.return?.(undefined)).catch(() => {});
    },
  };
}

function toAction(step: BrainStep | undefined): BrainAction | undefined {
  return typeof step === 'string' ? { type: 'says', text: step } : step;
}
