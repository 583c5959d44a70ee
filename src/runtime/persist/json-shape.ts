/** Checks of plain JSON, and where it goes wrong. Nothing is allocated for what is sound. */
import { pathTo } from '../state/frozen-json.ts';

export interface ShapeProblem {
  /** Like `.state.values`; empty for the value itself. */
  readonly path: string;
  readonly reason: string;
}

/** Undefined when it is sound. */
export type Check = (value: unknown) => ShapeProblem | undefined;

function is(test: (value: unknown) => boolean, reason: string): Check {
  const problem: ShapeProblem = { path: '', reason };
  return (value) => (test(value) ? undefined : problem);
}

export const text: Check = is((value) => typeof value === 'string', 'is no text');
export const flag: Check = is((value) => typeof value === 'boolean', 'is neither true nor false');
export const amount: Check = is(
  (value) => typeof value === 'number' && Number.isFinite(value),
  'is no number',
);
export const count: Check = is(
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
  'is no whole number from 0',
);
/** Any JSON; what it holds is looked at where it is used. */
export const anything: Check = is((value) => value !== undefined, 'is missing');

export function oneOf(...values: ReadonlyArray<string | number | boolean>): Check {
  const set = new Set<unknown>(values);
  return is(
    (value) => set.has(value),
    `is none of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  );
}

export function list(item: Check, limit = 100_000): Check {
  return (value) => {
    if (!Array.isArray(value)) return { path: '', reason: 'is no list' };
    if (value.length > limit) return { path: '', reason: `has over ${limit} items` };
    for (let index = 0; index < value.length; index++) {
      const problem = item(value[index]);
      if (problem !== undefined) return { path: `[${index}]${problem.path}`, reason: problem.reason };
    }
    return undefined;
  };
}

export function record(item: Check): Check {
  return (value) => {
    if (!isRecord(value)) return { path: '', reason: 'is no object' };
    for (const key of Object.keys(value)) {
      const problem = item(value[key]);
      if (problem !== undefined) return { path: pathTo('', key) + problem.path, reason: problem.reason };
    }
    return undefined;
  };
}

/** An object with these fields; others may stand beside them. */
export function shape(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const fields = [
    ...Object.entries(required).map(([key, check]) => ({ key, check, isRequired: true })),
    ...Object.entries(optional).map(([key, check]) => ({ key, check, isRequired: false })),
  ];
  return (value) => {
    if (!isRecord(value)) return { path: '', reason: 'is no object' };
    for (const { key, check, isRequired } of fields) {
      const item = Object.hasOwn(value, key) ? value[key] : undefined;
      if (item === undefined && !isRequired) continue;
      const problem = check(item);
      if (problem !== undefined) return { path: pathTo('', key) + problem.path, reason: problem.reason };
    }
    return undefined;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
