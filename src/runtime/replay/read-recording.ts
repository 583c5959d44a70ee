/** Reads a recording; whatever it is, what is wrong with it is told with its line. */
import { isJsonObject } from '../extract/json-object.ts';
import { entryProblem } from './entry-check.ts';
import {
  RECORDING_FORMAT,
  RECORDING_VERSION,
  type Recording,
  type RecordingEntry,
  type RecordingHeader,
} from './recording.ts';
import { ReplayError, type ReplayErrorCode } from './replay-error.ts';

export interface ReadRecordingOptions {
  /** Takes what stands before the first line that is wrong. @default false: that line is an error */
  readonly recover?: boolean;
  /** The longest line, in bytes. @default 33_554_432 (32 MiB) */
  readonly maxLineBytes?: number;
  /** @default 5_000_000 */
  readonly maxLines?: number;
}

export interface ReadRecording {
  readonly recording: Recording;
  /** Why it was not read to its end, where `recover` was asked for. */
  readonly problem: ReplayError | undefined;
}

const NEW_LINE = 0x0a;
/** Space, tab, and what ends a line. */
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, NEW_LINE, 0x0d]);
/** Deeper values are none of a session; hostile ones nest for ever. */
const MAX_DEPTH = 200;

/**
 * Reads the bytes, or the text, of a file. Throws `recordingForeign`, `recordingVersion`, `recordingCorrupt` or
 * `recordingTooLarge`, each with the line.
 */
export function readRecording(file: Uint8Array | string, options: ReadRecordingOptions = {}): ReadRecording {
  const { maxLineBytes = 32 * 1024 * 1024, maxLines = 5_000_000, recover = false } = options;
  const bytes = typeof file === 'string' ? new TextEncoder().encode(file) : file;
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const entries: RecordingEntry[] = [];
  let header: RecordingHeader | undefined;
  let sinceMs = 0;
  let line = 0;
  try {
    for (let from = 0; from < bytes.length; ) {
      line += 1;
      const end = bytes.indexOf(NEW_LINE, from);
      const to = end === -1 ? bytes.length : end;
      const fail = failing(line);
      if (to - from > maxLineBytes) throw fail('recordingTooLarge', `it has more than ${maxLineBytes} bytes`);
      if (line > maxLines) throw fail('recordingTooLarge', `at most ${maxLines} lines are read`);
      if (isBlankToEnd(bytes, from)) break;
      const value = parsed(decoder, bytes.subarray(from, to), end === -1, fail);
      if (header === undefined) header = headerOf(value, fail);
      else {
        const problem = entryProblem(value, entries.length + 1, sinceMs);
        if (problem !== undefined) throw fail('recordingCorrupt', problem);
        if (entries.at(-1)?.type === 'end') throw fail('recordingCorrupt', 'it stands behind the end');
        // It was looked at just now.
        const entry = value as unknown as RecordingEntry;
        if ('fresh' in entry || 'acts' in entry) sinceMs = entry.tMs;
        entries.push(entry);
      }
      from = to + 1;
    }
    if (header === undefined) throw failing(1)('recordingForeign', 'it is empty');
    return { recording: { header, entries }, problem: undefined };
  } catch (problem) {
    if (!recover || header === undefined || !(problem instanceof ReplayError)) throw problem;
    return { recording: { header, entries }, problem };
  }
}

/** Whether nothing but space is left, as editors leave it. */
function isBlankToEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at++) if (!SPACES.has(bytes[at] ?? 0)) return false;
  return from > 0;
}

type Fail = (code: ReplayErrorCode, what: string, cause?: unknown) => ReplayError;

function failing(line: number): Fail {
  return (code, what, cause) =>
    new ReplayError(code, `Line ${line} of the recording cannot be read: ${what}.`, { line, cause });
}

function parsed(
  decoder: InstanceType<typeof TextDecoder>,
  bytes: Uint8Array,
  isTorn: boolean,
  fail: Fail,
): unknown {
  const torn = isTorn ? '; the line has no end, so that the recording was cut off here' : '';
  try {
    const value: unknown = JSON.parse(decoder.decode(bytes));
    if (isTooDeep(value)) throw fail('recordingCorrupt', `it nests deeper than ${MAX_DEPTH}`);
    return value;
  } catch (cause) {
    if (cause instanceof ReplayError) throw cause;
    throw fail('recordingCorrupt', `it is no JSON${torn}`, cause);
  }
}

function headerOf(value: unknown, fail: Fail): RecordingHeader {
  if (!isJsonObject(value) || typeof value.format !== 'string') {
    throw fail('recordingForeign', 'it is no header of a recording');
  }
  if (value.format === 'parlando-wire') {
    const what =
      'it records the frames of a wire session alone, which cannot be replayed: record with connect({ recording })';
    throw fail('recordingForeign', what);
  }
  if (value.format !== RECORDING_FORMAT) {
    throw fail('recordingForeign', `its format is ${JSON.stringify(value.format).slice(0, 60)}`);
  }
  if (value.version !== RECORDING_VERSION) {
    const what = `it is of version ${String(JSON.stringify(value.version)).slice(0, 20)}, and this package reads ${RECORDING_VERSION}`;
    throw fail('recordingVersion', what);
  }
  const { audio, code, environment, epochMs, onTape, options, profile, redactions, seed, state } = value;
  const isSound =
    [environment, options, profile, state].every(isJsonObject) &&
    [code, onTape, redactions].every(
      (list) => Array.isArray(list) && list.every((item) => typeof item === 'string'),
    ) &&
    (audio === 'keep' || audio === 'omit') &&
    [epochMs, seed].every((number) => Number.isFinite(number));
  if (!isSound) throw fail('recordingCorrupt', 'the header lacks something, or has it of another kind');
  // It was looked at just now.
  return value as unknown as RecordingHeader;
}

/** Without recursion: what nests for ever must not be the end of the stack. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((node) =>
      typeof node === 'object' && node !== null
        ? Object.values(node).filter((item) => typeof item === 'object' && item !== null)
        : [],
    );
  }
  return false;
}
