import type { SlotDefinition, StageDefinition } from '../conversation-document.ts';
import type { ConversationPart } from './conversation-part.ts';

export interface CollectFrame extends Omit<StageDefinition, 'frame' | 'collect' | 'done' | 'terminal'> {
  readonly slots: readonly SlotDefinition[];
}

/** A stage that asks for a few values, and is done when it has all of them. Its frame has the id of the stage. */
export function collectFrame({ slots, ...stage }: CollectFrame): ConversationPart {
  const instruction = 'Ask for what is missing, one thing at a time.';
  return {
    frames: { [stage.id]: { slots } },
    stages: [{ instruction, ...stage, frame: stage.id }],
  };
}
