/** Regular expressions that a document brings along. */
import type { ProblemList } from '../compile/problem-list.ts';
import { patternProblem } from '../pattern/safe-pattern.ts';
import type { ConversationDocument } from './conversation-document.ts';
import type { IndexedSlot } from './slot-index.ts';

/** Reports those that are none, and those that could hang. */
export function checkPatterns(
  { tools = [], extractors = [] }: ConversationDocument,
  slots: readonly IndexedSlot[],
  problems: ProblemList,
): void {
  const check = (path: string, source: string, flags?: string): void => {
    const problem = patternProblem(source, flags);
    if (problem === undefined) return;
    const { kind, message, hint } = problem;
    problems.add(kind, path, message, hint === undefined ? {} : { hint });
  };
  for (const { recogniser, validator, path } of slots) {
    if (typeof recogniser === 'object' && 'pattern' in recogniser) {
      check(`${path}.recogniser.pattern`, recogniser.pattern, recogniser.flags);
    }
    if (validator?.pattern !== undefined) check(`${path}.validator.pattern`, validator.pattern);
  }
  tools.forEach(({ parameters }, index) => {
    eachPattern(parameters, `tools[${index}].parameters`, check);
  });
  extractors.forEach(({ schema }, index) => {
    eachPattern(schema, `extractors[${index}].schema`, check);
  });
}

/** The `pattern` keywords of a JSON Schema. Its depth was limited before. */
function eachPattern(value: unknown, path: string, check: (path: string, source: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`;
    if (key === 'pattern' && typeof inner === 'string') check(at, inner);
    else eachPattern(inner, at, check);
  }
}
