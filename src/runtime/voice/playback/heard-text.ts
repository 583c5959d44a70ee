/** Where a transcript is cut when only part of its sound was heard. Pure. */
import type { TranscriptPiece } from '../../../wire/index.ts';

/** Scripts that write words without spaces between them: each character may be the last. */
const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}';
const WORD_END: RegExp = new RegExp(
  `(?<=\\s)|(?=\\s)|(?=\\p{P}+(?:\\s|$))|(?:(?<=[${UNSPACED}])|(?=[${UNSPACED}]))(?!\\p{M})`,
  'uy',
);

/** The words of `text` that lie wholly in its first `characters` UTF-16 units, without a space behind the last. */
export function cutAtWord(text: string, characters: number): string {
  if (characters >= text.length) return text;
  for (let end = Math.floor(characters); end > 0; end--) {
    if (isWordEnd(text, end)) return text.slice(0, end).trimEnd();
  }
  return '';
}

function isWordEnd(text: string, at: number): boolean {
  // A unicode expression steps back out of a surrogate pair and would allow a cut through it.
  if (/[\uDC00-\uDFFF]/.test(text[at] ?? '')) return false;
  WORD_END.lastIndex = at;
  return WORD_END.test(text);
}

/** The text of a transcript in pieces. */
export function transcriptText(transcript: string | readonly TranscriptPiece[]): string {
  return typeof transcript === 'string' ? transcript : transcript.map((piece) => piece.text).join('');
}

/**
 * What was heard by the times of its words, or undefined when they do not say: some piece has text and no timed
 * words, a word is not in the text, or the times count from elsewhere than the beginning of the turn's audio, of
 * which `receivedMs` have come.
 */
export function textByWordTimes(
  pieces: readonly TranscriptPiece[],
  heardMs: number,
  receivedMs: number,
): string | undefined {
  const text = transcriptText(pieces);
  let cursor = 0;
  let heardTo = 0;
  for (const piece of pieces) {
    if (piece.text.trim() === '') continue;
    if (piece.words === undefined || piece.words.length === 0) return undefined;
    for (const { word, startMs, endMs } of piece.words) {
      const at = text.indexOf(word.trim(), cursor);
      if (at < 0 || endMs === undefined) return undefined;
      if (cursor === 0 && (startMs ?? endMs) > receivedMs) return undefined;
      cursor = at + word.trim().length;
      if (endMs <= heardMs) heardTo = cursor;
    }
  }
  return text.slice(0, heardTo) + (/^\p{P}+(?=\s|$)/u.exec(text.slice(heardTo))?.[0] ?? '');
}
