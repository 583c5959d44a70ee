import type { ConversationPart } from './conversation-part.ts';
import { type Say, say } from './say.ts';

/** A text that must be heard before the conversation goes on: word for word, and the user cannot cut in. */
export function disclosure({ timing, ...text }: Say): ConversationPart {
  return say({ ...text, timing: { ...timing, interruptible: false } });
}
