/** Arguments against what was declared, and what to tell the model about them. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { Schema } from '../../wire/index.ts';
import { isJsonObject } from './tool-json.ts';

/** How many wrong fields an answer names. */
const MAX_ISSUES = 8;

/** What is wrong with a value under a lowered schema: "`field`: what is expected" each. */
export function schemaIssues(schema: Schema, value: JsonValue | undefined, path = ''): readonly string[] {
  if (value === null && schema.nullable === true) return [];
  const name = path === '' ? 'the arguments' : `\`${path}\``;
  if (value === undefined) return [`${name}: missing, expected ${expectation(schema)}`];
  if (!hasType(schema, value)) return [`${name}: expected ${expectation(schema)}`];
  if (Array.isArray(value)) return arrayIssues(schema, value, path);
  if (isJsonObject(value)) {
    const required = (schema.required ?? []).filter((key) => !Object.hasOwn(value, key));
    const fields = Object.entries(schema.properties ?? {}).filter(
      ([key]) => required.includes(key) || Object.hasOwn(value, key),
    );
    return fields.flatMap(([key, field]) =>
      schemaIssues(
        field,
        Object.hasOwn(value, key) ? value[key] : undefined,
        path === '' ? key : `${path}.${key}`,
      ),
    );
  }
  return isInBounds(schema, value) ? [] : [`${name}: expected ${expectation(schema)}`];
}

/** The issues of a Standard Schema in the same form; what is expected of a top-level field comes from its declaration. */
export function standardIssues(
  issues: readonly StandardSchemaV1.Issue[],
  declared: Schema | undefined,
): readonly string[] {
  return issues.map(({ message, path }) => {
    const keys = (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step));
    const field = fieldAt(declared, keys);
    const expected = field === undefined ? '' : ` (expected ${expectation(field)})`;
    return `\`${keys.join('.') || 'the arguments'}\`: ${message}${expected}`;
  });
}

/** The sentence for the model. */
export function invalidArgumentsText(tool: string, issues: readonly string[]): string {
  const more = issues.length > MAX_ISSUES ? `; and ${issues.length - MAX_ISSUES} more` : '';
  return `The arguments of ${tool} are invalid, so it did not run. ${issues.slice(0, MAX_ISSUES).join('; ')}${more}. Correct them, asking the user if you have to, and call ${tool} again.`;
}

function arrayIssues(schema: Schema, value: readonly JsonValue[], path: string): readonly string[] {
  const { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  if (value.length < Number(minItems) || value.length > Number(maxItems)) {
    return [`\`${path}\`: expected ${expectation(schema)}`];
  }
  return items === undefined
    ? []
    : value.flatMap((item, index) => schemaIssues(items, item, `${path}[${index}]`));
}

function hasType({ type }: Schema, value: JsonValue): boolean {
  switch (type?.toUpperCase()) {
    case 'STRING':
      return typeof value === 'string';
    case 'INTEGER':
      return Number.isInteger(value);
    case 'NUMBER':
      return typeof value === 'number';
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'ARRAY':
      return Array.isArray(value);
    case 'OBJECT':
      return isJsonObject(value);
    default:
      return true;
  }
}

function isInBounds(schema: Schema, value: JsonValue): boolean {
  if (typeof value === 'number') {
    const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
    return value >= minimum && value <= maximum;
  }
  if (typeof value !== 'string') return true;
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  const fits = value.length >= Number(minLength) && value.length <= Number(maxLength);
  return fits && (schema.enum === undefined || schema.enum.includes(value));
}

/** "one of a, b", "a whole number from 1 to 12", "a text of at least 1 characters". */
function expectation(schema: Schema): string {
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const words: Readonly<Record<string, string>> = {
    STRING: 'a text',
    INTEGER: 'a whole number',
    NUMBER: 'a number',
    BOOLEAN: 'true or false',
    ARRAY: 'a list',
    OBJECT: 'an object',
  };
  const low = minimum ?? minLength ?? minItems;
  const high = maximum ?? maxLength ?? maxItems;
  const unit = schema.type === 'STRING' ? ' characters' : schema.type === 'ARRAY' ? ' items' : '';
  return `${words[schema.type ?? ''] ?? 'a value'}${range(low, high, unit)}`;
}

function range(low: number | string | undefined, high: number | string | undefined, unit: string): string {
  if (low !== undefined && high !== undefined) {
    return ` ${unit === '' ? 'from' : 'of'} ${low} to ${high}${unit}`;
  }
  if (low !== undefined) return ` of at least ${low}${unit}`;
  return high === undefined ? '' : ` of at most ${high}${unit}`;
}

function fieldAt(schema: Schema | undefined, keys: readonly string[]): Schema | undefined {
  return keys.reduce<Schema | undefined>(
    (at, key) => (at?.type === 'ARRAY' ? at.items : at?.properties?.[key]),
    schema,
  );
}
