/** What a new connection is told of what the one before it was sent (design §3, Outbox). Pure. */
import type { ModelProfile } from '../model/profile.ts';
import type { Content } from '../protocol/content.ts';
import type { Replayed } from '../session/session-event.ts';
import { EMPTY_OUTBOX, estranged, isUnanswered } from './outbox.ts';
import type { OutboxEntry, OutboxState, Place } from './outbox-state.ts';
import { lostUnanswered } from './spoken.ts';
import { askAgain, asTurn, isWordless } from './turn-frame.ts';

/** The session on the new connection. */
export interface NewSession {
  /** It went on from the newest handle; otherwise it knows nothing. */
  readonly resumed: boolean;
  /** It was told the answered turns of the conversation. */
  readonly reseeded: boolean;
  /** Calls that it does not know of. */
  readonly lostCalls: readonly string[];
  /** Of those, the ones whose results are still to come. */
  readonly openCalls: readonly string[];
  /** The state's `crossMs` on this connection. */
  readonly crossMs: number;
  /** Nobody is in the middle of a turn that this side has opened. */
  readonly mayAsk: boolean;
  readonly nowMs: number;
  readonly profile: Pick<ModelProfile, 'clientContentMidSession'>;
}

export interface Replay {
  readonly state: OutboxState;
  /** Entries to write before all that waits, in this order; each is `kept` again. */
  readonly ids: readonly number[];
  /** Asks for the answer to a turn that the session knows already. */
  readonly nudge: string | undefined;
  readonly counts: Pick<Replayed, 'turns' | 'toolResponses'>;
}

const KEPT: Place = { at: 'kept' };

/** Decides what is written again: what the session does not know, and nothing else. */
export function replay(before: OutboxState, session: NewSession): Replay {
  const state = estranged(
    {
      ...lostUnanswered(before, session.mayAsk, session.nowMs),
      ...{ turnOpen: false, ending: 'none' as const, cut: false, yields: false, crossMs: session.crossMs },
    },
    session.lostCalls,
    session.openCalls,
  );
  const isForeign = (entry: OutboxEntry): boolean =>
    entry.calls.some((call) => state.foreignCalls.includes(call));
  // The history tells of turns that are answered.
  const told = (entry: OutboxEntry): boolean => !session.resumed && session.reseeded && isAnswered(entry);
  // What it holds is not said again, however it may be asked for the answer.
  const known = (entry: OutboxEntry): boolean => entry.place.at === 'saved' && session.resumed;
  const entries = state.entries.filter((entry) => !told(entry));
  const again = entries.filter((entry) => entry.place.at !== 'kept' && !known(entry));
  const responses = entries.filter(
    (entry) => entry.kind === 'toolResponse' && !isForeign(entry) && !known(entry),
  );
  const unsaid = again.filter((entry) => !responses.includes(entry));
  const owed = entries.some((entry) => entry.place.at !== 'kept' && isUnanswered(entry));
  // A turn that waits will ask, and so will the result of a call that is being executed.
  const asksLater = entries.some(
    (entry) => entry.place.at === 'kept' && isUnanswered(entry) && !responses.includes(entry),
  );
  const wantsAnswer = (owed || before.unasked) && !asksLater;
  const mustAsk = wantsAnswer && state.openForeignCalls.length === 0;
  const last = unsaid.at(-1);
  // A prompt without words is nothing once it does not ask.
  const turns = unsaid.filter((entry) => !isWordless(entry.frame) || (mustAsk && entry === last));
  const left = entries.filter((entry) => !unsaid.includes(entry) || turns.includes(entry));
  const rewritten = left.map((entry) => {
    if (turns.includes(entry)) return repeated(entry, mustAsk && entry === last, session.profile);
    if (entry.kind === 'toolResponse' && isForeign(entry)) {
      return repeated(entry, isUnanswered(entry), session.profile);
    }
    return fresh(entry);
  });
  const repeatedResponses = responses.filter((entry) => again.includes(entry));
  const isSilent =
    last === undefined && repeatedResponses.length === 0 && !responses.some((entry) => isUnanswered(entry));
  return {
    state: {
      ...state,
      entries: rewritten.length === 0 ? EMPTY_OUTBOX.entries : rewritten,
      unasked: wantsAnswer && !mustAsk,
    },
    ids: [...responses, ...turns].map(({ id }) => id),
    nudge: mustAsk && isSilent ? askAgain(session.profile) : undefined,
    counts: { turns: turns.length, toolResponses: repeatedResponses.length },
  };
}

function isAnswered(entry: OutboxEntry): boolean {
  return entry.kind === 'turn' ? !isUnanswered(entry) : entry.reply === 'given';
}

/** On a new connection no answer has begun yet, and one that was given is asked for no more. */
function fresh(entry: OutboxEntry): OutboxEntry {
  const place = entry.place.at === 'saved' ? entry.place : KEPT;
  return { ...entry, place, reply: isUnanswered(entry) ? 'awaited' : 'none' };
}

function repeated(entry: OutboxEntry, asks: boolean, profile: NewSession['profile']): OutboxEntry {
  const kind = isUnanswered(entry) || isAnswered(entry) ? 'turn' : 'context';
  const reply = isUnanswered(entry) ? 'awaited' : 'none';
  return { ...entry, kind, reply, calls: [], place: KEPT, frame: asTurn(entry.frame, asks, profile) };
}

/**
 * The conversation so far, as the first message of a fresh session (spec: wire §4, History seeding). `endsSeeding` when
 * the setup said that history comes; otherwise it must end in a user turn, and wakes nobody.
 */
export function seedFrame(history: readonly Content[], endsSeeding: boolean): string {
  if (endsSeeding) return JSON.stringify({ clientContent: { turns: history, turnComplete: true } });
  const isUsers = history.at(-1)?.role === 'user';
  const turns = isUsers ? history : [...history, { role: 'user', parts: [{ text: RENEWED }] }];
  return JSON.stringify({ clientContent: { turns, turnComplete: false } });
}

const RENEWED = '(The connection was renewed; the conversation goes on.)';
