/** Checks what a model answered, field by field: one bad field does not cost the others. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { FieldProblem } from './extractor.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** The fields that hold, null for those that were not stated or do not, and what is wrong with the latter. */
export interface CheckedFields {
  readonly value: Readonly<Record<string, JsonValue>>;
  readonly problems: readonly FieldProblem[];
}

/**
 * Checks an answer. The schema sees it whole first, so that its own rules across fields hold once all are stated; what
 * is not stated yet is no failure. Fields that the schema does not name are dropped. Throws when the schema refuses the
 * answer as a whole.
 */
export async function checkFields(
  schema: StandardSchemaV1,
  fields: readonly string[],
  answer: JsonObject,
): Promise<CheckedFields> {
  const stated = fields.filter((field) => Object.hasOwn(answer, field) && answer[field] !== null);
  const whole = await schema['~standard'].validate(pick(answer, stated));
  if (whole.issues === undefined) return { value: withNulls(fields, stated, whole.value), problems: [] };
  const problems: FieldProblem[] = [];
  const good: Record<string, unknown> = {};
  for (const field of stated) {
    const issue = whole.issues.find((one) => fieldOf(one) === field);
    if (issue === undefined) good[field] = await outputOf(schema, field, answer[field]);
    else problems.push({ field, error: issue.message });
  }
  const pathless = whole.issues.find((issue) => fieldOf(issue) === undefined);
  if (pathless !== undefined) throw new Error(`the schema refused the answer: ${pathless.message}`);
  return { value: withNulls(fields, Object.keys(good), good), problems };
}

/** Where a library shows the schemas of an object's fields (zod, valibot), one alone gives its output. */
async function outputOf(schema: object, field: string, value: unknown): Promise<unknown> {
  const { shape, entries } = schema as { readonly shape?: unknown; readonly entries?: unknown };
  const fields = [shape, entries].find((place) => typeof place === 'object' && place !== null);
  const own = (fields as Readonly<Record<string, Partial<StandardSchemaV1> | undefined>> | undefined)?.[
    field
  ];
  const checked = await own?.['~standard']?.validate(value);
  return checked === undefined || checked.issues !== undefined ? value : checked.value;
}

function withNulls(
  fields: readonly string[],
  stated: readonly string[],
  output: unknown,
): Readonly<Record<string, JsonValue>> {
  const value = isJsonObject(output) ? output : {};
  // Defaults of the schema are nobody's words: only what was stated counts.
  return Object.fromEntries(
    fields.map((field) => [field, stated.includes(field) ? (value[field] ?? null) : null]),
  );
}

function pick(answer: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(fields.map((field) => [field, answer[field] ?? null]));
}

function fieldOf({ path }: StandardSchemaV1.Issue): string | undefined {
  const [first] = path ?? [];
  if (first === undefined) return undefined;
  return String(typeof first === 'object' ? first.key : first);
}
