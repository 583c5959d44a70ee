import type { StageDefinition } from './conversation-document.ts';
import type { IndexedSlot } from './slot-index.ts';

/** What the model is told at a stage: the instruction, then a line for each slot that it collects. */
export function postureOf(
  { instruction }: StageDefinition,
  slots: readonly IndexedSlot[],
): string | undefined {
  const lines = [...(instruction === undefined ? [] : [instruction]), ...slots.map(slotLine)];
  return lines.length === 0 ? undefined : lines.join('\n');
}

function slotLine({ name, description, prompt, reprompt, confirm }: IndexedSlot): string {
  const parts = [
    `Collect: ${description ?? name}`,
    prompt === undefined ? undefined : `ask "${prompt}"`,
    reprompt === undefined ? undefined : `if that fails, ask "${reprompt}"`,
    confirm === 'never' ? undefined : CONFIRM[confirm],
  ];
  return `${parts.filter((part) => part !== undefined).join('; ')}.`;
}

const CONFIRM = {
  always: 'then read it back and wait for a yes',
  lowConfidence: 'if it is not clear, read it back and wait for a yes',
} as const;

/** What is sent in the user's name when the user is silent: the stage's own text, else how to ask again. */
export function timingOf(
  { timing }: StageDefinition,
  slots: readonly IndexedSlot[],
): StageDefinition['timing'] {
  if (timing?.repromptAfterMs === undefined || timing.reprompt !== undefined) return timing;
  const again = slots.find(({ reprompt }) => reprompt !== undefined)?.reprompt;
  return again === undefined ? timing : { ...timing, reprompt: `(The user is silent. Ask: "${again}")` };
}
