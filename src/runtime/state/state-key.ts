import type { StandardSchemaV1 } from '@standard-schema/spec';

/** A name in state together with the type of its value. */
export interface StateKey<T> {
  readonly name: string;
  /** Decides at run time what is a `T`; without one the type is taken on trust. */
  readonly schema?: StandardSchemaV1<unknown, T>;
}

/**
 * Names a key of state once, with its type: `const qty = stateKey('qty', z.number())`, or `stateKey<number>('qty')`.
 * With a schema, reads give its output and take a value that it refuses for absent; writes of such a value throw
 * `stateValueInvalid`, and what was written is stored as it was given. The schema must be synchronous.
 */
export function stateKey<T>(name: string, schema?: StandardSchemaV1<unknown, T>): StateKey<T> {
  return Object.freeze(schema === undefined ? { name } : { name, schema });
}
