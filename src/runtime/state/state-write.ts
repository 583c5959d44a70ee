import type { JsonValue } from '../../flow/state-reader.ts';

/** One write of the application, whole; undefined removes. */
export type StateWrite =
  | { readonly type: 'set'; readonly key: string; readonly value: JsonValue }
  | { readonly type: 'remove'; readonly keys: readonly string[]; readonly origin: 'remove' | 'clearPrefix' }
  | { readonly type: 'commit'; readonly changes: ReadonlyArray<readonly [string, JsonValue | undefined]> }
  | { readonly type: 'import'; readonly values: ReadonlyMap<string, JsonValue> };

/** Is told of each write of the application, and performs it. */
export type WriteObserver = (write: StateWrite, perform: () => void) => void;
