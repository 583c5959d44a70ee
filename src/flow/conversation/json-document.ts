/** JSON text, read with the place of what is wrong with it. */
import type { FlowProblem } from '../compile/compiled-flow.ts';

/** Longer texts are not read, in UTF-16 units. */
const MAX_TEXT = 4_000_000;
const SPACE = /[ \t\n\r]*/y;
const TOKEN =
  /[ \t\n\r]*(?:([{}[\]:,])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: FlowProblem };

/** Reads a JSON text. Of one that is broken the problem says the line and the column, counted from 1. */
export function readJson(text: string): JsonReading {
  if (text.length > MAX_TEXT)
    return failed('tooLarge', `The document is longer than ${MAX_TEXT} characters.`);
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    const { at, expected } = brokenAt(text);
    const before = text.slice(0, at).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    const found = at < text.length ? JSON.stringify(text.slice(at, at + 12)) : 'the end';
    return failed('invalid', `This is no JSON: at ${place} there is ${found} where ${expected} must be.`);
  }
}

function failed(kind: 'tooLarge' | 'invalid', message: string): JsonReading {
  return { ok: false, problem: { kind, path: '', message } };
}

/** Where a text stops to be JSON, and what should be there. */
function brokenAt(text: string): { readonly at: number; readonly expected: string } {
  // What is open: an object or a list.
  const open: string[] = [];
  let expected = 'a value';
  let canClose = false;
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    SPACE.lastIndex = at;
    const start = at + (SPACE.exec(text)?.[0].length ?? 0);
    if (token === null) return { at: start, expected };
    const [, sign = '', string, literal] = token;
    const isKey = expected === 'a name in quotes';
    if (canClose && sign !== '' && sign === open.at(-1)) {
      open.pop();
      expected = after(open);
      canClose = open.length > 0;
    } else if (isKey && string !== undefined) [expected, canClose] = ['":"', false];
    else if (expected === '":"' && sign === ':') [expected, canClose] = ['a value', false];
    else if (expected === after(open) && sign === ',' && open.length > 0) {
      [expected, canClose] = [open.at(-1) === '}' ? 'a name in quotes' : 'a value', false];
    } else if (expected === 'a value' && (string ?? literal) !== undefined) {
      [expected, canClose] = [after(open), open.length > 0];
    } else if (expected === 'a value' && (sign === '{' || sign === '[')) {
      open.push(sign === '{' ? '}' : ']');
      [expected, canClose] = [sign === '{' ? 'a name in quotes' : 'a value', true];
    } else return { at: start, expected };
    at = TOKEN.lastIndex;
  }
}

function after(open: readonly string[]): string {
  return open.length === 0 ? 'the end' : `"," or "${open.at(-1)}"`;
}
