/** Where things stand in a JSON text: what `JSON.parse` does not tell. */

/** A place in a text, both from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** What a look at a JSON text found. */
export interface JsonLook {
  /** The first thing that is not JSON, and what should stand there. */
  readonly fault: { readonly offset: number; readonly message: string } | undefined;
  /** How deep lists and objects stand in one another. */
  readonly depth: number;
}

interface Frame {
  readonly path: string;
  readonly isList: boolean;
  index: number;
  key: string;
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Reads a text to its first fault. `visit` is told each value's path, as problems write it, and its offset. */
export function lookAtJson(text: string, visit?: (path: string, offset: number) => void): JsonLook {
  const frames: Frame[] = [];
  let depth = 0;
  let at = afterSpace(text, 0);
  const expected = (what: string): JsonLook => {
    const found = at >= text.length ? 'the file ends' : `there is ${excerpt(text, at)}`;
    return {
      fault: { offset: Math.min(at, text.length), message: `${found} where ${what} should be` },
      depth,
    };
  };
  /** Reads a name and its colon; what is missing, or undefined. */
  const takeKey = (frame: Frame): string | undefined => {
    const end = stringEnd(text, at);
    if (end === undefined) return 'a name in double quotes';
    const raw = text.slice(at, end);
    // What ends as a string does is one for JSON.parse.
    frame.key = raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1);
    at = afterSpace(text, end);
    if (text[at] !== ':') return 'a colon';
    at = afterSpace(text, at + 1);
    return undefined;
  };
  for (;;) {
    const around = frames.at(-1);
    const path = around === undefined ? '' : pathIn(around);
    visit?.(path, at);
    const open = text[at];
    if (open === '{' || open === '[') {
      const frame: Frame = { path, isList: open === '[', index: 0, key: '' };
      frames.push(frame);
      depth = Math.max(depth, frames.length);
      at = afterSpace(text, at + 1);
      if (text[at] !== closing(frame)) {
        const missing = frame.isList ? undefined : takeKey(frame);
        if (missing !== undefined) return expected(missing);
        continue;
      }
    } else {
      const end = stringEnd(text, at) ?? scalarEnd(text, at);
      if (end === undefined) return expected('a value');
      at = afterSpace(text, end);
    }
    // A value is over, and so may be what holds it.
    for (let frame = frames.at(-1); ; frame = frames.at(-1)) {
      if (frame === undefined) return at < text.length ? expected('the end') : { fault: undefined, depth };
      if (text[at] === closing(frame)) {
        frames.pop();
        at = afterSpace(text, at + 1);
        continue;
      }
      if (text[at] !== ',') return expected(`a comma or ${closing(frame)}`);
      at = afterSpace(text, at + 1);
      frame.index++;
      const missing = frame.isList ? undefined : takeKey(frame);
      if (missing !== undefined) return expected(missing);
      break;
    }
  }
}

/** Line and column of an offset. */
export function placeOf(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Where the values of some paths stand. What is not there is found at what would hold it. */
export function placesOf(text: string, paths: readonly string[]): ReadonlyMap<string, TextPlace> {
  const wanted = new Set(paths.flatMap(withParents));
  const offsets = new Map<string, number>();
  lookAtJson(text, (path, offset) => {
    if (wanted.has(path)) offsets.set(path, offset);
  });
  const places = new Map<string, TextPlace>();
  for (const path of paths) {
    const nearest = withParents(path).find((candidate) => offsets.has(candidate)) ?? '';
    places.set(path, placeOf(text, offsets.get(nearest) ?? 0));
  }
  return places;
}

/** The path, then what holds it, up to the whole document. */
function withParents(path: string): readonly string[] {
  const parents: string[] = [];
  for (
    let rest = path;
    rest !== '';
    rest = rest.slice(0, Math.max(rest.lastIndexOf('.'), rest.lastIndexOf('['), 0))
  ) {
    parents.push(rest);
  }
  return [...parents, ''];
}

function pathIn({ path, isList, index, key }: Frame): string {
  if (isList) return `${path}[${index}]`;
  // As the checks of documents write it.
  if (!/^[\w$]{1,80}$/.test(key)) return `${path}[${JSON.stringify(key.slice(0, 80))}]`;
  return path === '' ? key : `${path}.${key}`;
}

function closing({ isList }: Frame): ']' | '}' {
  return isList ? ']' : '}';
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++;
  return at;
}

/** Behind the string that begins here; undefined when none does, or it has no end. */
function stringEnd(text: string, from: number): number | undefined {
  if (text[from] !== '"') return undefined;
  for (let at = from + 1; at < text.length; ) {
    const unit = text.charCodeAt(at);
    if (unit === 0x22) return at + 1;
    if (unit < 0x20) return undefined;
    if (unit !== 0x5c) at++;
    else {
      ESCAPE.lastIndex = at;
      const escaped = ESCAPE.exec(text);
      if (escaped === null) return undefined;
      at += escaped[0].length;
    }
  }
  return undefined;
}

function scalarEnd(text: string, from: number): number | undefined {
  SCALAR.lastIndex = from;
  const scalar = SCALAR.exec(text);
  return scalar === null ? undefined : from + scalar[0].length;
}

function excerpt(text: string, at: number): string {
  return JSON.stringify(/^(?:[\p{L}\p{N}_$]+|.)/su.exec(text.slice(at, at + 20))?.[0] ?? '');
}
