import type { StageDefinition } from '../conversation-document.ts';
import type { ConversationPart } from './conversation-part.ts';

export interface Say extends Pick<StageDefinition, 'id' | 'next' | 'after' | 'join' | 'timing' | 'repair'> {
  /** Word for word. */
  readonly text: string;
}

/** A stage that says a text, and is done when it was said. The user may cut in: then it is said again. */
export function say({ text, ...stage }: Say): ConversationPart {
  return { stages: [{ instruction: 'Say the text word for word.', ...stage, verbatim: text }] };
}
