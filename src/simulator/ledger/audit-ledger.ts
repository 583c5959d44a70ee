/** Compares what a client says it told the model with what the model has. Pure. */
import { type LedgerEntry, textOfItem } from './ledger-entry.ts';

/** Something that must be in the context once: it is found by words that nothing else contains. */
export interface ExpectedItem {
  readonly mark: string;
  /** Which entries may be it. @default anything that a client sends */
  readonly types?: readonly LedgerEntry['type'][];
}

/** What is wrong; both lists are empty when every item is there exactly once. */
export interface LedgerAudit {
  /** Marks that are nowhere. */
  readonly lost: readonly string[];
  /** Marks that are there more than once, each once. */
  readonly doubled: readonly string[];
}

const FROM_CLIENT: readonly LedgerEntry['type'][] = [
  'userText',
  'userSpeech',
  'context',
  'instruction',
  'toolResponse',
];

/** Looks for each mark in what the entries say; a mark twice in one entry counts twice. */
export function auditLedger(
  context: readonly LedgerEntry[],
  expected: readonly (string | ExpectedItem)[],
): LedgerAudit {
  const texts = context.map((entry) => ({ type: entry.type, text: textOfItem(entry) }));
  const lost: string[] = [];
  const doubled: string[] = [];
  for (const item of expected) {
    const { mark, types = FROM_CLIENT } = typeof item === 'string' ? { mark: item } : item;
    let count = 0;
    for (const { type, text } of texts) if (types.includes(type)) count += text.split(mark).length - 1;
    if (count === 0) lost.push(mark);
    if (count > 1) doubled.push(mark);
  }
  return { lost, doubled };
}
