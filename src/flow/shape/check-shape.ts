/** Whether data has a shape: every problem with its place, in time that the data's size bounds. */
import { didYouMean } from '../closest-name.ts';
import type { FlowProblem, FlowProblemKind } from '../compile/compiled-flow.ts';
import { type Kind, kindOf } from './kind-of.ts';
import { pathTo } from './path-to.ts';
import { MAX_ITEMS, type Rule, type Fields as Rules } from './shape.ts';

/** Conditions and free values nest no deeper. */
export const MAX_DEPTH = 60;
/** Values that are looked at. */
const MAX_VALUES = 200_000;
/** Units of text in all. */
export const MAX_SIZE = 4_000_000;
/** More problems than this help nobody. */
const MAX_PROBLEMS = 200;

interface Check {
  readonly problems: FlowProblem[];
  /** Where it looks: names and positions, which become a text only for a problem. */
  readonly place: Array<string | number>;
  values: number;
  units: number;
}

/** What is wrong with a value; nothing when it has the shape. Functions pass where code may stand. */
export function checkShape(value: unknown, shape: Rule, path = ''): readonly FlowProblem[] {
  const check: Check = { problems: [], place: [], values: 0, units: 0 };
  look(check, value, shape, 0);
  return path === '' ? check.problems : check.problems.map((problem) => within(path, problem));
}

function within(path: string, problem: FlowProblem): FlowProblem {
  const inner = problem.path;
  return { ...problem, path: inner === '' || inner.startsWith('[') ? path + inner : `${path}.${inner}` };
}

function look(check: Check, value: unknown, rule: Rule, depth: number): void {
  if (check.problems.length >= MAX_PROBLEMS || check.values > MAX_VALUES || check.units > MAX_SIZE) return;
  check.values++;
  if (typeof value === 'string') check.units += value.length;
  if (check.values > MAX_VALUES || check.units > MAX_SIZE) {
    return tell(check, 'The document is too large.', 'tooLarge');
  }
  const found = kindOf(value);
  if (!takes(rule, found)) return tell(check, `It must be ${called(rule)}, not ${found}.`);
  switch (rule.is) {
    case 'text':
      if (String(value).length < rule.min) tell(check, 'It must not be empty.');
      if (String(value).length > rule.max) {
        tell(check, `It must not be longer than ${rule.max}.`, 'tooLarge');
      }
      return;
    case 'number':
      return lookAtNumber(check, Number(value), rule);
    case 'words':
      if (!rule.words.some((word) => word === value)) {
        const hint = didYouMean(String(value), rule.words.map(String));
        tell(check, `It must be ${called(rule)}.`, 'invalid', hint);
      }
      return;
    case 'boolean':
    case 'function':
      return;
    case 'json':
      return lookAtJson(check, value, depth);
    case 'list':
      return lookAtItems(check, value, rule.of, rule.min, depth);
    case 'map':
      return lookAtEntries(check, value, rule.of, rule.min, depth);
    case 'pair':
      return lookAtPair(check, value, rule.of, depth);
    case 'object':
      return lookAtFields(check, recordOf(value), rule, depth);
    case 'one':
      return lookAtVariant(check, recordOf(value), rule, depth);
    case 'either': {
      const branch = rule.of.find((alternative) => takes(alternative, found));
      if (branch !== undefined) look(check, value, branch, depth);
      return;
    }
    case 'lazy':
      if (depth < MAX_DEPTH) look(check, value, rule.of(), depth + 1);
      else tell(check, TOO_DEEP, 'tooLarge');
  }
}

const TOO_DEEP = `It nests deeper than ${MAX_DEPTH}.`;
const ANY_JSON: Rule = { is: 'json' };
const ANY_NUMBER: Rule & { readonly is: 'number' } = { is: 'number' };

/** Looks at a part of what it looks at. */
function lookInto(check: Check, at: string | number, value: unknown, rule: Rule, depth: number): void {
  // Most of a document is texts, and most of them are fine.
  if (typeof value === 'string' && rule.is === 'text' && isFine(check, value, rule)) return;
  check.place.push(at);
  look(check, value, rule, depth);
  check.place.pop();
}

function isFine(check: Check, { length }: string, { min, max }: Rule & { readonly is: 'text' }): boolean {
  if (length < min || length > max) return false;
  if (check.values >= MAX_VALUES || check.units + length > MAX_SIZE) return false;
  check.values++;
  check.units += length;
  return true;
}

function lookAtNumber(
  check: Check,
  value: number,
  { min = -Infinity, max = Infinity, whole = false }: Rule & { readonly is: 'number' },
): void {
  if (!Number.isFinite(value)) tell(check, 'It must be a finite number.');
  else if (whole && !Number.isSafeInteger(value)) tell(check, 'It must be a whole number.');
  else if (value < min) tell(check, `It must be at least ${min}.`);
  else if (value > max) tell(check, `It must be at most ${max}.`);
}

function lookAtJson(check: Check, value: unknown, depth: number): void {
  if (depth >= MAX_DEPTH) return tell(check, TOO_DEEP, 'tooLarge');
  if (typeof value === 'number') lookAtNumber(check, value, ANY_NUMBER);
  else if (Array.isArray(value)) lookAtItems(check, value, ANY_JSON, 0, depth + 1);
  else if (typeof value === 'object' && value !== null) {
    lookAtEntries(check, value, ANY_JSON, 0, depth + 1);
  }
}

function lookAtItems(check: Check, value: unknown, of: Rule, min: number, depth: number): void {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (!fits(check, items.length, min)) return;
  // Not forEach: it would leave holes out.
  for (let index = 0; index < items.length; index++) {
    lookInto(check, index, items[index], of, depth);
  }
}

function lookAtPair(check: Check, value: unknown, of: readonly [Rule, Rule], depth: number): void {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (items.length !== 2) return tell(check, 'It must be a list of two.');
  for (const index of [0, 1] as const) lookInto(check, index, items[index], of[index], depth);
}

function lookAtEntries(check: Check, value: unknown, of: Rule, min: number, depth: number): void {
  const record = recordOf(value);
  const keys = givenKeys(record);
  if (!fits(check, keys.length, min)) return;
  for (const key of keys) {
    check.units += key.length;
    lookInto(check, key, record[key], of, depth);
  }
}

function lookAtVariant(
  check: Check,
  record: Fields,
  rule: Rule & { readonly is: 'one' },
  depth: number,
): void {
  const given = givenKeys(record);
  const tag = given.find((key) => Object.hasOwn(rule.of, key));
  const variant = tag === undefined ? undefined : rule.of[tag];
  if (tag === undefined || variant === undefined) {
    const known = Object.keys(rule.of);
    const [first] = given;
    if (first === undefined) return tell(check, `It must have one of ${known.join(', ')}.`);
    return tellOf(check, first, UNKNOWN, 'unknownField', didYouMean(first.slice(0, 100), known));
  }
  const tags = given.filter((key) => Object.hasOwn(rule.of, key));
  if (tags.length > 1) return tell(check, `It must not have ${tags.join(' and ')} at once.`);
  for (const key of given) {
    if (check.problems.length >= MAX_PROBLEMS) return;
    const inner = key === tag ? variant.of : (own(variant.required, key) ?? own(variant.optional, key));
    if (inner !== undefined) lookInto(check, key, record[key], inner, depth);
    else tellUnknown(check, key, [...Object.keys(variant.required), tag, ...Object.keys(variant.optional)]);
  }
  tellMissing(check, record, variant.required);
}

const UNKNOWN = 'There is no such field here.';

function lookAtFields(
  check: Check,
  record: Fields,
  { required, optional }: { readonly required: Rules; readonly optional: Rules },
  depth: number,
): void {
  for (const key of Object.keys(record)) {
    const value = record[key];
    if (value === undefined) continue;
    if (check.problems.length >= MAX_PROBLEMS) return;
    const rule = own(required, key) ?? own(optional, key);
    if (rule !== undefined) lookInto(check, key, value, rule, depth);
    else tellUnknown(check, key, [...Object.keys(required), ...Object.keys(optional)]);
  }
  tellMissing(check, record, required);
}

function own(rules: Rules, key: string): Rule | undefined {
  return Object.hasOwn(rules, key) ? rules[key] : undefined;
}

function tellUnknown(check: Check, key: string, known: readonly string[]): void {
  tellOf(check, key, UNKNOWN, 'unknownField', didYouMean(key.slice(0, 100), known));
}

function tellMissing(check: Check, record: Fields, required: Rules): void {
  for (const key of Object.keys(required)) {
    if (!Object.hasOwn(record, key) || record[key] === undefined) tellOf(check, key, 'It is missing.');
  }
}

function fits(check: Check, length: number, min: number): boolean {
  if (length < min) tell(check, `It must have at least ${min}.`);
  else if (length > MAX_ITEMS) {
    tell(check, `It must not have more than ${MAX_ITEMS}; it has ${length}.`, 'tooLarge');
  } else return true;
  return false;
}

/** A problem of a part of what it looks at. */
function tellOf(check: Check, at: string, message: string, kind?: FlowProblemKind, hint?: string): void {
  check.place.push(at);
  tell(check, message, kind, hint);
  check.place.pop();
}

function tell(check: Check, message: string, kind: FlowProblemKind = 'invalid', hint = ''): void {
  const path = check.place.reduce<string>(
    (outer, at) => (typeof at === 'number' ? `${outer}[${at}]` : pathTo(outer, at)),
    '',
  );
  check.problems.push({ path, message, kind, ...(hint !== '' && { hint: hint.trim() }) });
}

/** The own names that have a value. */
function givenKeys(record: Fields): readonly string[] {
  return Object.keys(record).filter((key) => record[key] !== undefined);
}

type Fields = Readonly<Record<string, unknown>>;

/** The own fields of a value that {@link kindOf} calls an object. */
function recordOf(value: unknown): Fields {
  return value as Fields;
}

/** Whether a rule may take what is of this kind. */
function takes(rule: Rule, kind: Kind): boolean {
  switch (rule.is) {
    case 'text':
      return kind === 'a text';
    case 'number':
      return kind === 'a number';
    case 'boolean':
      return kind === 'true or false';
    case 'words':
      return kind === kindOf(rule.words[0]);
    case 'function':
      return kind === 'a function';
    case 'json':
      return kind !== 'a function' && kind !== 'something else';
    case 'list':
    case 'pair':
      return kind === 'a list';
    case 'either':
      return rule.of.some((alternative) => takes(alternative, kind));
    case 'lazy':
      return takes(rule.of(), kind);
    default:
      return kind === 'an object';
  }
}

/** In the order in which messages name them. */
const KINDS: readonly Kind[] = [
  'a text',
  'a number',
  'true or false',
  'a list',
  'an object',
  'null',
  'a function',
];

function kindsOf(rule: Rule): readonly Kind[] {
  if (rule.is === 'either') return rule.of.flatMap(kindsOf);
  return rule.is === 'lazy' ? kindsOf(rule.of()) : KINDS.filter((kind) => takes(rule, kind));
}

function called(rule: Rule): string {
  if (rule.is === 'json') return 'a JSON value';
  if (rule.is === 'words')
    return rule.words.length > 1 ? `one of ${rule.words.join(', ')}` : `${rule.words[0]}`;
  return kindsOf(rule).join(' or ');
}
