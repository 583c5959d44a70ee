import type { ConversationPart } from './conversation-part.ts';

export interface FaqDigression {
  readonly name: string;
  /** Topics by the phrases that mean them. */
  readonly topics: { readonly [topic: string]: readonly string[] };
  /** Looks the answer up. Without it the instruction has the answers. */
  readonly tool?: string;
  readonly instruction?: string;
}

/**
 * Common questions, answered whenever they are asked; then the conversation goes on where it was. The topic is kept under
 * `turn:{name}`, so that it is gone with its turn.
 */
export function faqDigression({ name, topics, tool, instruction }: FaqDigression): ConversationPart {
  const slot = { name: `${name}Topic`, stateKey: `turn:${name}`, recogniser: { oneOf: topics } } as const;
  const ground = `They ask about: {${slot.stateKey}}.`;
  const answered = { id: `${name}Answered`, instruction: 'Go on where you were.', terminal: true };
  const lookUp =
    tool === undefined
      ? undefined
      : {
          id: `${name}Answer`,
          instruction: instruction ?? `Look the answer up with ${tool}, and give it in one sentence.`,
          ground,
          collect: [slot.name],
          allow: [tool],
          done: { calledOk: tool },
          next: [answered.id],
        };
  const told = {
    id: `${name}Answer`,
    instruction: instruction ?? 'Answer in one sentence.',
    ground,
    collect: [slot.name],
    terminal: true,
  };
  return {
    frames: { [name]: { slots: [slot] } },
    digressions: [
      {
        name,
        trigger: { isSet: slot.stateKey },
        stages: lookUp === undefined ? [told] : [lookUp, answered],
      },
    ],
  };
}
