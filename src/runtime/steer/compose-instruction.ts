/** One instruction out of its parts, by steering mode (spec: control §5). */
import type { Projection } from '../../flow/index.ts';
import type { SteeringChoice } from './steering-choice.ts';

export interface InstructionParts {
  /** What the application gave for the whole session. */
  readonly base: string | undefined;
  readonly projection: Pick<Projection, 'instruction' | 'modifiers'>;
  /** Appended to the instruction of the place. */
  readonly amendment?: string | undefined;
  /** Replaces everything. */
  readonly template?: string | undefined;
}

export interface ComposedInstruction {
  /** The system instruction; empty when there is nothing to say. */
  readonly system: string;
  /** What goes as a turn beside it; empty in modes that replace the system instruction. */
  readonly injected: string;
}

/** It cannot be taken back, so it says that it counts instead of an earlier one. */
const INJECTION_HEADING = '[Your task now, in place of any earlier one]';

export function composeInstruction(
  { mode }: Pick<SteeringChoice, 'mode'>,
  { base, projection, amendment, template }: InstructionParts,
): ComposedInstruction {
  const { instruction, modifiers } = projection;
  if (mode === 'contextInjection') {
    const task = join([template ?? join([instruction, amendment])]);
    return { system: join([base]), injected: task === '' ? '' : `${INJECTION_HEADING}\n${task}` };
  }
  const facts = mode === 'instructionUpdate' ? modifiers : [];
  return { system: join([template ?? join([base, instruction, ...facts, amendment])]), injected: '' };
}

/** Paragraphs of what is not blank. */
export function join(texts: ReadonlyArray<string | undefined>): string {
  return texts.filter((text) => text !== undefined && text.trim() !== '').join('\n\n');
}
