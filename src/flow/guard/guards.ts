/** Guards, written short: each makes the plain data that JSON holds, but for {@link custom}. */
import { type NamedKey, stateKeyName } from '../state-key-name.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { CustomGuard, Expectation, Guard } from './guard.ts';

/** Always holds. */
export const always: Guard = 'always';

/** The key is exactly `true`. */
export function isTrue(key: NamedKey): Guard {
  return { isTrue: stateKeyName(key) };
}

/** The key has a value that is not null. */
export function isSet(key: NamedKey): Guard {
  return { isSet: stateKeyName(key) };
}

/** The key has a value equal to this one. */
export function eq(key: NamedKey, value: JsonValue): Guard {
  return { eq: [stateKeyName(key), value] };
}

/** The key is a number, and not less. */
export function atLeast(key: NamedKey, value: number): Guard {
  return { atLeast: [stateKeyName(key), value] };
}

/** The key is a number, and not more. */
export function atMost(key: NamedKey, value: number): Guard {
  return { atMost: [stateKeyName(key), value] };
}

/** All of these keys are set. */
export function captured(...keys: readonly NamedKey[]): Guard {
  return { captured: keys.map(stateKeyName) };
}

/** The tool has succeeded, since the last reset of a step that asks for it. */
export function calledOk(tool: string): Guard {
  return { calledOk: tool };
}

/** The step, of the same flow, is done. */
export function done(step: string): Guard {
  return { done: step };
}

/** The question is answered in this turn of the user, surely; or answered so. */
export function decided(question: string, expected?: Expectation): Guard {
  return { decided: expected === undefined ? question : Object.fromEntries([[question, expected]]) };
}

/** All of these hold; without any it always holds. */
export function all(...guards: readonly Guard[]): Guard {
  return { all: guards };
}

/** One of these holds at least; without any it never does. */
export function any(...guards: readonly Guard[]): Guard {
  return { any: guards };
}

/** This does not hold, and it is known. */
export function not(guard: Guard): Guard {
  return { not: guard };
}

/** What ran under this name has left a result: the key `{name}:result` is set. */
export function resolved(name: string): Guard {
  return isSet(`${name}:result`);
}

/**
 * What only code can say; it cannot be written as JSON. `description` is read by the model and by people; `reads` names
 * the state keys it looks at, so that the compiler can check them.
 */
export function custom(
  holds: (state: StateReader) => boolean,
  description?: string,
  reads?: readonly NamedKey[],
): CustomGuard {
  return {
    custom: holds,
    ...(description !== undefined && { description }),
    ...(reads !== undefined && { reads: reads.map(stateKeyName) }),
  };
}
