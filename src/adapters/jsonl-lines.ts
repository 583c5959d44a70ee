/**
 * The text of a journal file. A header, then a line for each write: `{crc} {first}-{last} {[data,…]}`, or `{crc} ={upTo} null`
 * for a snapshot that was written beside it; behind the numbers, `@{writer}` where it is known who wrote. Pure: bytes in, entries and problems out.
 */
import { crc32 } from 'node:zlib';
import type { JsonValue } from '../flow/state-reader.ts';
import type { Tail } from '../runtime/persist/append-rule.ts';
import type { StoreEntry } from '../runtime/persist/store.ts';
import type { StoreProblem } from '../runtime/persist/store-error.ts';

const VERSION = 1;
const NEWLINE = 0x0a;
/** Closes a line that was cut off, before the next one is written. */
export const TORN_MARK = '#torn\n';

export function headerLine(sessionId: string): string {
  return `${JSON.stringify({ parlando: 'journal', version: VERSION, sessionId })}\n`;
}

/** The line of one append; `texts` are JSON. */
export function entryLine(first: number, texts: readonly string[], writer?: string): string {
  return line(`${first}-${first + texts.length - 1}${by(writer)} [${texts.join(',')}]`);
}

export function snapshotNote(upTo: number, writer?: string): string {
  return line(`=${upTo}${by(writer)} null`);
}

function by(writer: string | undefined): string {
  return writer === undefined ? '' : `@${writer}`;
}

function line(body: string): string {
  return `${checksum(body)} ${body}\n`;
}

/** Eight hex digits of CRC-32. */
export function checksum(body: string | Uint8Array): string {
  return crc32(body).toString(16).padStart(8, '0');
}

/** What a journal file says. */
export interface JournalText {
  readonly sessionId: string | undefined;
  readonly tail: Tail;
  /** The last entry of the journal itself. */
  readonly last: number;
  /** Those after the snapshot. */
  readonly entries: readonly StoreEntry[];
  readonly problems: readonly StoreProblem[];
  /** The file ends within a line: the next one must not be glued to it. */
  readonly isTorn: boolean;
}

/** A line that has its checksum. */
interface Sound {
  readonly first: number;
  readonly last: number;
  readonly isNote: boolean;
  readonly writer: string | undefined;
  readonly json: Uint8Array;
}

/** Reads a journal. Lines up to `upTo`, which the snapshot beside it holds, are checked but not parsed. */
export function readJournal(bytes: Uint8Array, file: string, upTo: number): JournalText {
  return new JournalReader(bytes, file, upTo).read();
}

class JournalReader {
  readonly #bytes: Uint8Array;
  readonly #file: string;
  readonly #upTo: number;
  readonly #entries: StoreEntry[] = [];
  readonly #problems: StoreProblem[] = [];
  #last = 0;
  #writer: string | undefined;
  /** The line that could not be read, while it may be a write that was cut off and repeated. */
  #torn: number | undefined;

  constructor(bytes: Uint8Array, file: string, upTo: number) {
    this.#bytes = bytes;
    this.#file = file;
    this.#upTo = upTo;
  }

  read(): JournalText {
    const end = this.#bytes.indexOf(NEWLINE);
    const header = readHeader(this.#bytes.subarray(0, end === -1 ? this.#bytes.length : end), end !== -1);
    if (header.problem !== undefined) {
      this.#tell(header.problem.code, 1, header.problem.message);
      return this.#result(undefined, false);
    }
    this.#lines(end + 1);
    const isTorn = this.#bytes.length > 0 && this.#bytes.at(-1) !== NEWLINE;
    return this.#result(header.sessionId, isTorn);
  }

  #lines(start: number): void {
    let number = 2;
    for (let at = start; at < this.#bytes.length; number++) {
      const found = this.#bytes.indexOf(NEWLINE, at);
      const end = found === -1 ? this.#bytes.length : found;
      const sound = found === -1 ? undefined : readLine(this.#bytes.subarray(at, end));
      at = end + 1;
      if (sound === undefined) {
        if (found === -1) this.#tell('tornTail', number, 'the last write was cut off: it is left out');
        else if (isMarkedTorn(this.#bytes.subarray(at - TORN_MARK.length, at))) this.#tellTorn(number);
        else this.#torn ??= number;
      } else if (!this.#take(sound, number)) return;
    }
    if (this.#torn !== undefined) {
      this.#tell('corrupt', this.#torn, 'its checksum does not match: it is left out, with what follows');
    }
  }

  /** False when nothing after this line can be used. */
  #take(sound: Sound, number: number): boolean {
    const { first, last, isNote } = sound;
    const known = this.#last;
    if (isNote) {
      if (last > Math.max(known, this.#upTo)) {
        this.#tell('gap', number, `the snapshot up to entry ${last} is missing`);
        return false;
      }
      this.#last = Math.max(known, last);
      this.#writer = sound.writer;
      return true;
    }
    if (first <= known) {
      this.#tell('superseded', number, `entry ${first} was there before: this line does not count`);
      return true;
    }
    if (first > known + 1 && first > this.#upTo + 1) {
      const damaged = this.#torn !== undefined;
      const message = damaged
        ? 'its checksum does not match: it is left out, with what follows'
        : `entry ${known + 1} is missing: it is left out, with what follows`;
      this.#tell(damaged ? 'corrupt' : 'gap', this.#torn ?? number, message);
      this.#torn = undefined;
      return false;
    }
    if (this.#torn !== undefined) this.#tellTorn(this.#torn);
    this.#torn = undefined;
    if (last > this.#upTo && !this.#parse(sound, number)) return false;
    this.#last = last;
    this.#writer = sound.writer;
    return true;
  }

  #parse({ first, last, json }: Sound, number: number): boolean {
    const data = parseJson(json);
    if (!Array.isArray(data) || data.length !== last - first + 1) {
      this.#tell('corrupt', number, 'it does not hold the entries that it names');
      return false;
    }
    for (let index = 0; index < data.length; index++) {
      if (first + index > this.#upTo) this.#entries.push({ seq: first + index, data: data[index] });
    }
    return true;
  }

  #tellTorn(number: number): void {
    this.#tell('tornEntry', number, 'a write that was cut off, and never acknowledged');
  }

  #tell(code: StoreProblem['code'], number: number, message: string): void {
    this.#problems.push({ code, where: `${this.#file}, line ${number}`, message });
  }

  #result(sessionId: string | undefined, isTorn: boolean): JournalText {
    const tail: Tail = { upTo: this.#upTo, last: Math.max(this.#last, this.#upTo), writer: this.#writer };
    return { sessionId, tail, last: this.#last, entries: this.#entries, problems: this.#problems, isTorn };
  }
}

/** `file` has the id of its session, or what is wrong with it. */
export function readHeader(
  bytes: Uint8Array,
  isWhole: boolean,
): { readonly sessionId?: string; readonly problem?: Pick<StoreProblem, 'code' | 'message'> } {
  const header = isWhole ? parseJson(bytes) : undefined;
  if (typeof header !== 'object' || header === null || Array.isArray(header) || !('parlando' in header)) {
    return { problem: { code: 'foreign', message: 'it is no journal of Parlando' } };
  }
  const { parlando, version, sessionId } = header;
  if (parlando !== 'journal' || typeof sessionId !== 'string' || typeof version !== 'number') {
    return { problem: { code: 'foreign', message: 'it is no journal of Parlando' } };
  }
  if (version === VERSION) return { sessionId };
  const message = `it has version ${version}, and this is written for ${VERSION}`;
  return { problem: { code: version > VERSION ? 'futureVersion' : 'foreign', message } };
}

/** `{crc} {first}-{last} {json}` or `{crc} ={upTo} null`, with a checksum that matches. */
function readLine(bytes: Uint8Array): Sound | undefined {
  if (bytes[8] !== 0x20) return undefined;
  const body = bytes.subarray(9);
  const space = body.indexOf(0x20);
  if (space < 2 || space > 120) return undefined;
  const ascii = String.fromCharCode(...bytes.subarray(0, 9 + space));
  if (ascii.slice(0, 8) !== checksum(body)) return undefined;
  const range = /^(?:=(\d{1,16})|([1-9]\d{0,15})-([1-9]\d{0,15}))(?:@([\w-]{1,64}))?$/.exec(ascii.slice(9));
  if (range === null) return undefined;
  const [, note, first, last, writer] = range;
  const json = body.subarray(space + 1);
  if (note !== undefined) return { first: Number(note), last: Number(note), isNote: true, writer, json };
  const sound = { first: Number(first), last: Number(last), isNote: false, writer, json };
  return sound.last >= sound.first ? sound : undefined;
}

function isMarkedTorn(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes) === TORN_MARK;
}

function parseJson(bytes: Uint8Array): JsonValue | undefined {
  try {
    // What was parsed as JSON is JSON.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue;
  } catch {
    return undefined;
  }
}
