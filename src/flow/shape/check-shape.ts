/** Whether data has a shape: every problem with its place, in time that the data's size bounds. */
import { didYouMean } from '../closest-name.ts';
import type { FlowProblem, FlowProblemKind } from '../compile/compiled-flow.ts';
import { own } from '../monitor/own-entries.ts';
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
export function checkShape(value: unknown, shape: Rule): readonly FlowProblem[] {
  const check: Check = { problems: [], place: [], values: 0, units: 0 };
  look(check, value, shape, 0);
  return check.problems;
}

function look(check: Check, value: unknown, rule: Rule, depth: number): void {
  if (check.problems.length >= MAX_PROBLEMS || check.values > MAX_VALUES || check.units > MAX_SIZE) return;
  check.values++;
  if (typeof value === 'string') check.units += value.length;
  if (check.values > MAX_VALUES || check.units > MAX_SIZE) {
    return tell(check, 'The document is too large.', 'tooLarge');
  }
  const found = kindOf(value);
  if (!kindsOf(rule).includes(found)) return tell(check, `It must be ${called(rule)}, not ${found}.`);
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
    case 'map':
      return lookAtAll(check, value, rule.of, rule.min, depth);
    case 'pair':
      return lookAtPair(check, value, rule.of, depth);
    case 'object':
      return lookAtFields(check, recordOf(value), rule, depth);
    case 'one':
      return lookAtVariant(check, recordOf(value), rule, depth);
    case 'either': {
      const branch = rule.of.find((alternative) => kindsOf(alternative).includes(found));
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

/** Looks at a part of what it looks at. */
function lookInto(check: Check, at: string | number, value: unknown, rule: Rule, depth: number): void {
  check.place.push(at);
  look(check, value, rule, depth);
  check.place.pop();
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
  if (typeof value === 'number') lookAtNumber(check, value, { is: 'number' });
  else if (typeof value === 'object' && value !== null) lookAtAll(check, value, ANY_JSON, 0, depth + 1);
}

/** The items of a list, holes among them, or the values of a map. */
function lookAtAll(check: Check, value: unknown, of: Rule, min: number, depth: number): void {
  const record = recordOf(value);
  const keys = Array.isArray(value) ? undefined : givenKeys(record);
  const length = keys?.length ?? Number(record.length);
  if (length < min) return tell(check, `It must have at least ${min}.`);
  if (length > MAX_ITEMS) {
    return tell(check, `It must not have more than ${MAX_ITEMS}; it has ${length}.`, 'tooLarge');
  }
  for (let at = 0; at < length; at++) {
    const key = keys?.[at] ?? at;
    if (typeof key === 'string') check.units += key.length;
    lookInto(check, key, record[key], of, depth);
  }
}

function lookAtPair(check: Check, value: unknown, of: readonly [Rule, Rule], depth: number): void {
  const items = recordOf(value);
  if (items.length !== 2) return tell(check, 'It must be a list of two.');
  for (const at of [0, 1] as const) lookInto(check, at, items[at], of[at], depth);
}

function lookAtVariant(
  check: Check,
  record: Fields,
  rule: Rule & { readonly is: 'one' },
  depth: number,
): void {
  const given = givenKeys(record);
  const tags = given.filter((key) => Object.hasOwn(rule.of, key));
  const [tag] = tags;
  const variant = tag === undefined ? undefined : rule.of[tag];
  if (tag === undefined || variant === undefined) {
    const known = Object.keys(rule.of);
    const [first] = given;
    if (first === undefined) return tell(check, `It must have one of ${known.join(', ')}.`);
    return tellUnknown(check, first, known);
  }
  if (tags.length > 1) return tell(check, `It must not have ${tags.join(' and ')} at once.`);
  lookAtFields(check, record, variant, depth, tag, variant.of);
}

/** `tag`: a further field that it may have, and its rule. */
function lookAtFields(
  check: Check,
  record: Fields,
  { required, optional }: { readonly required: Rules; readonly optional: Rules },
  depth: number,
  tag?: string,
  of?: Rule,
): void {
  for (const key of givenKeys(record)) {
    if (check.problems.length >= MAX_PROBLEMS) return;
    const rule = key === tag ? of : (own(required, key) ?? own(optional, key));
    if (rule !== undefined) lookInto(check, key, record[key], rule, depth);
    else tellUnknown(check, key, [...Object.keys(required), ...(tag ? [tag] : []), ...Object.keys(optional)]);
  }
  for (const key of Object.keys(required)) {
    if (own(record, key) === undefined) tellOf(check, key, 'It is missing.');
  }
}

function tellUnknown(check: Check, key: string, known: readonly string[]): void {
  const hint = didYouMean(key.slice(0, 100), known);
  tellOf(check, key, 'There is no such field here.', 'unknownField', hint);
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

/** The own fields of a value that {@link kindOf} calls an object, or a list. */
function recordOf(value: unknown): Fields {
  return value as Fields;
}

/** What each rule takes that does not say it itself. */
const KINDS: { readonly [Is in Exclude<Rule['is'], 'words' | 'either' | 'lazy'>]: readonly Kind[] } = {
  text: ['a text'],
  number: ['a number'],
  boolean: ['true or false'],
  function: ['a function'],
  json: ['a text', 'a number', 'true or false', 'a list', 'an object', 'null'],
  list: ['a list'],
  pair: ['a list'],
  map: ['an object'],
  object: ['an object'],
  one: ['an object'],
};

/** In the order in which messages name them. */
function kindsOf(rule: Rule): readonly Kind[] {
  if (rule.is === 'words') return [kindOf(rule.words[0])];
  if (rule.is === 'lazy') return kindsOf(rule.of());
  return rule.is === 'either' ? rule.of.flatMap(kindsOf) : KINDS[rule.is];
}

function called(rule: Rule): string {
  if (rule.is === 'json') return 'a JSON value';
  if (rule.is === 'words')
    return rule.words.length > 1 ? `one of ${rule.words.join(', ')}` : `${rule.words[0]}`;
  return kindsOf(rule).join(' or ');
}
