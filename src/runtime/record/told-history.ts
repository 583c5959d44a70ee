/** What a session that begins anew in the middle of a conversation is told of it. */
import type { Content } from '../../wire/index.ts';
import type { TranscriptTurn } from './transcript-turn.ts';
import type { Transcripts } from './transcripts.ts';
import { isBlank } from './turn-draft.ts';

/** So many turns, and so much text of them, are told at most: the newest. */
const MAX_TURNS = 20;
const MAX_LENGTH = 40_000;

/**
 * The turns that are over, as both sides said them: the model is told its own conversation. Words that wait for their answer
 * are left out, because the session sends them again.
 */
export function toldHistory(transcripts: Pick<Transcripts, 'window'>): readonly Content[] {
  const turns = transcripts.window(MAX_TURNS);
  const lastWhole = turns.findLastIndex(({ cutOff }) => cutOff !== true);
  const contents: Content[] = [];
  let length = 0;
  for (const [at, turn] of [...turns.entries()].reverse()) {
    const told = contentsOf(turn, at > lastWhole);
    length += told.reduce((sum, { parts }) => sum + (parts[0]?.text?.length ?? 0), 0);
    if (length > MAX_LENGTH) break;
    contents.unshift(...told);
  }
  return contents;
}

/** What a cut-off turn began to say, the turn that follows it says anew. */
function contentsOf(
  { user, model, cutOff, typed }: TranscriptTurn,
  isUnanswered: boolean,
): readonly Content[] {
  if (isUnanswered && (typed === true || !isBlank(user))) return [];
  const said = cutOff === true && !isUnanswered ? '' : model;
  return [...content('user', user), ...content('model', said)];
}

function content(role: 'user' | 'model', text: string): readonly Content[] {
  return isBlank(text) ? [] : [{ role, parts: [{ text }] }];
}
