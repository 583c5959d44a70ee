import type { StateKey } from '../state/state-key.ts';

/** The name of a key, be it written plainly or typed. */
export function stateKeyName(key: string | StateKey<unknown>): string {
  return typeof key === 'string' ? key : key.name;
}
