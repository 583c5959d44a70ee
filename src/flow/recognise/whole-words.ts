/** Matches a phrase as whole words, in any case and spacing, every time it occurs. */
export function wholeWords(phrase: string): RegExp {
  const words = phrase.trim().split(/\s+/).map(literal).join('\\s+');
  return new RegExp(`(?<![\\p{L}\\p{N}_])${words}(?![\\p{L}\\p{N}_])`, 'giu');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
