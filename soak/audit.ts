/** Compares both ends of a session. Pure. */
import type { ConversationLedger, LedgerEntry } from '../src/simulator/index.ts';
import type { ClientLedger } from './client-ledger.ts';
import { countOf, resultMark } from './marks.ts';
import type { Exactness } from './session-report.ts';

/** One context that the model had: the words of each entry, and whether it came from the client. */
type Context = readonly { readonly text: string; readonly isClients: boolean }[];

const CLIENTS: readonly LedgerEntry['type'][] = [
  'userText',
  'userSpeech',
  'context',
  'instruction',
  'toolResponse',
];
/** So many turns of the conversation a fresh session is told at most. */
const TOLD_TURNS = 20;

/** The contexts one after another, the last of which is the present one; those between are of sessions that never served. */
export function contextsOf({ abandoned, context }: ConversationLedger): readonly Context[] {
  return [...abandoned, context].map((entries) =>
    entries.map((entry) => ({
      text: 'text' in entry ? entry.text : '',
      isClients: CLIENTS.includes(entry.type),
    })),
  );
}

function timesIn(context: Context, mark: string): number {
  return context.reduce((sum, { text, isClients }) => sum + (isClients ? countOf(mark, text) : 0), 0);
}

/** The model said something after it. */
function isAnsweredIn(context: Context, mark: string): boolean {
  const at = context.findLastIndex(({ text, isClients }) => isClients && text.includes(mark));
  return at >= 0 && context.slice(at + 1).some(({ isClients }) => !isClients);
}

export function turnsAudit(
  client: ClientLedger,
  contexts: readonly Context[],
): Exactness & { readonly excused: readonly string[] } {
  const lost: string[] = [];
  const excused: string[] = [];
  const doubled: string[] = [];
  for (const turn of client.turns) {
    const { mark } = turn;
    if (contexts.some((context) => timesIn(context, mark) > 1)) doubled.push(mark);
    const last = contexts.at(-1) ?? [];
    if (timesIn(last, mark) > 0) continue;
    if (contexts.some((context) => isAnsweredIn(context, mark)) && isTooOldToTell(client, mark)) continue;
    if (turn.how === 'speech' && isLostToAGap(client, turn.atMs)) excused.push(mark);
    else lost.push(mark);
  }
  return { sent: client.turns.length, lost, doubled, excused };
}

/** A fresh session is told the newest turns; so many have ended since. */
function isTooOldToTell({ endedTurns, freshAtMs }: ClientLedger, mark: string): boolean {
  const at = endedTurns.findLastIndex(({ heard, cutOff }) => !cutOff && heard.includes(mark));
  return freshAtMs.some(
    (freshMs) => endedTurns.filter(({ atMs }, index) => index > at && atMs <= freshMs).length >= TOLD_TURNS,
  );
}

/** Audio is kept for two seconds; a gap that was longer has eaten it. */
function isLostToAGap({ rotations }: ClientLedger, saidMs: number): boolean {
  return rotations.some(
    ({ atMs, gapMs }) => atMs - saidMs > 1_900 && saidMs > atMs - gapMs - 2_000 && saidMs <= atMs,
  );
}

/** The results that went to the model, each by its call. */
export function resultsAudit(client: ClientLedger, contexts: readonly Context[]): Exactness {
  const lost: string[] = [];
  const doubled: string[] = [];
  const calls = [...client.answered.keys()].filter((call) => client.runs.has(call));
  for (const call of calls) {
    const mark = resultMark(call);
    if (contexts.some((context) => timesIn(context, mark) > 1)) doubled.push(call);
    if (timesIn(contexts.at(-1) ?? [], mark) > 0) continue;
    if (!contexts.some((context) => isAnsweredIn(context, mark))) lost.push(call);
  }
  return { sent: calls.length, lost, doubled };
}

/** What the application told beside the turns: it must be in the session that goes on, as turns are. */
export function contextsAudit(client: ClientLedger, contexts: readonly Context[]): Exactness {
  const lost = client.contexts.filter((mark) => !contexts.some((context) => timesIn(context, mark) > 0));
  const doubled = client.contexts.filter((mark) => contexts.some((context) => timesIn(context, mark) > 1));
  return { sent: client.contexts.length, lost, doubled };
}

/** Calls in the model's present context that nobody has answered. */
export function unansweredCalls({ context }: ConversationLedger, client: ClientLedger): readonly string[] {
  return context.flatMap((entry) => {
    if (entry.type !== 'toolCall' || client.cancelled.has(entry.id)) return [];
    const isAnswered = context.some((other) =>
      other.type === 'toolResponse'
        ? other.id === entry.id
        : 'text' in other && other.text.includes(resultMark(entry.id)),
    );
    return isAnswered ? [] : [entry.id];
  });
}
