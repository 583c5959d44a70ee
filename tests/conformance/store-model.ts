/** Random calls of a store, and what a plain map makes of them. */
import fc from 'fast-check';
import type { JsonValue } from '../../src/flow/state-reader.ts';
import type { Store, StoreEntry } from '../../src/runtime/persist/store.ts';

/** Entries from `first` on. */
export function entriesFrom(first: number, ...data: readonly JsonValue[]): StoreEntry[] {
  return data.map((item, index) => ({ seq: first + index, data: item }));
}

export type Call =
  | {
      readonly type: 'append';
      readonly who: number;
      readonly id: string;
      readonly entries: readonly StoreEntry[];
    }
  | {
      readonly type: 'snapshot';
      readonly who: number;
      readonly id: string;
      readonly value: JsonValue;
      readonly upTo: number;
    }
  | { readonly type: 'load' | 'delete'; readonly who: number; readonly id: string }
  | { readonly type: 'list'; readonly who: number };

const where = { who: fc.integer({ min: 0, max: 1 }), id: fc.constantFrom('a', 'A', 'b') };
const plain = fc.constantFrom<JsonValue>(1, 'x', null, { k: [] });

export const storeCall: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('append' as const),
      ...where,
      entries: fc
        .tuple(fc.integer({ min: 1, max: 6 }), fc.array(plain, { maxLength: 3 }))
        .map(([first, data]) => entriesFrom(first, ...data)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('snapshot' as const),
      ...where,
      value: plain,
      upTo: fc.integer({ min: 0, max: 7 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('load' as const, 'delete' as const, 'load' as const),
      ...where,
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('list' as const), who: where.who }) },
);

/** Makes a call of a real store. */
export function run(store: Store, call: Call): Promise<unknown> {
  switch (call.type) {
    case 'append':
      return store.append(call.id, call.entries);
    case 'snapshot':
      return store.snapshot(call.id, call.value, call.upTo);
    case 'load':
      return store.load(call.id).then((found) => found && { ...found, problems: [] });
    case 'delete':
      return store.delete(call.id);
    case 'list':
      return store.list();
  }
}

/** What a call came to: its value, or the code of its error. */
export async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await work() };
  } catch (cause) {
    return { code: (cause as { code?: unknown }).code };
  }
}

/** What a store is, without any care for how it is kept. */
export class ModelStore {
  readonly #sessions = new Map<
    string,
    { snapshot: JsonValue | undefined; upTo: number; last: number; all: Map<number, string> }
  >();

  run(call: Call): unknown {
    const session = call.type === 'list' ? undefined : this.#sessions.get(call.id);
    switch (call.type) {
      case 'list':
        return { value: [...this.#sessions.keys()].sort() };
      case 'load': {
        if (session === undefined) return { value: undefined };
        const { snapshot, upTo, all } = session;
        const entries = [...all]
          .filter(([seq]) => seq > upTo)
          .map(([seq, text]) => ({ seq, data: JSON.parse(text) as JsonValue }));
        return { value: { snapshot, upTo, entries, problems: [] } };
      }
      case 'delete':
        this.#sessions.delete(call.id);
        return { value: undefined };
      case 'snapshot': {
        const kept = session ?? { snapshot: undefined, upTo: 0, last: 0, all: new Map() };
        if (call.upTo < kept.upTo) return { code: 'storeConflict' };
        const last = Math.max(kept.last, call.upTo);
        this.#sessions.set(call.id, { ...kept, snapshot: call.value, upTo: call.upTo, last });
        return { value: undefined };
      }
      case 'append':
        return this.#append(call.id, call.entries);
    }
  }

  #append(id: string, entries: readonly StoreEntry[]): unknown {
    const session = this.#sessions.get(id);
    const [first] = entries;
    if (first === undefined) return { value: undefined };
    if (first.seq === (session?.last ?? 0) + 1) {
      const kept = session ?? { snapshot: undefined, upTo: 0, last: 0, all: new Map<number, string>() };
      for (const { seq, data } of entries) kept.all.set(seq, JSON.stringify(data));
      kept.last = entries.at(-1)?.seq ?? kept.last;
      this.#sessions.set(id, kept);
      return { value: undefined };
    }
    const same = entries.every(
      ({ seq, data }) =>
        session !== undefined && seq > session.upTo && session.all.get(seq) === JSON.stringify(data),
    );
    return same ? { value: undefined } : { code: 'storeConflict' };
  }
}
