/** The state of a conversation as rules see it: plain JSON values by key. */

/** What a state value can be: JSON, and nothing that JSON would lose. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export interface StateReader {
  /** The value, or undefined when absent. A key without a prefix falls back to `derived:` (spec: control §2). */
  get(key: string): JsonValue | undefined;
  has(key: string): boolean;
}
