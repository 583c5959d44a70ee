import { deepStrictEqual, ok } from 'node:assert/strict';
import type { JsonValue } from '../flow/state-reader.ts';
import type { Store, StoredSession, StoreEntry } from '../runtime/persist/store.ts';
import type { StoreErrorCode } from '../runtime/persist/store-error.ts';
import { matches, printed, type Shape } from './shape.ts';

/** What is claimed of a value; a claim that does not hold throws an `AssertionError`. */
export interface Claim {
  toEqual(wanted: unknown): void;
  toBe(wanted: unknown): void;
  toBeUndefined(): void;
  toHaveLength(length: number): void;
  toMatchObject(shape: Shape): void;
}

export function claim(actual: unknown): Claim {
  const equal = (wanted: unknown): void => deepStrictEqual(actual, wanted);
  return {
    toEqual: equal,
    toBe: equal,
    toBeUndefined: () => equal(undefined),
    toHaveLength: (length) => deepStrictEqual((actual as { readonly length?: unknown }).length, length),
    toMatchObject: (shape) =>
      ok(matches(actual, shape), `${printed(actual)} does not hold ${printed(shape)}`),
  };
}

/** The promise rejects with a `StoreError` of this code. */
export async function refuses(work: Promise<unknown>, code: StoreErrorCode): Promise<void> {
  const found = await work.then(
    () => ({ name: 'no error at all', code: undefined }),
    (error: unknown) => error,
  );
  isRefusal(found, code);
}

export function isRefusal(error: unknown, code: StoreErrorCode): void {
  const { name, code: found } = Object(error) as { readonly name?: unknown; readonly code?: unknown };
  deepStrictEqual([name, found], ['StoreError', code]);
}

/** One check of a store; `open` gives another one on the same place. */
export type StoreCheckRun = (open: () => Promise<Store>) => Promise<void>;

export function entriesFrom(first: number, ...data: readonly JsonValue[]): StoreEntry[] {
  return data.map((item, index) => ({ seq: first + index, data: item }));
}

export function dataOf(stored: StoredSession | undefined): readonly JsonValue[] {
  return stored?.entries.map(({ data }) => data) ?? [];
}
