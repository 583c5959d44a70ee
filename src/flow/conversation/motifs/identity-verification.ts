import type { SlotDefinition, StageDefinition } from '../conversation-document.ts';
import type { ConversationPart } from './conversation-part.ts';

export interface IdentityVerification
  extends Pick<StageDefinition, 'id' | 'next' | 'after' | 'join' | 'timing' | 'instruction' | 'ground'> {
  /** What the user proves it with; masked outside the process. */
  readonly slots: readonly SlotDefinition[];
  /** Compares it. It must save the verdict under `verified`. */
  readonly tool: string;
  /** The state key that is true when it was proved. @default 'user:verified' */
  readonly verified?: string;
  /** Failures of the tool until `escalateTo`. @default 3 */
  readonly attempts?: number;
  /** The stage of those who cannot prove it. */
  readonly escalateTo?: string;
}

/**
 * A stage that asks who it is, has a tool check it, and is done only when that says so. The tool waits for all of the
 * values; nothing is said of an account before.
 */
export function identityVerification(options: IdentityVerification): ConversationPart {
  const { slots, tool, verified = 'user:verified', attempts = 3, escalateTo, ...stage } = options;
  const captured = slots.map(({ name, stateKey }) => stateKey ?? name);
  return {
    frames: { [stage.id]: { slots: slots.map((slot) => ({ pii: true, ...slot })) } },
    stages: [
      {
        instruction: `Ask who is calling, and check it with ${tool}. Say nothing of any account before that succeeded.`,
        ...stage,
        frame: stage.id,
        allow: [tool],
        done: { isTrue: verified },
        ...(escalateTo !== undefined && { repair: { escalateAfterToolFailures: attempts, escalateTo } }),
      },
    ],
    constraints: [{ neverUntil: { tool, until: { captured } } }],
  };
}
