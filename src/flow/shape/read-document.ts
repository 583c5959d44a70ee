import type { FlowProblem } from '../compile/compiled-flow.ts';
import { checkShape } from './check-shape.ts';
import { readJson } from './read-json.ts';
import type { Shape } from './shape.ts';

export type DocumentReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

/** Data that was not parsed may have getters, or stand behind a proxy. */
export const UNREADABLE: FlowProblem = {
  kind: 'invalid',
  path: '',
  message: 'It cannot be read: one of its fields threw.',
};

/** A document of this shape out of JSON text or data, or everything that is wrong with it. Never throws. */
export function readDocument<T>(document: unknown, shape: Shape<T>): DocumentReading<T> {
  const reading =
    typeof document === 'string' ? readJson(document) : ({ ok: true, value: document } as const);
  if (!reading.ok) return { ok: false, problems: [reading.problem] };
  let problems: readonly FlowProblem[];
  try {
    problems = checkShape(reading.value, shape);
  } catch {
    problems = [UNREADABLE];
  }
  // A value without problems has the shape, and the shape is that of the type.
  return problems.length === 0 ? { ok: true, value: reading.value as T } : { ok: false, problems };
}
