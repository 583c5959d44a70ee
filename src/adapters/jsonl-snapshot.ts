/** The text of a snapshot file: a line that says what it is, with a checksum, and the snapshot behind it. Pure. */
import type { JsonValue } from '../flow/state-reader.ts';
import type { StoreProblem } from '../runtime/persist/store-error.ts';
import { checksum } from './jsonl-lines.ts';

const VERSION = 1;

export interface SnapshotHead {
  readonly sessionId: string;
  readonly upTo: number;
  /** Who wrote it, where that was said. */
  readonly writer: string | undefined;
}

export interface SnapshotText extends SnapshotHead {
  readonly snapshot: JsonValue;
}

type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: StoreProblem };

/** `json` is the snapshot. */
export function snapshotFile(sessionId: string, upTo: number, json: string, writer?: string): string {
  const crc = checksum(signed({ sessionId, upTo, writer }, json));
  return `${JSON.stringify({ parlando: 'snapshot', version: VERSION, sessionId, upTo, writer, crc })}\n${json}\n`;
}

export function readSnapshotFile(text: string, file: string): Read<SnapshotText> {
  const end = text.indexOf('\n');
  const head = readHead(end === -1 ? '' : text.slice(0, end), file);
  if (!head.ok) return head;
  const { crc, ...rest } = head.value;
  const json = text.slice(end + 1, -1);
  try {
    if (text.endsWith('\n') && checksum(signed(rest, json)) === crc) {
      // What was written as JSON is JSON.
      return { ok: true, value: { ...rest, snapshot: JSON.parse(json) as JsonValue } };
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
  const { sessionId, upTo, writer, crc } = head;
  const isNamed = writer === undefined || typeof writer === 'string';
  if (isNamed && typeof sessionId === 'string' && typeof upTo === 'number' && typeof crc === 'string') {
    return { ok: true, value: { sessionId, upTo, writer, crc } };
  }
  return failed('corrupt', where, 'it lacks the session, the entry or the checksum');
}

function signed({ sessionId, upTo, writer }: SnapshotHead, json: string): string {
  const by = writer === undefined ? '' : `@${writer}`;
  return `${sessionId}\n${upTo}${by}\n${json}`;
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
