/** Unions and intersections that a schema without them can say. */
import type { Schema } from '../../wire/index.ts';
import type { JsonSchema } from './tool-definition.ts';

/** What a union amounts to; no schema means that only null is left. */
interface SimpleUnion {
  readonly schema: JsonSchema | undefined;
  readonly nullable: boolean;
}

/**
 * One member beside null, or constants of one type; undefined for any other union.
 * @param inline follows a reference
 */
export function simpleUnion(
  members: readonly unknown[],
  inline: (member: unknown) => unknown,
): SimpleUnion | undefined {
  const rest = members.filter((member) => !isNull(member));
  const nullable = rest.length < members.length;
  const [only] = rest;
  if (rest.length === 0) return { schema: undefined, nullable };
  if (rest.length === 1) return isObject(only) ? { schema: only, nullable } : undefined;
  const inlined = rest.map(inline);
  const lists = inlined.map(constants);
  if (lists.some((list) => list === undefined)) return undefined;
  const values = lists.flatMap((list) => list ?? []);
  const proper = values.filter((value) => value !== null);
  if (new Set(proper.map((value) => typeof value)).size !== 1) return undefined;
  const description = inlined.flatMap(described).join(' ');
  return {
    schema: { ...(description !== '' && { description }), enum: proper },
    nullable: nullable || proper.length < values.length,
  };
}

/** Several object schemas as one, or undefined when one is no object or two disagree about a field. */
export function mergeObjects(parts: readonly unknown[]): JsonSchema | undefined {
  const properties = new Map<string, unknown>();
  const required = new Set<unknown>();
  let merged: JsonSchema = {};
  for (const part of parts) {
    if (!isObject(part) || !isPlainObjectSchema(part)) return undefined;
    for (const [name, field] of Object.entries(part.properties ?? {})) {
      const known = properties.get(name);
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(field)) return undefined;
      properties.set(name, field);
    }
    for (const name of Array.isArray(part.required) ? part.required : []) required.add(name);
    merged = { ...merged, ...part };
  }
  return {
    ...merged,
    type: 'object',
    properties: Object.fromEntries(properties),
    required: [...required],
  };
}

/** The same schema, null allowed. */
export function nullable(schema: Schema): Schema {
  return { ...schema, nullable: true };
}

function isPlainObjectSchema(part: JsonSchema): boolean {
  const { type } = part;
  const isObjectType = type === undefined || (typeof type === 'string' && type.toLowerCase() === 'object');
  return (
    isObjectType && !['anyOf', 'oneOf', 'allOf', '$ref', 'enum', 'const', 'items'].some((key) => key in part)
  );
}

function isNull(member: unknown): boolean {
  if (!isObject(member)) return false;
  if (typeof member.type === 'string' && member.type.toLowerCase() === 'null') return true;
  if ('const' in member) return member.const === null;
  return Array.isArray(member.enum) && member.enum.length > 0 && member.enum.every((value) => value === null);
}

function constants(member: unknown): readonly unknown[] | undefined {
  if (!isObject(member)) return undefined;
  if ('const' in member) return [member.const];
  return Array.isArray(member.enum) ? member.enum : undefined;
}

/** "a: what it means", where a constant is described. */
function described(member: unknown): readonly string[] {
  if (!isObject(member) || typeof member.description !== 'string') return [];
  return [`${(constants(member) ?? []).join(', ')}: ${member.description}`];
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
