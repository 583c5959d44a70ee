/** What a line of any view is made of. */

import { printable } from '../shell/printable.ts';
import type { ConversationLine } from '../talk/conversation-log.ts';
import type { FactLine } from '../talk/fact-line.ts';
import type { Style } from './paint.ts';
import { seconds } from './seconds.ts';

/** Something finished, to be kept. */
export type ViewLine = ConversationLine | FactLine;

/** A line, ready to be laid out: safe text, and what its colours mean. */
export interface LineParts {
  /** Beside the words stands what was done. */
  readonly column: 'words' | 'facts';
  readonly label: string;
  readonly labelStyle: Style;
  readonly text: string;
  /** Of the text. @default the terminal's own */
  readonly style?: Style;
  readonly note?: { readonly text: string; readonly style: Style; readonly brackets: boolean };
}

/** Cells of a label with the blank behind it. */
export const LABEL_CELLS = 7;

const OUTCOME_STYLES = { ran: 'dim', failed: 'red', refused: 'red', cancelled: 'yellow' } as const;

/** Words of the user, said or being said. */
export function userParts(text: string): LineParts {
  return { column: 'words', label: 'you', labelStyle: 'cyan', text: printable(text) };
}

/** Words of the agent; `cut` when the user cut it off. */
export function agentParts(text: string, cut: boolean): LineParts {
  const parts: LineParts = { column: 'words', label: 'agent', labelStyle: 'green', text: printable(text) };
  if (!cut) return parts;
  return { ...parts, note: { text: '— cut off by the user', style: 'red', brackets: false } };
}

/** Any line. */
export function lineParts(line: ViewLine): LineParts {
  switch (line.who) {
    case 'user':
      return userParts(line.text);
    case 'agent':
      return agentParts(line.text, line.cut);
    case 'tool':
      return { column: 'facts', label: 'tool', labelStyle: 'magenta', text: printable(line.text) };
    case 'latency': {
      const text = `answered ${seconds(line.latencyMs)} after the last word`;
      return { column: 'words', label: '', labelStyle: 'dim', text, style: 'dim' };
    }
    case 'session':
      return {
        column: 'words',
        label: '',
        labelStyle: 'yellow',
        text: printable(line.text),
        style: 'yellow',
      };
    case 'phase':
      return {
        column: 'facts',
        label: 'phase',
        labelStyle: 'blue',
        text: printable(`${line.from} → ${line.to === '' ? 'the end' : line.to}`),
        note: { text: printable(line.reason), style: 'dim', brackets: true },
      };
    case 'state':
      return {
        column: 'facts',
        label: 'state',
        labelStyle: 'yellow',
        text: printable(`${line.key} ${line.change}`),
        note: { text: printable(line.why), style: 'dim', brackets: true },
      };
    case 'why':
      return {
        column: 'facts',
        label: 'why',
        labelStyle: 'dim',
        text: printable(`${line.holds ? '✓' : '✗'} ${line.text}`),
        style: line.holds ? 'green' : 'red',
      };
    case 'call':
      return {
        column: 'facts',
        label: 'tool',
        labelStyle: 'magenta',
        text: printable(line.call),
        note: { text: outcomeText(line), style: OUTCOME_STYLES[line.outcome], brackets: false },
      };
  }
}

function outcomeText({ outcome, detail }: Extract<ViewLine, { who: 'call' }>): string {
  return printable(outcome === 'ran' ? `ran → ${detail}` : `${outcome}: ${detail}`);
}
