/** Compares both ends of a session. Pure. */
import type { ConversationLedger, LedgerEntry } from '../src/simulator/index.ts';
import type { ClientLedger, SentTurn } from './client-ledger.ts';
import { countOf, resultMark } from './marks.ts';
import type { Exactness, TurnsOutcome } from './session-report.ts';

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
/** Nothing is ordered more closely than this between two busy processes; in memory a round trip takes no longer. */
const CROSS_MS = 50;

/** The contexts one after another, the last of which is the present one; those between are of sessions that never served. */
export function contextsOf({
  abandoned,
  context,
}: Pick<ConversationLedger, 'abandoned' | 'context'>): readonly Context[] {
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

/** What is compared with what. */
export interface Ends {
  readonly client: ClientLedger;
  readonly contexts: readonly Context[];
  /** What reached the server, chunk by chunk; undefined where chunks are cut anew on the way. */
  readonly heardChunks: ReadonlySet<string> | undefined;
  /** Handles say which messages they hold. */
  readonly transparent: boolean;
}

export function turnsAudit(ends: Ends): TurnsOutcome {
  const { client, contexts } = ends;
  const gone = client.turns.filter((turn) => isGone(ends, turn));
  const excused = gone.filter((turn) => turn.how === 'speech' && isSoundDropped(ends, turn));
  const lost = gone.filter((turn) => !excused.includes(turn));
  const twice = client.turns.filter(({ mark }) => contexts.some((context) => timesIn(context, mark) > 1));
  const crossed = twice.filter(({ mark, atMs }) => crossedAHandle(ends, mark, atMs));
  return {
    sent: client.turns.length,
    lost: marksOf(lost),
    doubled: marksOf(twice.filter((turn) => !crossed.includes(turn))),
    crossed: marksOf(crossed),
    excused: marksOf(excused),
  };
}

function marksOf(turns: readonly SentTurn[]): readonly string[] {
  return turns.map(({ mark }) => mark);
}

/** In no context that goes on: not in the present one, and not answered so long before a fresh one that it was not told. */
function isGone({ client, contexts }: Ends, turn: SentTurn): boolean {
  if (timesIn(contexts.at(-1) ?? [], turn.mark) > 0) return false;
  return !(contexts.some((context) => isAnsweredIn(context, turn.mark)) && isTooOldToTell(client, turn));
}

/** A fresh session is told the newest turns; so many have ended since. */
function isTooOldToTell({ endedTurns, freshAtMs }: ClientLedger, { mark, atMs: sentMs }: SentTurn): boolean {
  const at = endedTurns.findLastIndex(({ heard, cutOff }) => !cutOff && heard.includes(mark));
  const newer = endedTurns.filter(({ atMs }, index) => (at < 0 ? atMs > sentMs : index > at));
  return freshAtMs.some((freshMs) => newer.filter(({ atMs }) => atMs <= freshMs).length >= TOLD_TURNS);
}

/** Its sound was dropped for a known reason: behind a call that blocks the microphone, or in a gap that was too long. */
function isSoundDropped({ client, heardChunks }: Ends, { atMs, chunk }: SentTurn): boolean {
  const said = chunk === undefined ? undefined : client.chunks[chunk];
  const isHeld = said?.isHeld === true && (heardChunks === undefined || !heardChunks.has(said.hash));
  return isHeld || isLostToAGap(client, atMs);
}

/** Audio is kept for two seconds; a gap that was longer has eaten it. */
function isLostToAGap({ rotations }: ClientLedger, saidMs: number): boolean {
  return rotations.some(
    ({ atMs, gapMs }) => atMs - saidMs > 1_900 && saidMs > atMs - gapMs - 2_000 && saidMs <= atMs,
  );
}

/**
 * A handle came within the time in which nobody can tell whether it holds what was sent: it is sent again, in case (guide of
 * the wire). Handles with an index leave no doubt.
 */
function crossedAHandle({ client, transparent }: Ends, mark: string, saidMs: number): boolean {
  // Also when it was sent again: the session may break off once more.
  const sentMs = [saidMs, ...(client.writtenAtMs.get(mark) ?? [])];
  const crosses = (atMs: number): boolean => sentMs.some((ms) => atMs >= ms && atMs - ms <= CROSS_MS);
  return !transparent && client.handlesAtMs.some(crosses);
}

/** The results that went to the model, each by its call. */
export function resultsAudit(ends: Ends): Exactness {
  const { client, contexts } = ends;
  const calls = [...client.answered.keys()].filter((call) => client.runs.has(call));
  const twice = calls.filter((call) => contexts.some((context) => timesIn(context, resultMark(call)) > 1));
  const crossed = twice.filter((call) =>
    crossedAHandle(ends, resultMark(call), client.answeredAtMs.get(call) ?? 0),
  );
  return {
    sent: calls.length,
    lost: calls.filter((call) => {
      const mark = resultMark(call);
      if (timesIn(contexts.at(-1) ?? [], mark) > 0) return false;
      return !contexts.some((context) => isAnsweredIn(context, mark));
    }),
    doubled: twice.filter((call) => !crossed.includes(call)),
    crossed,
  };
}

/** What the application told beside the turns; what a lost session knew of it is not told to a fresh one. */
export function contextsAudit(ends: Ends): Exactness {
  const { client, contexts } = ends;
  const times = (mark: string): number => Math.max(...contexts.map((context) => timesIn(context, mark)));
  const twice = client.contexts.filter(({ mark }) => times(mark) > 1);
  const crossed = twice.filter(({ mark, atMs }) => crossedAHandle(ends, mark, atMs));
  return {
    sent: client.contexts.length,
    lost: client.contexts.filter(({ mark }) => times(mark) === 0).map(({ mark }) => mark),
    doubled: twice.filter((told) => !crossed.includes(told)).map(({ mark }) => mark),
    crossed: crossed.map(({ mark }) => mark),
  };
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
