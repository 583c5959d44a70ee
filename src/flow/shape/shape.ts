/**
 * What a document must look like, as data: one description from which documents are checked and JSON Schemas are made. A
 * shape carries the type that it describes, so that a shape which lags behind its type does not compile.
 */
import type { JsonValue } from '../state-reader.ts';

/** No list and no record is longer. */
export const MAX_ITEMS = 2000;
/** No text is longer, in UTF-16 units. */
export const MAX_TEXT = 20_000;
/** No name is longer. */
export const MAX_NAME = 200;

/** A shape without its type. */
export type Rule =
  | { readonly is: 'text'; readonly min: number; readonly max: number }
  | { readonly is: 'number'; readonly min?: number; readonly max?: number; readonly whole?: boolean }
  | { readonly is: 'boolean' | 'json' | 'function' }
  | { readonly is: 'words'; readonly words: readonly [string, ...string[]] | readonly [true] }
  | { readonly is: 'list'; readonly of: Rule; readonly min: number }
  | { readonly is: 'pair'; readonly of: readonly [Rule, Rule] }
  /** A record of names that the author chooses. */
  | { readonly is: 'map'; readonly of: Rule; readonly min: number }
  | { readonly is: 'object'; readonly name?: string; readonly required: Fields; readonly optional: Fields }
  /** An object that is told by the one of these fields which it has, perhaps with further ones. */
  | { readonly is: 'one'; readonly of: { readonly [field: string]: Variant } }
  /** Alternatives that differ in their JSON type. */
  | { readonly is: 'either'; readonly name?: string; readonly of: readonly Rule[] }
  /** For shapes that hold themselves. */
  | { readonly is: 'lazy'; readonly of: () => Rule };

export type Fields = { readonly [field: string]: Rule };
export interface Variant {
  readonly of: Rule;
  readonly required: Fields;
  readonly optional: Fields;
}

/** The rule for values of a type: exactly that type, neither more nor less. */
export type Shape<T> = Rule & { readonly type?: (value: T) => T };

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T];
type OptionalKeys<T> = Exclude<keyof T, RequiredKeys<T>>;
type RequiredShapes<T> = { readonly [K in RequiredKeys<T>]: Shape<T[K]> };
type OptionalShapes<T> = { readonly [K in OptionalKeys<T>]-?: Shape<Required<T>[K]> };
/** By the field that tells each member of a union; with its further fields, where it has some. */
type Variants<T, Further extends string> = {
  readonly [K in Exclude<Tags<T>, Further>]: VariantOf<Extract<T, Readonly<Record<K, unknown>>>, K>;
};
type Tags<T> = T extends unknown ? RequiredKeys<T> & string : never;
type VariantOf<Member, K extends PropertyKey> = K extends keyof Member
  ? [Exclude<keyof Member, K>] extends [never]
    ? Shape<Member[K]>
    : {
        readonly of: Shape<Member[K]>;
        readonly required: RequiredShapes<Omit<Member, K>>;
        readonly optional: OptionalShapes<Omit<Member, K>>;
      }
  : never;

/** Any text, of up to {@link MAX_TEXT} units. */
export const text: Shape<string> = { is: 'text', min: 0, max: MAX_TEXT };
/** What something is called: a text that is not empty. */
export const name: Shape<string> = { is: 'text', min: 1, max: MAX_NAME };
export const flag: Shape<boolean> = { is: 'boolean' };
export const number: Shape<number> = { is: 'number' };
/** A number that is not negative: milliseconds, for example. */
export const amount: Shape<number> = { is: 'number', min: 0 };
/** A whole number, from 1. */
export const count: Shape<number> = { is: 'number', min: 1, whole: true };
/** A whole number, from 0. */
export const natural: Shape<number> = { is: 'number', min: 0, whole: true };
/** From 0 to 1. */
export const ratio: Shape<number> = { is: 'number', min: 0, max: 1 };
export const json: Shape<JsonValue> = { is: 'json' };

/** What only code can hold; no JSON has it. */
export function code<T>(): Shape<T> {
  return { is: 'function' };
}

/** One of these words. They are given as names, so that none is forgotten. */
export function words<W extends string>(each: { readonly [Word in W]: 1 }): Shape<W> {
  // A type of words has one at least.
  return { is: 'words', words: Object.keys(each) as [string, ...string[]] };
}

/** What can only be true. */
export const yes: Shape<true> = { is: 'words', words: [true] };

export function list<T>(of: Shape<T>, min = 0): Shape<readonly T[]> {
  return { is: 'list', of, min };
}

export function pair<A, B>(first: Shape<A>, second: Shape<B>): Shape<readonly [A, B]> {
  return { is: 'pair', of: [first, second] };
}

export function map<T>(of: Shape<T>, min = 0): Shape<{ readonly [name: string]: T }> {
  return { is: 'map', of, min };
}

/** An object without other fields. One with a name is a definition of its own in a JSON Schema. */
export function object<T extends object>(
  name: string | undefined,
  required: RequiredShapes<T>,
  optional: OptionalShapes<T>,
): Shape<T> {
  return name === undefined
    ? { is: 'object', required, optional }
    : { is: 'object', name, required, optional };
}

/** A union of objects, each told by one field. `Further` are fields that members must have besides. */
export function one<T extends object, Further extends string = never>(
  variants: Variants<T, Further>,
): Shape<T> {
  const rules: ReadonlyArray<[string, Rule | Variant]> = Object.entries(variants);
  return {
    is: 'one',
    of: Object.fromEntries(
      rules.map(([key, rule]) => [key, 'is' in rule ? { of: rule, required: {}, optional: {} } : rule]),
    ),
  };
}

/** A union of things that differ in their JSON type. */
export function either<A, B, C = never>(
  first: Shape<A>,
  second: Shape<B>,
  third?: Shape<C>,
): Shape<A | B | C> {
  return { is: 'either', of: third ? [first, second, third] : [first, second] };
}

/** A shape that is a definition of its own in a JSON Schema. */
export function named<T>(name: string, shape: Shape<T>): Shape<T> {
  // Of the rules, those that can have a name take it, and the others do not look.
  return { ...shape, name } as Shape<T>;
}

export function lazy<T>(of: () => Shape<T>): Shape<T> {
  return { is: 'lazy', of };
}
