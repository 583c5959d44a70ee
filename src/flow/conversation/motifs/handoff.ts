import type { StageDefinition } from '../conversation-document.ts';
import type { ConversationPart } from './conversation-part.ts';

export interface Handoff extends Pick<StageDefinition, 'id' | 'after' | 'join' | 'ground'> {
  /** Calls a person. */
  readonly tool: string;
  /** What the user is told. @default that a colleague takes over */
  readonly say?: string;
}

/** The way to a person, and the end: a stage that calls the tool, and `{id}End`. Escalations lead to it. */
export function handoff({ tool, say, ...stage }: Handoff): ConversationPart {
  const end = `${stage.id}End`;
  return {
    stages: [
      {
        ...stage,
        instruction: `Say: "${say ?? 'A colleague takes over.'}" Then call ${tool} with what is known so far.`,
        allow: [tool],
        done: { calledOk: tool },
        next: [end],
      },
      { id: end, instruction: 'Say goodbye.', terminal: true },
    ],
  };
}
