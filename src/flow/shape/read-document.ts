import type { FlowProblem } from '../compile/compiled-flow.ts';
import { frozenCopy } from '../compile/freeze.ts';
import { checkShape } from './check-shape.ts';
import { readJson } from './read-json.ts';
import type { Shape } from './shape.ts';

export type DocumentReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FlowProblem[] };

/** Data that was not parsed may have getters, or stand behind a proxy. */
const UNREAD: DocumentReading<never> = {
  ok: false,
  problems: [{ kind: 'invalid', path: '', message: 'It cannot be read: one of its fields threw.' }],
};

/** A frozen document of this shape out of JSON text or data, or everything that is wrong with it. Never throws. */
export function readDocument<T>(document: unknown, shape: Shape<T>): DocumentReading<T> {
  if (typeof document !== 'string') return readData(document, shape);
  const reading = readJson(document);
  return reading.ok ? readData(reading.value, shape) : { ok: false, problems: [reading.problem] };
}

/** As {@link readDocument}, of data. Getters may give something else each time: what is checked is what is used. */
export function readData<T>(data: unknown, shape: Shape<T>): DocumentReading<T> {
  let copy: unknown;
  try {
    copy = frozenCopy(data);
  } catch {
    // What is too large for a copy is so for any shape, which tells where.
  }
  try {
    const problems = checkShape(copy ?? data, shape);
    if (problems.length > 0) return { ok: false, problems };
    // A value without problems has the shape, and the shape is that of the type.
    return copy === undefined ? UNREAD : { ok: true, value: copy as T };
  } catch {
    return UNREAD;
  }
}
