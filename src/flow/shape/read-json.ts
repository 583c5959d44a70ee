/** JSON text, read with the place of what is wrong with it; engines do not agree on telling it. */
import type { FlowProblem } from '../compile/compiled-flow.ts';
import { MAX_SIZE } from './check-shape.ts';

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: FlowProblem };

/** Reads a JSON text. Of one that is broken the problem says the line and the column, counted from 1. */
export function readJson(text: string): JsonReading {
  if (text.length > MAX_SIZE) return failed('tooLarge', `It is longer than ${MAX_SIZE} characters.`);
  try {
    // A byte order mark is how some editors begin a file.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return { ok: true, value };
  } catch {
    const { at, expected } = faultOf(text);
    const before = text.slice(0, at);
    const place = `${before.split('\n').length}:${at - before.lastIndexOf('\n')}`;
    const found = at < text.length ? `there is ${JSON.stringify(text.slice(at, at + 12))}` : 'it ends';
    return failed('invalid', `It is no JSON: at ${place} ${found} where ${expected} should be.`);
  }
}

function failed(kind: 'tooLarge' | 'invalid', message: string): JsonReading {
  return { ok: false, problem: { kind, path: '', message } };
}

type Expected = 'a value' | 'a first value' | 'a name in quotes' | 'a first name' | '":"' | 'more';

/** Where a text stops to be JSON, and what should be there. */
function faultOf(text: string): { readonly at: number; readonly expected: string } {
  // What must close, the innermost last.
  const open: string[] = [];
  let expected: Expected = 'a value';
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  for (;;) {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++;
    const sign = text.charAt(at);
    const close = open.at(-1);
    if (sign !== '' && sign === close && ['more', 'a first value', 'a first name'].includes(expected)) {
      open.pop();
      expected = 'more';
      at++;
    } else if (expected === 'more') {
      if (close === undefined) return { at, expected: 'the end' };
      if (sign !== ',') return { at, expected: `"," or "${close}"` };
      expected = close === '}' ? 'a name in quotes' : 'a value';
      at++;
    } else if (expected === '":"') {
      if (sign !== ':') return { at, expected };
      expected = 'a value';
      at++;
    } else if (expected === 'a name in quotes' || expected === 'a first name') {
      const end = textEnd(text, at);
      if (end === undefined) return { at, expected: 'a name in quotes' };
      expected = '":"';
      at = end;
    } else if (sign === '{' || sign === '[') {
      open.push(sign === '{' ? '}' : ']');
      expected = sign === '{' ? 'a first name' : 'a first value';
      at++;
    } else {
      const end = textEnd(text, at) ?? matchEnd(SCALAR, text, at);
      if (end === undefined) return { at, expected: 'a value' };
      expected = 'more';
      at = end;
    }
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function textEnd(text: string, from: number): number | undefined {
  if (text[from] !== '"') return undefined;
  for (let at = from + 1; at < text.length; ) {
    if (text[at] === '"') return at + 1;
    if (text.charCodeAt(at) < 0x20) return undefined;
    const next = text[at] === '\\' ? matchEnd(ESCAPE, text, at) : at + 1;
    if (next === undefined) return undefined;
    at = next;
  }
  return undefined;
}

function matchEnd(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
