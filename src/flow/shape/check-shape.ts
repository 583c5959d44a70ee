/** Whether data has a shape: every problem with its place, in time that the data's size bounds. */
import { didYouMean } from '../closest-name.ts';
import type { FlowProblem, FlowProblemKind } from '../compile/compiled-flow.ts';
import { pathTo } from './path-to.ts';
import { type Fields, MAX_ITEMS, type Rule } from './shape.ts';

/** Conditions and free values nest no deeper. */
const MAX_DEPTH = 60;
/** Values that are looked at. */
const MAX_VALUES = 200_000;
/** Units of text in all. */
export const MAX_SIZE = 4_000_000;
/** More problems than this help nobody. */
const MAX_PROBLEMS = 200;

interface Check {
  readonly problems: FlowProblem[];
  values: number;
  units: number;
}

/** What is wrong with a value; nothing when it has the shape. Functions pass where code may stand. */
export function checkShape(value: unknown, shape: Rule, path = ''): readonly FlowProblem[] {
  const check: Check = { problems: [], values: 0, units: 0 };
  look(check, value, shape, path, 0);
  return check.problems;
}

function look(check: Check, value: unknown, rule: Rule, path: string, depth: number): void {
  if (check.problems.length >= MAX_PROBLEMS || check.values > MAX_VALUES || check.units > MAX_SIZE) return;
  check.values++;
  if (typeof value === 'string') check.units += value.length;
  if (check.values > MAX_VALUES || check.units > MAX_SIZE) {
    return tell(check, path, 'The document is too large.', 'tooLarge');
  }
  const found = kindOf(value);
  if (!kindsOf(rule).includes(found)) return tell(check, path, `It must be ${called(rule)}, not ${found}.`);
  switch (rule.is) {
    case 'text':
      if (String(value).length < rule.min) tell(check, path, 'It must not be empty.');
      if (String(value).length > rule.max) {
        tell(check, path, `It must not be longer than ${rule.max}.`, 'tooLarge');
      }
      return;
    case 'number':
      return lookAtNumber(check, Number(value), rule, path);
    case 'words':
      if (!rule.words.some((word) => word === value)) {
        const hint = didYouMean(String(value), rule.words.map(String));
        tell(check, path, `It must be ${called(rule)}.`, 'invalid', hint);
      }
      return;
    case 'boolean':
    case 'function':
      return;
    case 'json':
      return lookAtJson(check, value, path, depth);
    case 'list':
      return lookAtItems(check, value, rule.of, rule.min, path, depth);
    case 'map':
      return lookAtEntries(check, value, rule.of, rule.min, path, depth);
    case 'pair':
      return lookAtPair(check, value, rule.of, path, depth);
    case 'object':
      return lookAtFields(check, recordOf(value), rule, path, depth);
    case 'one':
      return lookAtVariant(check, recordOf(value), rule, path, depth);
    case 'either': {
      const branch = rule.of.find((alternative) => kindsOf(alternative).includes(found));
      if (branch !== undefined) look(check, value, branch, path, depth);
      return;
    }
    case 'lazy':
      if (depth < MAX_DEPTH) look(check, value, rule.of(), path, depth + 1);
      else tell(check, path, TOO_DEEP, 'tooLarge');
  }
}

const TOO_DEEP = `It nests deeper than ${MAX_DEPTH}.`;

function lookAtNumber(
  check: Check,
  value: number,
  { min = -Infinity, max = Infinity, whole = false }: Rule & { readonly is: 'number' },
  path: string,
): void {
  if (!Number.isFinite(value)) tell(check, path, 'It must be a finite number.');
  else if (whole && !Number.isSafeInteger(value)) tell(check, path, 'It must be a whole number.');
  else if (value < min) tell(check, path, `It must be at least ${min}.`);
  else if (value > max) tell(check, path, `It must be at most ${max}.`);
}

function lookAtJson(check: Check, value: unknown, path: string, depth: number): void {
  if (depth >= MAX_DEPTH) return tell(check, path, TOO_DEEP, 'tooLarge');
  const inner: Rule = { is: 'json' };
  if (typeof value === 'number') lookAtNumber(check, value, { is: 'number' }, path);
  else if (Array.isArray(value)) lookAtItems(check, value, inner, 0, path, depth + 1);
  else if (typeof value === 'object' && value !== null) {
    lookAtEntries(check, value, inner, 0, path, depth + 1);
  }
}

function lookAtItems(check: Check, value: unknown, of: Rule, min: number, path: string, depth: number): void {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!fits(check, items.length, min, path)) return;
  // Not forEach: it would leave holes out.
  for (let index = 0; index < items.length; index++) {
    look(check, items[index], of, `${path}[${index}]`, depth);
  }
}

function lookAtPair(
  check: Check,
  value: unknown,
  of: readonly [Rule, Rule],
  path: string,
  depth: number,
): void {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (items.length !== 2) return tell(check, path, 'It must be a list of two.');
  for (const index of [0, 1] as const) look(check, items[index], of[index], `${path}[${index}]`, depth);
}

function lookAtEntries(
  check: Check,
  value: unknown,
  of: Rule,
  min: number,
  path: string,
  depth: number,
): void {
  const record = recordOf(value);
  const keys = givenKeys(record);
  if (!fits(check, keys.length, min, path)) return;
  for (const key of keys) {
    check.units += key.length;
    look(check, record[key], of, pathTo(path, key), depth);
  }
}

function lookAtVariant(
  check: Check,
  record: Readonly<Record<string, unknown>>,
  rule: Rule & { readonly is: 'one' },
  path: string,
  depth: number,
): void {
  const tags = givenKeys(record).filter((key) => Object.hasOwn(rule.of, key));
  const [tag] = tags;
  const variant = tag === undefined ? undefined : rule.of[tag];
  if (tag === undefined || variant === undefined) {
    const known = Object.keys(rule.of);
    const [first] = givenKeys(record);
    if (first === undefined) return tell(check, path, `It must have one of ${known.join(', ')}.`);
    return tell(check, pathTo(path, first), UNKNOWN, 'unknownField', didYouMean(first.slice(0, 100), known));
  }
  if (tags.length > 1) return tell(check, path, `It must not have ${tags.join(' and ')} at once.`);
  lookAtFields(
    check,
    record,
    { required: { ...variant.required, [tag]: variant.of }, optional: variant.optional },
    path,
    depth,
  );
}

const UNKNOWN = 'There is no such field here.';

function lookAtFields(
  check: Check,
  record: Readonly<Record<string, unknown>>,
  { required, optional }: { readonly required: Fields; readonly optional: Fields },
  path: string,
  depth: number,
): void {
  for (const key of givenKeys(record)) {
    if (check.problems.length >= MAX_PROBLEMS) return;
    const at = pathTo(path, key);
    const rule = Object.hasOwn(required, key)
      ? required[key]
      : Object.hasOwn(optional, key)
        ? optional[key]
        : undefined;
    if (rule !== undefined) look(check, record[key], rule, at, depth);
    else {
      const known = [...Object.keys(required), ...Object.keys(optional)];
      tell(check, at, UNKNOWN, 'unknownField', didYouMean(key.slice(0, 100), known));
    }
  }
  for (const key of Object.keys(required)) {
    if (!Object.hasOwn(record, key) || record[key] === undefined)
      tell(check, pathTo(path, key), 'It is missing.');
  }
}

function fits(check: Check, length: number, min: number, path: string): boolean {
  if (length < min) tell(check, path, `It must have at least ${min}.`);
  else if (length > MAX_ITEMS) {
    tell(check, path, `It must not have more than ${MAX_ITEMS}; it has ${length}.`, 'tooLarge');
  } else return true;
  return false;
}

function tell(
  check: Check,
  path: string,
  message: string,
  kind: FlowProblemKind = 'invalid',
  hint = '',
): void {
  check.problems.push({ path, message, kind, ...(hint !== '' && { hint: hint.trim() }) });
}

/** The own names that have a value. */
function givenKeys(record: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(record).filter((key) => record[key] !== undefined);
}

/** The own fields of a value that {@link kindOf} calls an object. */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return value as Readonly<Record<string, unknown>>;
}

type Kind =
  | 'a text'
  | 'a number'
  | 'true or false'
  | 'a list'
  | 'an object'
  | 'null'
  | 'a function'
  | 'something else';

function kindOf(value: unknown): Kind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'function':
      return 'a function';
    case 'object': {
      // Those of classes are no data; the plain ones of another realm are.
      const prototype: unknown = Object.getPrototypeOf(value);
      const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
      return isPlain ? 'an object' : 'something else';
    }
    default:
      return 'something else';
  }
}

function kindsOf(rule: Rule): readonly Kind[] {
  switch (rule.is) {
    case 'text':
      return ['a text'];
    case 'number':
      return ['a number'];
    case 'boolean':
      return ['true or false'];
    case 'words':
      return [kindOf(rule.words[0])];
    case 'function':
      return ['a function'];
    case 'json':
      return ['a text', 'a number', 'true or false', 'a list', 'an object', 'null'];
    case 'list':
    case 'pair':
      return ['a list'];
    case 'either':
      return rule.of.flatMap(kindsOf);
    case 'lazy':
      return kindsOf(rule.of());
    default:
      return ['an object'];
  }
}

function called(rule: Rule): string {
  if (rule.is === 'json') return 'a JSON value';
  if (rule.is === 'words')
    return rule.words.length > 1 ? `one of ${rule.words.join(', ')}` : `${rule.words[0]}`;
  return kindsOf(rule).join(' or ');
}
