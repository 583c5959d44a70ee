/**
 * What was sent and must reach the model exactly once: user turns, context turns and tool responses, each from its
 * submission until a resumption handle holds it (design §3, Outbox). Pure: the shell writes, and tells what it wrote.
 */
import { assertNever } from '../assert-never.ts';
import type { OutboxEntry, OutboxState, Place, Reply } from './outbox-state.ts';
import { withoutProgress } from './progress.ts';
import { answersSpeech, hear, passesOverSpeech, savesSpeech } from './spoken.ts';

/** What is learnt from the server. */
export type OutboxNews =
  /** A piece of the transcript of what the user says. */
  | { readonly type: 'heard'; readonly words: string }
  | { readonly type: 'modelBegan' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'turnComplete' }
  | { readonly type: 'generated' }
  /** What the turn has cost. */
  | { readonly type: 'counted' }
  /** The model waits for more input and will not answer. */
  | { readonly type: 'passedOver' }
  | { readonly type: 'called'; readonly calls: readonly string[] }
  /** Nobody wants to hear of these calls any more. */
  | { readonly type: 'cancelled'; readonly calls: readonly string[] }
  /** A handle came: it holds what was consumed before. `index` counts those messages, in transparent mode. */
  | { readonly type: 'handle'; readonly index?: number };

export type NewEntry = Pick<OutboxEntry, 'kind' | 'frame' | 'calls'> & {
  readonly asks: boolean;
  /** It asks when nothing else is to make the model speak any more. */
  readonly asksLater?: boolean;
};

/** More than this is not kept for a replay: the oldest that is answered goes first, then the oldest. */
const MAX_RETAINED = 256;
const MAX_RETAINED_CHARS = 4 * 1024 * 1024;
const MAX_FOREIGN_CALLS = 256;
const NOTHING: readonly never[] = [];
const KEPT: Place = { at: 'kept' };

export const EMPTY_OUTBOX: OutboxState = {
  entries: NOTHING,
  nextId: 1,
  turnOpen: false,
  ending: 'none',
  endedAtMs: Number.NEGATIVE_INFINITY,
  cut: false,
  crossMs: 0,
  foreignCalls: NOTHING,
  openForeignCalls: NOTHING,
  unasked: false,
  yields: false,
  heard: undefined,
  forgotten: 0,
};

/** Adds a message; its id is the state's `nextId` before. */
export function keep(state: OutboxState, { asks, asksLater = false, ...entry }: NewEntry): OutboxState {
  // The answer to a tool response is the next thing that the model says, also in a turn that it has begun.
  const isQueued = state.turnOpen && entry.kind !== 'toolResponse';
  const reply: Reply = !asks ? 'none' : isQueued ? 'queued' : 'awaited';
  const added: OutboxEntry = { id: state.nextId, place: KEPT, reply, ...entry };
  const openForeignCalls = state.openForeignCalls.filter((call) => !entry.calls.includes(call));
  return bounded({
    ...state,
    entries: [...state.entries, added],
    nextId: state.nextId + 1,
    openForeignCalls: openForeignCalls.length === 0 ? NOTHING : openForeignCalls,
    unasked: !asks && (state.unasked || (asksLater && !state.yields)),
  });
}

/** A message went on the wire. */
export function written(state: OutboxState, id: number, index: number, atMs: number): OutboxState {
  const place: Place = { at: 'written', index, atMs };
  return { ...state, entries: state.entries.map((entry) => (entry.id === id ? { ...entry, place } : entry)) };
}

/** Takes in what the server said, at `nowMs` on the clock, after `sent` messages were written on this connection. */
export function learn(state: OutboxState, news: OutboxNews, nowMs: number, sent = 0): OutboxState {
  switch (news.type) {
    case 'heard':
      return hear(state, news.words, sent);
    case 'modelBegan':
      return begun(
        {
          ...bounded(answersSpeech(state, nowMs)),
          turnOpen: true,
          ending: 'none',
          cut: false,
          unasked: false,
          yields: false,
        },
        nowMs,
      );
    case 'interrupted':
      // Whoever interrupts is answered.
      return { ...state, cut: true, unasked: false, yields: true };
    case 'turnComplete': {
      const ended = {
        ...passesOverSpeech(state, nowMs),
        turnOpen: false,
        ending: 'none' as const,
        endedAtMs: nowMs,
        cut: false,
      };
      const empty = state.cut ? undefined : ('given' as const);
      const change = { begun: 'given', queued: 'awaited', ...(empty && { awaited: empty }) } as const;
      // Some models end the turn of a call with its response, and speak about it in the next one.
      return answers(
        ended,
        change,
        (entry) => entry.kind !== 'toolResponse' || !crosses(state, entry, nowMs),
      );
    }
    case 'generated':
      return state.turnOpen && state.ending !== news.type ? { ...state, ending: news.type } : state;
    case 'counted':
      return state.ending === 'generated' ? { ...state, ending: news.type } : state;
    case 'passedOver':
      return answers(state, { begun: 'given', awaited: 'given' });
    case 'called':
      return state.foreignCalls.length === 0 ? state : knownAgain(state, news.calls);
    case 'cancelled':
      return { ...state, entries: withoutProgress(state.entries, news.calls) };
    case 'handle':
      // The service has ended the turn, and did not say so.
      if (state.ending === 'counted')
        return learn(learn(state, { type: 'turnComplete' }, nowMs), news, nowMs);
      return savesSpeech(saved(state, news.index, nowMs), news.index, nowMs);
    default:
      return assertNever(news);
  }
}

/** All that was sent is in the newest handle, and answered. */
export function isSettled(state: OutboxState): boolean {
  return state.entries.length === 0;
}

/** Whether the model still owes an answer. */
export function isUnanswered({ reply }: OutboxEntry): boolean {
  return reply !== 'none' && reply !== 'given';
}

/** Calls that the service has no memory of, and those of them that are being executed. */
export function estranged(
  state: OutboxState,
  lostCalls: readonly string[],
  openCalls: readonly string[],
): OutboxState {
  if (lostCalls.length === 0) return state;
  const foreignCalls = [...new Set([...state.foreignCalls, ...lostCalls])].slice(-MAX_FOREIGN_CALLS);
  const openForeignCalls = [...new Set([...state.openForeignCalls, ...openCalls])].slice(-MAX_FOREIGN_CALLS);
  return { ...state, foreignCalls, openForeignCalls };
}

/** Nobody will answer these calls. */
export function abandoned(state: OutboxState, calls: readonly string[]): OutboxState {
  const openForeignCalls = state.openForeignCalls.filter((call) => !calls.includes(call));
  return { ...state, openForeignCalls, entries: withoutProgress(state.entries, calls) };
}

/** Says whether a turn is left unasked. */
export function leftUnasked(state: OutboxState, unasked: boolean): OutboxState {
  return { ...state, unasked };
}

function knownAgain(state: OutboxState, calls: readonly string[]): OutboxState {
  const stays = (call: string): boolean => !calls.includes(call);
  const { foreignCalls, openForeignCalls } = state;
  return {
    ...state,
    foreignCalls: foreignCalls.filter(stays),
    openForeignCalls: openForeignCalls.filter(stays),
  };
}

function crosses({ crossMs }: OutboxState, { place }: OutboxEntry, nowMs: number): boolean {
  return place.at === 'written' && nowMs - place.atMs < crossMs;
}

function answers(
  state: OutboxState,
  change: Readonly<Partial<Record<Reply, Reply>>>,
  isMeant: (entry: OutboxEntry) => boolean = () => true,
): OutboxState {
  if (state.entries.length === 0) return state;
  const entries = state.entries.map((entry): OutboxEntry => {
    const reply = entry.place.at === 'kept' || !isMeant(entry) ? undefined : change[entry.reply];
    return reply === undefined ? entry : { ...entry, reply };
  });
  return { ...state, entries };
}

function begun(state: OutboxState, nowMs: number): OutboxState {
  if (state.entries.length === 0) return state;
  const entries = state.entries.map((entry): OutboxEntry => {
    return entry.reply === 'awaited' && entry.place.at !== 'kept' && !crosses(state, entry, nowMs)
      ? { ...entry, reply: 'begun' }
      : entry;
  });
  return { ...state, entries };
}

function saved(state: OutboxState, handleIndex: number | undefined, nowMs: number): OutboxState {
  if (state.entries.length === 0) return state;
  const entries = state.entries.flatMap((entry): readonly OutboxEntry[] => {
    if (entry.place.at === 'saved') return isUnanswered(entry) ? [entry] : NOTHING;
    if (entry.place.at === 'kept') return [entry];
    const { index, atMs } = entry.place;
    // No handle is made while the model answers: this one is late, and of the end of the turn before.
    const madeAtMs = state.turnOpen && entry.reply === 'begun' ? state.endedAtMs : nowMs;
    // By the count where the service gives one; else what was answered, or sent clearly before.
    const isConsumed =
      handleIndex === undefined
        ? entry.reply === 'given' || atMs + state.crossMs < madeAtMs
        : index <= handleIndex;
    if (!isConsumed) return [entry];
    return isUnanswered(entry) ? [{ ...entry, place: { at: 'saved' } }] : NOTHING;
  });
  return { ...state, entries };
}

function bounded(state: OutboxState): OutboxState {
  const retained = state.entries.filter(({ place }) => place.at !== 'kept');
  const chars = retained.reduce((sum, { frame }) => sum + frame.length, 0);
  if (retained.length <= MAX_RETAINED && chars <= MAX_RETAINED_CHARS) return state;
  const goner = retained.find((entry) => !isUnanswered(entry)) ?? retained[0];
  if (goner === undefined) return state;
  const entries = state.entries.filter(({ id }) => id !== goner.id);
  return bounded({ ...state, entries, forgotten: state.forgotten + 1 });
}
