/**
 * What the user said aloud, as the service wrote it down. Once the model has begun to answer, the sound of it is not kept
 * any more: a session that does not know of it is told the words. Pure.
 */
import { userText } from '../protocol/content.ts';
import type { OutboxEntry, OutboxState, Place, Reply } from './outbox-state.ts';

/** A piece of the transcript: of what is being said, or, behind it, of what the model answers already. */
export function hear(state: OutboxState, piece: string, index: number): OutboxState {
  if (piece === '') return state;
  const isAnswering = state.turnOpen && !state.cut;
  const last = isAnswering ? state.entries.findLast(({ reply }) => reply === 'begun') : undefined;
  if (last?.words !== undefined) {
    const words = last.words + piece;
    const told = { ...last, words, frame: frameOf(words) };
    return { ...state, entries: state.entries.map((entry) => (entry === last ? told : entry)) };
  }
  return { ...state, heard: { words: (state.heard?.words ?? '') + piece, index } };
}

/** The model speaks: about what it has heard, unless it goes on with a turn that nobody has cut off. */
export function answersSpeech(state: OutboxState, nowMs: number): OutboxState {
  return state.turnOpen && !state.cut ? state : keepHeard(state, 'begun', nowMs);
}

/** A turn ends: one that said nothing was all of the answer; in any other the words are of the user's next turn. */
export function passesOverSpeech(state: OutboxState, nowMs: number): OutboxState {
  return state.turnOpen || state.cut ? state : keepHeard(state, 'given', nowMs);
}

/** A handle comes after the words: it holds them, unless its count of messages says otherwise. */
export function savesSpeech(state: OutboxState, handleIndex: number | undefined, nowMs: number): OutboxState {
  const { heard } = state;
  if (heard !== undefined && handleIndex !== undefined && handleIndex < heard.index) return state;
  return keepHeard(state, 'awaited', nowMs, { at: 'saved' });
}

/** The connection is lost: what was heard and not answered is asked again, where the user has ended. */
export function lostUnanswered(state: OutboxState, isOver: boolean, nowMs: number): OutboxState {
  return keepHeard(state, isOver ? 'awaited' : 'none', nowMs);
}

function keepHeard(state: OutboxState, reply: Reply, nowMs: number, place?: Place): OutboxState {
  const { heard } = state;
  if (heard === undefined) return state;
  const entry: OutboxEntry = {
    id: state.nextId,
    kind: 'turn',
    frame: frameOf(heard.words),
    calls: [],
    words: heard.words,
    // The service has it already.
    place: place ?? { at: 'written', index: heard.index, atMs: nowMs },
    reply,
  };
  return { ...state, heard: undefined, nextId: state.nextId + 1, entries: [...state.entries, entry] };
}

function frameOf(words: string): string {
  return JSON.stringify({ clientContent: { turns: [userText(words.trim())], turnComplete: true } });
}
