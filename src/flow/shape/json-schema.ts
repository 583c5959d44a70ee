/** JSON Schemas (draft 2020-12) out of shapes, for editors and for models that write documents. */
import type { JsonValue } from '../state-reader.ts';
import { flowNames } from './flow-names.ts';
import { type Fields, MAX_ITEMS, type Rule } from './shape.ts';

export type JsonSchema = { readonly [keyword: string]: JsonValue };

export interface JsonSchemaOptions {
  readonly $id: string;
  /**
   * What is said of a definition, or of a field within: `StepDefinition`, `StepDefinition.gate`, `ToolSpec.http.url`.
   * @default nothing
   */
  readonly describe?: (path: string) => string | undefined;
}

/** The JSON Schema of a shape. What only code can hold is left out; how deep conditions nest is not limited by it. */
export function jsonSchemaOf(
  shape: Rule,
  { $id, describe = () => undefined }: JsonSchemaOptions,
): JsonSchema {
  const definitions: Record<string, JsonSchema> = {};
  const making: Making = { definitions, describe };
  const root = schemaOf(shape, '', making);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id,
    ...root,
    $defs: Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

interface Making {
  readonly definitions: Record<string, JsonSchema>;
  readonly describe: (path: string) => string | undefined;
}

function schemaOf(rule: Rule, path: string, making: Making): JsonSchema {
  const name = flowNames.get(rule) ?? ('name' in rule ? rule.name : undefined);
  if (name === undefined) return inlineSchema(rule, path, making);
  if (!Object.hasOwn(making.definitions, name)) {
    // Here already, for shapes that hold themselves.
    making.definitions[name] = {};
    making.definitions[name] = { ...described(name, making), ...inlineSchema(rule, name, making) };
  }
  return { $ref: `#/$defs/${name}` };
}

function inlineSchema(rule: Rule, path: string, making: Making): JsonSchema {
  const inner = (part: Rule): JsonSchema => schemaOf(part, path, making);
  switch (rule.is) {
    case 'text':
      return { type: 'string', ...(rule.min > 0 && { minLength: rule.min }), maxLength: rule.max };
    case 'number': {
      const maximum = rule.max ?? (rule.whole === true ? Number.MAX_SAFE_INTEGER : undefined);
      return {
        type: rule.whole === true ? 'integer' : 'number',
        ...(rule.min !== undefined && { minimum: rule.min }),
        ...(maximum !== undefined && { maximum }),
      };
    }
    case 'boolean':
      return { type: 'boolean' };
    case 'json':
      return {};
    case 'function':
      return { not: {} };
    case 'words':
      return { enum: rule.words };
    case 'list':
      return {
        type: 'array',
        items: inner(rule.of),
        ...(rule.min > 0 && { minItems: rule.min }),
        maxItems: MAX_ITEMS,
      };
    case 'pair':
      return {
        type: 'array',
        prefixItems: rule.of.map(inner),
        items: false,
        minItems: 2,
        maxItems: 2,
      };
    case 'map':
      return {
        type: 'object',
        additionalProperties: inner(rule.of),
        ...(rule.min > 0 && { minProperties: rule.min }),
        maxProperties: MAX_ITEMS,
      };
    case 'object':
      return objectSchema(rule, path, making);
    case 'one':
      return {
        oneOf: Object.entries(rule.of)
          .filter(([, { of }]) => of.is !== 'function')
          .map(([tag, { of, required, optional }]) =>
            objectSchema({ required: { [tag]: of, ...required }, optional }, path, making),
          ),
      };
    case 'either':
      return { anyOf: rule.of.flatMap((part) => flattened(inner(part))) };
    case 'lazy':
      return inner(rule.of());
  }
}

/** The alternatives of a schema that is nothing but alternatives. */
function flattened(schema: JsonSchema): readonly JsonSchema[] {
  return Object.keys(schema).length === 1 && Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
}

function objectSchema(
  { required, optional }: { readonly required: Fields; readonly optional: Fields },
  path: string,
  making: Making,
): JsonSchema {
  const names = Object.keys(required);
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries({ ...required, ...optional }).map(([field, rule]) => {
        const at = `${path}.${field}`;
        return [field, { ...described(at, making), ...schemaOf(rule, at, making) }];
      }),
    ),
    ...(names.length > 0 && { required: names }),
    additionalProperties: false,
  };
}

function described(path: string, { describe }: Making): { readonly description?: string } {
  const description = describe(path);
  return description === undefined ? {} : { description };
}
