import type { FlowProblem } from '../compile/compiled-flow.ts';
import { FlowError } from '../flow-error.ts';
import { pathTo } from '../shape/path-to.ts';
import type { FlowDefinition } from './flow-definition.ts';
import { readFlow } from './read-flow.ts';

/**
 * The flow as JSON text, which `readFlow` reads to an equal one. Throws a `FlowError`: `notSerialisable` names each
 * condition that is a function, `invalidFlow` what is no flow.
 */
export function writeFlow(definition: FlowDefinition): string {
  const reading = readFlow(definition);
  if (!reading.ok) throw new FlowError('invalidFlow', 'This is no flow.', reading.problems);
  const functions = codeIn(definition, '');
  if (functions.length > 0) {
    throw new FlowError('notSerialisable', 'Functions have no JSON form.', functions);
  }
  return JSON.stringify(definition, null, 2);
}

/** The functions in data that was checked: it is not deep, and holds itself nowhere. */
function codeIn(value: unknown, path: string): readonly FlowProblem[] {
  if (typeof value === 'function') {
    return [{ kind: 'invalid', path, message: 'It is a function: say it with the other conditions.' }];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    codeIn(item, Array.isArray(value) ? `${path}[${key}]` : pathTo(path, key)),
  );
}
