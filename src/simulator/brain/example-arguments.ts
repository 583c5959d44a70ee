/** Makes up values for a schema, so that a call without a model behind it still has the right shape. */
import type { FunctionDeclaration } from '../../wire/protocol/tools.ts';

const MAX_DEPTH = 8;

/** Arguments for a function: every declared property, drawn from `text` where that is possible. */
export function exampleArguments(
  declaration: FunctionDeclaration,
  text: string,
): Readonly<Record<string, unknown>> {
  const value = exampleValue(declaration.parameters ?? declaration.parametersJsonSchema, text);
  return isFields(value) ? value : {};
}

/** A value for an OpenAPI or JSON schema; `{}` without one. */
export function exampleValue(schema: unknown, text: string, depth = 0): unknown {
  if (!isFields(schema) || depth > MAX_DEPTH) return {};
  if (Array.isArray(schema.enum) && schema.enum.length > 0) {
    const said = schema.enum.find((value) => text.toLowerCase().includes(String(value).toLowerCase()));
    return said ?? schema.enum[0];
  }
  if (schema.default !== undefined) return schema.default;
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return exampleValue(choices[0], text, depth + 1);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (String(type ?? 'object').toLowerCase()) {
    case 'string':
      return stringFrom(text);
    case 'integer':
      return Math.round(numberFrom(text));
    case 'number':
      return numberFrom(text);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'array':
      return schema.items === undefined ? [] : [exampleValue(schema.items, text, depth + 1)];
    default:
      return objectFor(schema.properties, text, depth);
  }
}

function objectFor(properties: unknown, text: string, depth: number): Record<string, unknown> {
  if (!isFields(properties)) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, exampleValue(schema, text, depth + 1)]),
  );
}

/** A name if the text has one (a capital inside a sentence), else the whole text. */
function stringFrom(text: string): string {
  return /(?<=\S\s)[A-Z][\w'-]+(?:\s[A-Z][\w'-]+)*/.exec(text)?.[0] ?? (text.trim() || 'example');
}

function numberFrom(text: string): number {
  return Number(/\d+(?:\.\d+)?/.exec(text)?.[0] ?? 1);
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
