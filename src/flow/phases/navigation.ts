/** Where the conversation stands, in words for the model (spec: control §4). */
import { attempt } from '../fault.ts';
import { missingKeys } from '../state-effect.ts';
import type { StateReader } from '../state-reader.ts';
import { displayKey } from './display.ts';
import type { Phase, PhaseGraph } from './phase-graph.ts';
import type { PhaseVisit } from './phase-history.ts';

const REMEMBERED_PHASES = 3;
const MAX_SENTENCE_CHARS = 160;

/**
 * Several lines; a part that has nothing to say is left out.
 *
 * @param soon the state as it is about to be, where that is known to differ from `state`.
 */
export function navigationText(
  graph: PhaseGraph,
  phase: Phase,
  visits: readonly PhaseVisit[],
  state: StateReader,
  soon: StateReader = state,
): string {
  const keys = (names: readonly string[]): string => names.map(displayKey).join(', ');
  const instruction = firstSentence(instructionText(phase, state));
  const before = visits.filter(({ from }) => from !== '').slice(-REMEMBERED_PHASES);
  const lines = [
    `[Now] ${phase.name}${instruction === '' ? '' : `: ${instruction}`}`,
    before.length > 0 &&
      `[Before] ${before.map(({ from, turn }) => `${from} (left in turn ${turn})`).join(', ')}`,
    line('Still needed', keys(missingKeys(soon, phase.needs))),
    ...phase.transitions.map(({ to }) => blockedLine(graph.phases.get(to), soon)),
    line('To present', phase.presents.join(', ')),
    phase.terminal
      ? '[Next] none: this is the final phase'
      : line('Next', [...new Set(phase.transitions.map(nextStep))].join('; ')),
  ];
  return [...new Set(lines)].filter((text) => text !== false && text !== '').join('\n');
}

/** The instruction as it reads in this state; empty when there is none, or when it throws. */
function instructionText({ instruction }: Phase, state: StateReader): string {
  if (typeof instruction !== 'function') return instruction ?? '';
  return String(attempt(() => instruction(state), '', '', []) ?? '');
}

function line(title: string, text: string): string {
  return text === '' ? '' : `[${title}] ${text}`;
}

function nextStep({ to, description }: { readonly to: string; readonly description?: string }): string {
  return description === undefined ? to : `${to} (${description})`;
}

function blockedLine(target: Phase | undefined, state: StateReader): string {
  if (target === undefined) return '';
  const missing = missingKeys(state, target.requires);
  if (missing.length === 0) return '';
  const preparers = target.preparations
    .filter(({ produces }) => produces.some((key) => missing.includes(key)))
    .map(({ name }) => name);
  const by = preparers.length === 0 ? '' : ` (prepared by ${preparers.join(', ')})`;
  return `[Required for ${target.name}] ${missing.map(displayKey).join(', ')}${by}`;
}

function firstSentence(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(flat)?.[0] ?? flat;
  return sentence.length <= MAX_SENTENCE_CHARS ? sentence : `${sentence.slice(0, MAX_SENTENCE_CHARS - 1)}…`;
}
