import type { Setup } from '../protocol/setup.ts';
import { WireError } from '../wire-error.ts';

/**
 * The setup, if JSON can hold it. JSON would write NaN as null, which the service refuses; a BigInt or a cycle would
 * throw when the socket is already open. Throws `invalidConfig`.
 */
export function checkedSetup(setup: Setup): Setup {
  if (setup.tools !== undefined && !Array.isArray(setup.tools)) {
    throw new WireError('invalidConfig', 'tools must be a list, like [{ functionDeclarations: [...] }].');
  }
  try {
    JSON.stringify(setup, (key, value: unknown) => {
      if (typeof value !== 'number' || Number.isFinite(value)) return value;
      throw new WireError('invalidConfig', `${key} must be a number, and it is ${value}.`);
    });
    return setup;
  } catch (cause) {
    if (cause instanceof WireError) throw cause;
    const text = 'The config cannot be written as JSON: pass plain data (no cycles, no BigInt).';
    throw new WireError('invalidConfig', text, { cause });
  }
}
