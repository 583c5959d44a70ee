import { didYouMean } from '../flow/index.ts';
import type { OptionProblem } from './runtime-error.ts';

/** What is wrong with a value that stands at `path`; `isUnusable` where nothing else can be said of the option. */
export interface ShapeProblem extends OptionProblem {
  readonly isUnusable: boolean;
}

/** Looks at an option that was given: it is not undefined. */
export type Shape = (value: unknown, path: string) => readonly ShapeProblem[];

/** The shape of each option of a kind, so that none is forgotten. */
export type Shapes<Options> = { readonly [Name in keyof Required<Options>]: Shape };

const NOTHING: readonly ShapeProblem[] = [];

/** What somebody else looks at. */
export const anything: Shape = () => NOTHING;

/** One function. */
export const aFunction: Shape = (value, path) =>
  typeof value === 'function' ? NOTHING : problem(path, `It is ${kindOf(value)}: give a function.`);

/** One function, or several in a list. */
export const functions: Shape = (value, path) =>
  Array.isArray(value)
    ? value.flatMap((item, index) => aFunction(item, `${path}[${index}]`))
    : aFunction(value, path);

/** One of these values. */
export function oneOf(...values: ReadonlyArray<string | boolean>): Shape {
  const names = values.map(String);
  return (value, path) =>
    values.some((allowed) => allowed === value)
      ? NOTHING
      : problem(
          path,
          `It is one of ${names.join(', ')}.${typeof value === 'string' ? didYouMean(value, names) : ''}`,
        );
}

/** An object without other names than these. */
export function fields<Options>(shapes: Shapes<Options>): Shape {
  const known: ReadonlyMap<string, Shape> = new Map(Object.entries<Shape>(shapes));
  return (value, path) => {
    if (!isObject(value)) return unusable(path, 'an object');
    return Object.entries(value).flatMap(([name, given]) => {
      const at = `${path}.${name}`;
      const shape = known.get(name);
      if (shape === undefined)
        return problem(at, `There is no such option.${didYouMean(name, [...known.keys()])}`);
      return given === undefined ? NOTHING : shape(given, at);
    });
  };
}

/** A list of such values. */
export function listOf(item: Shape): Shape {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((given, index) => item(given, `${path}[${index}]`))
      : unusable(path, 'a list');
}

/** The one shape where `holds`, else the other. */
export function either(holds: (value: unknown) => boolean, shape: Shape, other: Shape): Shape {
  return (value, path) => (holds(value) ? shape : other)(value, path);
}

/** Whether a value is an object, and no list. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object that was written down as one, not made by a class. */
export function isPlainObject(value: unknown): value is object {
  return isObject(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value));
}

/** One problem with a value that the other checks can still look at. */
export function problem(path: string, message: string): readonly ShapeProblem[] {
  return [{ path, message, isUnusable: false }];
}

/** One problem with a value that nothing else can be said of. */
export function unusable(path: string, wanted: string): readonly ShapeProblem[] {
  return [{ path, message: `It must be ${wanted}.`, isUnusable: true }];
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}
