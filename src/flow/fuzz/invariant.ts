/** What must be true of a conversation whatever a user does, stated apart from the flow that is to bring it about. */
import type { Guard } from '../guard/guard.ts';

/**
 * One promise, in a closed vocabulary. Guards are asked of the state, of calls counted from the beginning of the
 * conversation, of the marking of the main flow, and of answers of the present turn of the user.
 */
export type Invariant =
  /** The tool is never let through while this does not hold. */
  | { readonly neverRuns: string; readonly unless: Guard }
  /** The tool is never let through after a success, nor while a call of it is under way. */
  | { readonly atMostOnce: string }
  /** No call is let through in which this argument is another value than the state's. */
  | {
      readonly bound: { readonly tool: string; readonly argument: string; readonly stateKey: string };
    }
  /** As long as this holds without a break, the tool is let through with the same arguments only. */
  | { readonly sameArguments: string; readonly while: Guard }
  /** The tool is never let through before the model has said this text, word for word. */
  | { readonly said: string; readonly before: string }
  /** The second step is neither active nor done before the first was done. */
  | { readonly beforeStep: readonly [first: string, second: string] }
  /** While the step is active, the tool is never let through. */
  | { readonly deniedDuring: readonly [step: string, tool: string] }
  /** When the value of this state key has changed, the step is open again, and the tool is refused, at the next turn. */
  | { readonly afterCorrection: string; readonly reopens?: string; readonly denies?: string }
  /** Some conversation gets to this step. */
  | { readonly reachable: string }
  /** Some conversation gets this tool let through. */
  | { readonly usable: string }
  /** From wherever a conversation gets to, it can be completed, or ends. */
  | { readonly canAlwaysFinish: true }
  /** Once begun, the digression can end. */
  | { readonly ends: string }
  /** A user who makes no progress in the first step gets to the second. */
  | { readonly escalates: readonly [from: string, to: string] };
