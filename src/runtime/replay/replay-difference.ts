/** How a replay differs from its recording, in words. */
import type { JsonValue } from '../../flow/state-reader.ts';
import { isNode, parsed } from './json-node.ts';

/** The first thing that went another way. */
export interface ReplayDifference {
  /** - `frame`: another frame went out, or none; `extraFrame`: one that was not recorded, or not there; `timer`: a timer was not set, or for another time; `tape`: something was asked that is on no tape; `profile`: the model is another one. */
  readonly kind: 'frame' | 'extraFrame' | 'timer' | 'tape' | 'profile';
  /** The entry of the recording where it was found. */
  readonly seq: number;
  readonly tMs: number;
  /** Undefined where nothing was recorded. */
  readonly recorded: string | undefined;
  /** Undefined where nothing came. */
  readonly came: string | undefined;
  /** Where in it, and what: for people. */
  readonly diff: string;
}

/** A key of the final state that is not as recorded. */
export interface StateDifference {
  readonly key: string;
  readonly recorded: JsonValue | undefined;
  readonly came: JsonValue | undefined;
}

const MAX_SHOWN = 400;

/** Where two texts, JSON or not, differ first. */
export function diffOf(recorded: string | undefined, came: string | undefined): string {
  if (recorded === undefined) return `nothing was recorded here, but there came ${cut(came ?? '')}`;
  if (came === undefined) return `nothing came, but there was recorded ${cut(recorded)}`;
  const before = parsed(recorded);
  const after = parsed(came);
  if (before === undefined || after === undefined) return textDiff(recorded, came);
  return jsonDiff(before, after, '') ?? textDiff(recorded, came);
}

/** The first place where two values differ. */
function jsonDiff(before: JsonValue, after: JsonValue, path: string): string | undefined {
  if (Object.is(before, after)) return undefined;
  if (!isNode(before) || !isNode(after) || Array.isArray(before) !== Array.isArray(after)) {
    return `${path === '' ? 'the value' : path}: recorded ${cut(JSON.stringify(before))}, came ${cut(JSON.stringify(after))}`;
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const one = new Map<string, JsonValue>(Object.entries(before));
  const other = new Map<string, JsonValue>(Object.entries(after));
  for (const name of names) {
    const at = Array.isArray(before) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    const [a, b] = [one.get(name), other.get(name)];
    if (a === undefined) return `${at}: not recorded, came ${cut(JSON.stringify(b))}`;
    if (b === undefined) return `${at}: recorded ${cut(JSON.stringify(a))}, did not come`;
    const found = jsonDiff(a, b, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function textDiff(recorded: string, came: string): string {
  let at = 0;
  while (at < recorded.length && recorded[at] === came[at]) at++;
  const from = Math.max(0, at - 20);
  return `at character ${at + 1}: recorded ${cut(JSON.stringify(recorded.slice(from)))}, came ${cut(JSON.stringify(came.slice(from)))}`;
}

function cut(text: string): string {
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}… (${text.length} characters)`;
}
