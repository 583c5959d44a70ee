/** Whether a line is an entry of a recording: what is read from a file is believed no further than this. */
import { isJsonObject } from '../extract/json-object.ts';
import type { RecordingEntry } from './recording.ts';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const text: Check = (value) => typeof value === 'string';
const amount: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const count: Check = (value) => Number.isSafeInteger(value) && amount(value);
/** A frame or a piece of a microphone is no longer. */
const MAX_SILENT = 32 * 1024 * 1024;
const silence: Check = (value) => count(value) && Number(value) <= MAX_SILENT;
const flag: Check = (value) => typeof value === 'boolean';
const anything: Check = (value) => value !== undefined;
const object: Check = isJsonObject;
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);

const outside: Fields = { fresh: maybe(flag), acts: maybe(count), at: maybe(count) };

const outcome: Check = (value) =>
  isJsonObject(value) &&
  (value.type === 'value' ||
    (value.type === 'error' &&
      isJsonObject(value.error) &&
      text(value.error.name) &&
      text(value.error.message)));

const INPUTS: Readonly<Record<string, Fields>> = {
  audio: { data: text, silent: maybe(silence), samples: maybe(flag) },
  text: { text: anything },
  video: { data: text, mimeType: maybe(text) },
  toolResponse: { responses: anything },
  clientContent: { turns: anything },
  instruct: { instruction: anything },
  ...Object.fromEntries(
    ['activityStart', 'activityEnd', 'speechStarted', 'speechEnded', 'flushPrompt', 'abort'].map((name) => [
      name,
      {},
    ]),
  ),
  ...{ playbackDrained: {}, playerDrained: {}, playbackFlushed: {} },
  playbackReport: { playedMs: amount, turn: maybe(amount) },
  goTo: { phase: text, source: text },
  rotate: { options: maybe(object) },
  disconnect: { reason: maybe(text) },
  progress: { call: count, note: anything },
  stateSet: { key: text, value: anything },
  stateRemove: { keys: texts, origin: (value) => value === 'remove' || value === 'clearPrefix' },
  stateCommit: {
    changes: (value) => Array.isArray(value) && value.every((one) => Array.isArray(one) && text(one[0])),
  },
  stateImport: { values: object },
};

const input: Check = (value) => {
  if (!isJsonObject(value) || typeof value.do !== 'string' || !Object.hasOwn(INPUTS, value.do)) return false;
  return wrongField(value, INPUTS[value.do] ?? {}) === undefined;
};

const ENTRIES: Readonly<Record<RecordingEntry['type'], Fields>> = {
  in: { ...outside, conn: count, data: text, text: maybe(flag) },
  audio: { ...outside, conn: count, shape: count, data: text, silent: maybe(silence), text: maybe(flag) },
  opened: { ...outside, conn: count },
  alive: { ...outside, conn: count },
  closed: { ...outside, conn: count, code: amount, reason: text, httpStatus: maybe(amount) },
  buffered: { ...outside, conn: count, bytes: amount },
  timer: { ...outside, id: count, delayMs: (value) => typeof value === 'number' || value === null },
  do: { ...outside, input },
  settled: { ...outside, call: count, outcome },
  out: { conn: count, data: text, hidden: maybe(texts) },
  outAudio: { conn: count, bytes: count, sum: maybe(count) },
  open: { conn: count, pings: maybe(flag) },
  close: { conn: count },
  terminate: { conn: count },
  call: { id: count, kind: text, name: text, input: anything, hidden: maybe(texts), outcome: maybe(outcome) },
  shape: { id: count, before: text, after: text },
  end: { state: object, hidden: maybe(texts), phase: text, turns: count },
};

/** What is wrong with the entry that should stand at `seq`; undefined when nothing is. */
export function entryProblem(value: unknown, seq: number, sinceMs: number): string | undefined {
  if (!isJsonObject(value)) return 'it is no JSON object';
  if (value.seq !== seq) return `its seq is ${JSON.stringify(value.seq)} instead of ${seq}`;
  const { tMs, type } = value;
  if (typeof tMs !== 'number' || !Number.isFinite(tMs) || tMs < 0) return 'its tMs is no time';
  if (typeof type !== 'string' || !Object.hasOwn(ENTRIES, type)) {
    return `there is no entry of type ${String(JSON.stringify(type)).slice(0, 40)}`;
  }
  // The names of the record are the types.
  const fields = ENTRIES[type as RecordingEntry['type']];
  const wrong = wrongField(value, fields);
  if (wrong !== undefined) return `its field ${wrong} is missing, of another kind or too large`;
  // What is noted within a call may be older than what came during it.
  if ('fresh' in fields && value.at === undefined && tMs < sinceMs) return 'its time goes backwards';
  return undefined;
}

function wrongField(value: Readonly<Record<string, unknown>>, fields: Fields): string | undefined {
  return Object.keys(fields).find((name) => {
    const field = Object.hasOwn(value, name) ? value[name] : undefined;
    return fields[name]?.(field) === false;
  });
}
