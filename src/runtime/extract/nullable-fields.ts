import { isJsonObject, type JsonObject } from './json-object.ts';

/** The fields of an object schema, in its order; undefined when it describes no object with fields. */
export function fieldsOf(schema: JsonObject): readonly string[] | undefined {
  const { properties } = schema;
  return isJsonObject(properties) && Object.keys(properties).length > 0 ? Object.keys(properties) : undefined;
}

/** The schema with every top-level field required and nullable: a model must say what it does not know. */
export function withNullableFields(schema: JsonObject): JsonObject {
  const { properties, $schema: _, ...rest } = schema;
  if (!isJsonObject(properties)) return schema;
  const nullable = Object.entries(properties).map(([name, field]) => [name, nullableField(field)] as const);
  return { ...rest, properties: Object.fromEntries(nullable), required: Object.keys(properties) };
}

function nullableField(field: JsonObject[string] | undefined): JsonObject {
  if (!isJsonObject(field)) return { anyOf: [field ?? true, { type: 'null' }] };
  // A default would be filled in where nothing was said.
  const { default: _, description, ...plain } = field;
  const said = description === undefined ? {} : { description };
  if (typeof plain.type !== 'string') return { anyOf: [plain, { type: 'null' }], ...said };
  const values = Array.isArray(plain.enum) ? { enum: [...plain.enum, null] } : {};
  return { ...plain, ...values, type: [plain.type, 'null'], ...said };
}
