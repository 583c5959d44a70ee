import type { JsonValue } from '../../flow/state-reader.ts';
import { RuntimeError } from '../runtime-error.ts';
import { frozenJson, NotJson, pathTo, setOwn } from './frozen-json.ts';
import type { RedactionMarks } from './redaction-marks.ts';

/** How many keys an imported snapshot may have. */
const MAX_KEYS = 10_000;
const MAX_KEY_LENGTH = 1024;

/** The values of a state at one moment, plain JSON. Live keys and uncommitted deltas are not in it. */
export interface StateSnapshot {
  readonly version: 1;
  /** The journal's cursor at that moment. */
  readonly revision: number;
  readonly values: Readonly<Record<string, JsonValue>>;
  /** Keys whose value here is masked, wholly or in part; an import leaves them out. */
  readonly redacted: readonly string[];
}

export interface SnapshotOptions {
  /** Masks what is marked with `redact`. Default false. */
  readonly redacted?: boolean;
}

/** Collects a snapshot; `marks` masks it. */
export function takeSnapshot(
  entries: Iterable<readonly [string, JsonValue]>,
  revision: number,
  marks: RedactionMarks | undefined,
): StateSnapshot {
  const values: Record<string, JsonValue> = {};
  const redacted: string[] = [];
  for (const [key, value] of entries) {
    const shown = marks === undefined ? value : marks.mask(key, value);
    if (shown !== value) redacted.push(key);
    setOwn(values, key, shown);
  }
  return { version: 1, revision, values, redacted };
}

/**
 * The keys and values of something that claims to be a snapshot, masked ones left out. Throws `stateSnapshotInvalid` with
 * the place of the first thing that is wrong: another shape or version, values that are not JSON, over 10,000 keys.
 */
export function readSnapshot(snapshot: unknown): Map<string, JsonValue> {
  try {
    return readValues(snapshot);
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause;
    throw invalidSnapshot('it throws when it is read', cause);
  }
}

function readValues(snapshot: unknown): Map<string, JsonValue> {
  if (!isRecord(snapshot)) throw invalidSnapshot('it is no object');
  if (snapshot.version !== 1) throw invalidSnapshot('.version is not 1');
  const { values } = snapshot;
  if (!isRecord(values)) throw invalidSnapshot('.values is no object');
  const masked = readMasked(snapshot.redacted);
  const keys = Object.keys(values);
  if (keys.length > MAX_KEYS) throw invalidSnapshot(`.values has over ${MAX_KEYS} keys`);
  const found = new Map<string, JsonValue>();
  for (const key of keys) {
    if (masked.has(key)) continue;
    if (key.length > MAX_KEY_LENGTH)
      throw invalidSnapshot(`.values has a key over ${MAX_KEY_LENGTH} characters`);
    const value = frozenJson(values[key]);
    if (value instanceof NotJson) {
      throw invalidSnapshot(`${pathTo('.values', key)}${value.path} ${value.reason}`);
    }
    found.set(key, value);
  }
  return found;
}

function readMasked(redacted: unknown): ReadonlySet<unknown> {
  if (redacted === undefined) return new Set();
  if (!Array.isArray(redacted)) throw invalidSnapshot('.redacted is no list');
  const odd = redacted.findIndex((key) => typeof key !== 'string');
  if (odd !== -1) throw invalidSnapshot(`.redacted[${odd}] is no string`);
  return new Set(redacted);
}

/** A `stateSnapshotInvalid` that says what is wrong. */
export function invalidSnapshot(problem: string, cause?: unknown): RuntimeError {
  const message = `this state snapshot cannot be imported: ${problem}; nothing was changed`;
  return new RuntimeError('stateSnapshotInvalid', message, cause === undefined ? {} : { cause });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
