import type { Guard } from '../../guard/guard.ts';
import type { StageDefinition } from '../conversation-document.ts';
import type { ConversationPart } from './conversation-part.ts';

export interface ConfirmThenCommit
  extends Pick<
    StageDefinition,
    'id' | 'next' | 'after' | 'join' | 'timing' | 'repair' | 'instruction' | 'ground'
  > {
  /** What changes the world. */
  readonly tool: string;
  /** Argument by state key: what is read back, and what the tool must be called with. */
  readonly binds: { readonly [argument: string]: string };
  /** How to ask for the agreement. */
  readonly prompt?: string;
  /** The state key of the agreement. @default `{id}:agreed` */
  readonly agreed?: string;
  /** What must hold besides. */
  readonly until?: Guard;
}

/**
 * A stage that reads back what is going to happen, waits for a yes to exactly that, and does it, once. When a value changes,
 * the yes is gone.
 */
export function confirmThenCommit(options: ConfirmThenCommit): ConversationPart {
  const { tool, binds, prompt, until, ...stage } = options;
  const { agreed = `${stage.id}:agreed`, ...placed } = stage;
  const captured = [...new Set(Object.values(binds))];
  const conditions: Guard[] = [{ isTrue: agreed }, { captured }, ...(until === undefined ? [] : [until])];
  const instruction = `Read everything back, and ask for a clear yes or no to exactly that. After a yes call ${tool} with exactly these values; after a no ask what to change.`;
  return {
    frames: {
      [placed.id]: {
        slots: [
          {
            name: `${placed.id}Agreed`,
            stateKey: agreed,
            description: 'whether the user has said yes to exactly what was read back',
            recogniser: 'yesNo',
            ...(prompt !== undefined && { prompt }),
          },
        ],
      },
    },
    stages: [
      {
        instruction,
        ground: `To be read back: ${captured.map((key) => `${key} is {${key}}`).join(', ')}.`,
        ...placed,
        frame: placed.id,
        allow: [tool],
        commit: { tool, until: { all: conditions }, binds },
      },
    ],
  };
}
