import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import { setOwn } from './frozen-json.ts';

/**
 * What the application's keys may hold: one schema over the object of them, or a schema for each key by its full name.
 *
 * The object holds the keys without a prefix and those of `app:` and `user:`, under their full names. A write is
 * refused for what is wrong with the written key or with the whole object (an unknown key of a strict schema, a rule
 * over several keys), not for keys that are still missing. Schemas only check; what was written is what is stored.
 */
export type StateSchema = StandardSchemaV1 | Readonly<Record<string, StandardSchemaV1>>;

export type SchemaCheck<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: ReadonlyArray<SchemaIssue> };

export interface SchemaIssue {
  /** The first step of the path, when the issue has one. */
  readonly field: string | undefined;
  /** The sentence of the schema, with the path before it. */
  readonly message: string;
}

/** Asks a schema about a value, synchronously; a schema that throws or answers with a promise has an issue itself. */
export function checkSchema<T>(schema: StandardSchemaV1<unknown, T>, value: unknown): SchemaCheck<T> {
  try {
    const result = schema['~standard'].validate(value);
    if (result instanceof Promise) {
      result.catch(() => undefined);
      return refused('the schema is asynchronous, and state needs an answer at once');
    }
    if (result.issues === undefined) return { ok: true, value: result.value };
    return { ok: false, issues: result.issues.map(describeIssue) };
  } catch (cause) {
    return refused(`the schema failed: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Throws `stateValueInvalid` when the schema refuses the value of the key. */
export function requireSchema(schema: StandardSchemaV1, key: string, value: JsonValue): void {
  const check = checkSchema(schema, value);
  if (!check.ok) throw invalidValue(key, check.issues);
}

/** Throws `stateValueInvalid` when the schema of the application refuses `changes` on top of `current`. */
export function requireStateSchema(
  schema: StateSchema,
  changes: ReadonlyMap<string, JsonValue | undefined>,
  current: () => Iterable<readonly [string, JsonValue]>,
): void {
  if ('~standard' in schema) requireWhole(schema as StandardSchemaV1, changes, current);
  else {
    for (const [key, value] of changes) {
      const ofKey = Object.hasOwn(schema, key) ? schema[key] : undefined;
      if (ofKey !== undefined && value !== undefined) requireSchema(ofKey, key, value);
    }
  }
}

function requireWhole(
  schema: StandardSchemaV1,
  changes: ReadonlyMap<string, JsonValue | undefined>,
  current: () => Iterable<readonly [string, JsonValue]>,
): void {
  const written = [...changes].filter(([key, value]) => isAppKey(key) && value !== undefined);
  if (written.length === 0) return;
  const candidate: Record<string, JsonValue> = {};
  for (const [key, value] of current()) {
    if (isAppKey(key) && !changes.has(key)) setOwn(candidate, key, value);
  }
  for (const [key, value] of written) if (value !== undefined) setOwn(candidate, key, value);
  const check = checkSchema(schema, candidate);
  if (check.ok) return;
  for (const [key] of written) {
    const issues = check.issues.filter(({ field }) => field === undefined || field === key);
    if (issues.length > 0) throw invalidValue(key, issues);
  }
}

function isAppKey(key: string): boolean {
  return !key.includes(':') || key.startsWith('app:') || key.startsWith('user:');
}

function describeIssue(issue: StandardSchemaV1.Issue): SchemaIssue {
  const path = (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
  return {
    field: path[0],
    message: path.length === 0 ? issue.message : `${path.join('.')}: ${issue.message}`,
  };
}

function refused(message: string): SchemaCheck<never> {
  return { ok: false, issues: [{ field: undefined, message }] };
}

function invalidValue(key: string, issues: readonly SchemaIssue[]): RuntimeError {
  const list = issues.map(({ message }) => message).join('; ');
  return new RuntimeError('stateValueInvalid', `the schema refuses the value of state key '${key}': ${list}`);
}
