/** Texts with `{argument}` and `{env:NAME}` in them. What is put in is never looked at again for further places. */

/** One part of a template. */
export type TemplatePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'argument'; readonly name: string }
  | { readonly type: 'env'; readonly name: string };

const PLACE = /\{([^{}]+)\}/;
const ENV = 'env:';

export function templateParts(template: string): readonly TemplatePart[] {
  // Literal text and names by turns, literal text first and last.
  return template.split(PLACE).map((piece, at): TemplatePart => {
    if (at % 2 === 0) return { type: 'text', text: piece };
    return piece.startsWith(ENV)
      ? { type: 'env', name: piece.slice(ENV.length).trim() }
      : { type: 'argument', name: piece };
  });
}

/** The template with each place replaced. */
export function fillTemplate(
  template: string,
  value: (place: Exclude<TemplatePart, { readonly type: 'text' }>) => string,
): string {
  return templateParts(template)
    .map((part) => (part.type === 'text' ? part.text : value(part)))
    .join('');
}
