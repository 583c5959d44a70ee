/** Words that nothing else contains: what is sent with one can be found on the other side, and counted. */

/** Of the nth turn of the user. */
export const turnMark = (turn: number): string => `[u${turn}]`;
/** Of the nth context that the application tells. */
export const contextMark = (context: number): string => `[c${context}]`;
/** Of the result of a call. */
export const resultMark = (callId: string): string => `result of ${callId};`;

/** The number of the last turn that is marked in a text. */
export function lastTurnIn(text: string): number | undefined {
  const last = [...text.matchAll(/\[u(\d+)\]/g)].at(-1)?.[1];
  return last === undefined ? undefined : Number(last);
}

/** How often a mark is in a text. */
export function countOf(mark: string, text: string): number {
  return text.split(mark).length - 1;
}

/** Each mark in a text. */
export function marksIn(text: string): readonly string[] {
  return text.match(/\[[uc]\d+\]|result of [^;"]+;/g) ?? [];
}
