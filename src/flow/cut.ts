/** A text of at most so many UTF-16 units: a longer one ends with a sign that tells it. */
export function cut(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars - 1)}…`;
}
