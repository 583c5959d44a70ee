/** The parts of a schema that stand for themselves: types, constants, limits. */
import type { Schema } from '../../wire/index.ts';
import type { JsonSchema } from './tool-definition.ts';

/** The values that a schema names, null aside. */
export function constantsOf(given: JsonSchema): {
  values: readonly unknown[] | undefined;
  includesNull: boolean;
} {
  const all = Array.isArray(given.enum) ? given.enum : 'const' in given ? [given.const] : undefined;
  const values = all?.filter((value) => value !== null);
  return { values, includesNull: all !== undefined && values?.length !== all.length && values?.length !== 0 };
}

const CONSTANT_TYPES: Readonly<Record<string, string>> = {
  string: 'STRING',
  number: 'NUMBER',
  boolean: 'BOOLEAN',
};

/** The upper-case type, also where only the rest of the schema tells it. */
export function typeOf(given: JsonSchema, values: readonly unknown[] | undefined): string | undefined {
  if (typeof given.type === 'string') return given.type.toUpperCase();
  if (values !== undefined && values.length > 0) {
    const types = new Set(values.map((value) => typeof value));
    const [type = '', ...others] = types;
    if (others.length === 0) return CONSTANT_TYPES[type];
  }
  if ('properties' in given) return 'OBJECT';
  return 'items' in given || 'prefixItems' in given ? 'ARRAY' : undefined;
}

/** What a declaration says about a text. */
export function stringParts(given: JsonSchema, values: readonly unknown[] | undefined): Schema {
  if (values !== undefined) return { enum: [...new Set(values.map(String))] };
  const { format, pattern } = given;
  // Every other format is refused; the service's patterns know no look-around, and a format says it better.
  const isPlainPattern = typeof pattern === 'string' && format === undefined && !/\(\?[=!<]/.test(pattern);
  return {
    ...(format === 'date-time' && { format }),
    ...(isPlainPattern && { pattern }),
    ...limits(given, ['minLength', 'maxLength']),
  };
}

const NUMBER_FORMATS: Readonly<Record<string, readonly string[]>> = {
  INTEGER: ['int32', 'int64'],
  NUMBER: ['float', 'double'],
};

/** What a declaration says about a number. */
export function numberParts(given: JsonSchema, type: 'INTEGER' | 'NUMBER'): Schema {
  const { format, exclusiveMinimum, exclusiveMaximum } = given;
  const whole = type === 'INTEGER';
  const minimum = whole && isNumber(exclusiveMinimum) ? Math.floor(exclusiveMinimum) + 1 : given.minimum;
  const maximum = whole && isNumber(exclusiveMaximum) ? Math.ceil(exclusiveMaximum) - 1 : given.maximum;
  return {
    ...(typeof format === 'string' && NUMBER_FORMATS[type]?.includes(format) && { format }),
    ...(isNumber(minimum) && minimum > Number.MIN_SAFE_INTEGER && { minimum }),
    ...(isNumber(maximum) && maximum < Number.MAX_SAFE_INTEGER && { maximum }),
  };
}

/** The limits that are set, as they are. */
export function limits(
  given: JsonSchema,
  keys: ReadonlyArray<'minItems' | 'maxItems' | 'minLength' | 'maxLength'>,
): Schema {
  const set = keys.filter((key) => isNumber(given[key]) || /^\d+$/.test(String(given[key])));
  return Object.fromEntries(set.map((key) => [key, given[key]]));
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
