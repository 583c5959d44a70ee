import type { JsonValue } from '../../flow/state-reader.ts';
import type { Mutation, MutationOrigin } from './journal.ts';

/** Why a key holds what it holds. */
export interface Evidence {
  readonly key: string;
  readonly present: boolean;
  readonly value: JsonValue | undefined;
  /** Who found it, for example `extraction`; from `stateMeta:{key}`. */
  readonly source: string | undefined;
  /** 0 to 1; from `stateMeta:{key}`. */
  readonly confidence: number | undefined;
  /** Of the newest mutation of the key, undefined when the journal has dropped it. */
  readonly lastSequence: number | undefined;
  readonly lastOrigin: MutationOrigin | undefined;
}

/** Puts together what is known about a key. */
export function evidenceOf(
  key: string,
  value: JsonValue | undefined,
  meta: JsonValue | undefined,
  last: Mutation | undefined,
): Evidence {
  const { source, confidence } = fields(meta);
  return {
    key,
    present: value !== undefined,
    value,
    source: typeof source === 'string' ? source : undefined,
    confidence: typeof confidence === 'number' ? confidence : undefined,
    lastSequence: last?.sequence,
    lastOrigin: last?.origin,
  };
}

function fields(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, JsonValue>>) : {};
}
