import type { Recogniser } from './recogniser.ts';

export interface PatternOptions {
  /** Which group is the value, by number or name. @default the first group that matched, else the whole match */
  readonly group?: number | string;
  /** @default 'pattern' */
  readonly kind?: string;
}

/** What a regular expression finds, the first time; confidence 0.9. Flags `g` and `y` do not matter. */
export function pattern(
  expression: RegExp,
  { group, kind = 'pattern' }: PatternOptions = {},
): Recogniser<string> {
  const stateless = new RegExp(expression.source, expression.flags.replace(/[gy]/g, ''));
  return {
    kind,
    recognise(text) {
      const match = stateless.exec(text);
      if (match === null) return undefined;
      const value = groupOf(match, group);
      return value === undefined ? undefined : { value, confidence: 0.9 };
    },
  };
}

function groupOf(match: RegExpExecArray, group: number | string | undefined): string | undefined {
  if (typeof group === 'string') return match.groups?.[group];
  if (typeof group === 'number') return match[group];
  return match.slice(1).find((part) => part !== undefined) ?? match[0];
}
