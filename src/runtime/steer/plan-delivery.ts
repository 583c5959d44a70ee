/** What goes to the model at a boundary: a pure plan (spec: control §5, voice §7.2). */
import type { Projection } from '../../flow/index.ts';
import type { Content, Tool } from '../../wire/index.ts';
import { composeInstruction } from './compose-instruction.ts';
import { functionNames, offeredTools, toolAdvisory } from './declared-tools.ts';
import type { SteeringChoice } from './steering-choice.ts';

/** What a place says when it is entered. */
export interface EntryContext {
  /** A string is a text turn of the model. */
  readonly context: ReadonlyArray<string | Content>;
  readonly prompt: boolean;
}

/** What the model knows, as far as we told it. */
export interface Standing {
  /** The system instruction. */
  readonly instruction: string;
  /** The text turns that the model has. */
  readonly known: ReadonlySet<string>;
  /** The text turns that the last boundary wanted; when its batch has been delivered, the model has exactly these. */
  readonly wanted: ReadonlySet<string>;
  /** What belongs to the last place that was entered, until it is delivered. */
  readonly entry: ReadonlyArray<string | Content>;
  readonly advisory: string;
  /** Names of the functions that are declared, or were advised. */
  readonly tools: readonly string[];
}

export interface DeliveryInput {
  readonly choice: SteeringChoice;
  readonly base: string | undefined;
  /** Every tool of the session. */
  readonly tools: readonly Tool[];
  readonly projection: Projection;
  /** Set when a place was entered since the last boundary. */
  readonly entry?: EntryContext | undefined;
  readonly nudge?: { readonly text: string; readonly prompt: boolean } | undefined;
  readonly amendment?: string | undefined;
  readonly template?: string | undefined;
  /** False leaves out the line that names the tools of a place. */
  readonly advise: boolean;
  readonly standing: Standing;
  /** True when the batch of the last boundary is still waiting: this one takes its place. */
  readonly waiting: boolean;
}

/** In the order of sending: instruction and tools, then the turns, then the prompt. */
export interface DeliveryPlan {
  readonly instruction?: string;
  /** The new declarations; `contextUpdate` only. */
  readonly tools?: readonly Tool[];
  readonly turns: readonly Content[];
  readonly prompt: boolean;
}

/** The service takes no empty instruction. */
const NEUTRAL_INSTRUCTION = 'Continue the conversation.';

/**
 * Plans a boundary. The instruction and the tools go only when they differ from what stands; a text turn only when the
 * model does not have it from the last boundary. So what stands is never repeated, and what comes back is said again.
 */
export function planDelivery(input: DeliveryInput): {
  readonly plan: DeliveryPlan;
  readonly standing: Standing;
} {
  const { choice, projection, entry, nudge, standing, waiting } = input;
  const declared = offeredTools(input.tools, projection.offeredTools);
  const names = functionNames(declared);
  const toolsChanged = names.join('\n') !== standing.tools.join('\n');
  const redeclare = toolsChanged && choice.mode === 'contextUpdate';
  const advise = toolsChanged && !redeclare && input.advise && entry !== undefined;
  const { system, injected } = composeInstruction(choice, input);
  const instruction = system === '' && standing.instruction !== '' ? NEUTRAL_INSTRUCTION : system;
  const replace = instruction !== standing.instruction && choice.turns === 'anytime';

  const before = waiting && entry === undefined ? standing : undefined;
  const advisory = advise ? toolAdvisory(names) : (before?.advisory ?? '');
  const said = entry?.context ?? before?.entry ?? [];
  const content = [
    ...modelTurns([
      advisory,
      nudge?.text ?? '',
      ...(choice.mode === 'instructionUpdate' ? [] : projection.modifiers),
      ...projection.context,
    ]),
    ...(injected === '' ? [] : [instructionTurn(choice, injected)]),
    ...modelTurns(said),
  ];
  const known = waiting ? standing.known : standing.wanted;
  const { turns, lines } = newTurns(content, known);
  return {
    plan: {
      ...(replace && { instruction }),
      ...(redeclare && { tools: declared }),
      turns,
      prompt: (entry?.prompt ?? false) || (nudge?.prompt ?? false),
    },
    standing: {
      instruction: replace ? instruction : standing.instruction,
      known,
      wanted: lines,
      entry: said,
      advisory,
      tools: names,
    },
  };
}

/** An instruction as a turn, in the role that the model takes it in. */
export function instructionTurn({ instructionRole: role }: SteeringChoice, text: string): Content {
  return { ...(role !== undefined && { role }), parts: [{ text }] };
}

/** What a text turn is recognised by; undefined for one that is more than text. */
export function lineOf({ role, parts }: Content): string | undefined {
  const textOnly = parts.every((part) => Object.keys(part).every((key) => key === 'text'));
  return textOnly ? `${role ?? ''}\n${parts.map(({ text }) => text).join('\n')}` : undefined;
}

function modelTurns(contents: ReadonlyArray<string | Content>): Content[] {
  return contents.flatMap((content) => {
    if (typeof content !== 'string') return [content];
    return content.trim() === '' ? [] : [{ role: 'model', parts: [{ text: content }] }];
  });
}

function newTurns(
  content: readonly Content[],
  known: ReadonlySet<string>,
): { readonly turns: readonly Content[]; readonly lines: ReadonlySet<string> } {
  const lines = new Set<string>();
  const turns = content.filter((turn) => {
    const line = lineOf(turn);
    if (line === undefined) return true;
    const old = known.has(line) || lines.has(line);
    lines.add(line);
    return !old;
  });
  return { turns, lines };
}
