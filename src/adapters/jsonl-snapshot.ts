/** The text of a snapshot file: a line that says what it is, with a checksum, and the snapshot behind it. Pure. */
import type { JsonValue } from '../flow/state-reader.ts';
import type { StoreProblem } from '../runtime/persist/store-error.ts';
import { checksum } from './jsonl-lines.ts';

const VERSION = 1;

export interface SnapshotHead {
  readonly sessionId: string;
  readonly upTo: number;
}

export interface SnapshotText extends SnapshotHead {
  readonly snapshot: JsonValue;
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: StoreProblem };

/** `json` is the snapshot. */
export function snapshotFile(sessionId: string, upTo: number, json: string): string {
  const crc = checksum(signed(sessionId, upTo, json));
  return `${JSON.stringify({ parlando: 'snapshot', version: VERSION, sessionId, upTo, crc })}\n${json}\n`;
}

export function readSnapshotFile(text: string, file: string): Read<SnapshotText> {
  const end = text.indexOf('\n');
  const head = readHead(end === -1 ? '' : text.slice(0, end), file);
  if (!head.ok) return head;
  const { sessionId, upTo, crc } = head.value;
  const json = text.slice(end + 1, -1);
  try {
    if (text.endsWith('\n') && checksum(signed(sessionId, upTo, json)) === crc) {
      // What was written as JSON is JSON.
      return { ok: true, value: { sessionId, upTo, snapshot: JSON.parse(json) as JsonValue } };
    }
  } catch {
    // Told of below.
  }
  return failed('corrupt', `${file}, line 2`, 'its checksum does not match');
}

/** The first line alone. */
export function readHead(line: string, file: string): Read<SnapshotHead & { readonly crc: string }> {
  const where = `${file}, line 1`;
  const head = parse(line);
  if (head?.parlando !== 'snapshot' || typeof head.version !== 'number') {
    return failed('foreign', where, 'it is no snapshot of Parlando');
  }
  if (head.version !== VERSION) {
    const message = `it has version ${head.version}, and this is written for ${VERSION}`;
    return failed(head.version > VERSION ? 'futureVersion' : 'foreign', where, message);
  }
  const { sessionId, upTo, crc } = head;
  if (typeof sessionId === 'string' && typeof upTo === 'number' && typeof crc === 'string') {
    return { ok: true, value: { sessionId, upTo, crc } };
  }
  return failed('corrupt', where, 'it lacks the session, the entry or the checksum');
}

function signed(sessionId: string, upTo: number, json: string): string {
  return `${sessionId}\n${upTo}\n${json}`;
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function failed(
  code: StoreProblem['code'],
  where: string,
  message: string,
): { readonly ok: false; readonly problem: StoreProblem } {
  return { ok: false, problem: { code, where, message } };
}
