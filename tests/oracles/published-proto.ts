/** An oracle for client messages: the proto definitions published in `@google-ai/generativelanguage`. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

interface Field {
  readonly type: string;
  readonly rule?: 'repeated';
  readonly keyType?: string;
}

interface Definition {
  readonly fields?: Readonly<Record<string, Field>>;
  readonly values?: Readonly<Record<string, number>>;
  readonly nested?: Readonly<Record<string, Definition>>;
}

const root = loadDefinitions();

function loadDefinitions(): Definition {
  const main = createRequire(import.meta.url).resolve('@google-ai/generativelanguage');
  const text = readFileSync(join(dirname(main), '..', 'protos', 'protos.json'), 'utf8');
  const path = ['google', 'ai', 'generativelanguage', 'v1beta'];
  // The file is protobuf.js's own JSON format, whose shape Definition describes.
  return path.reduce((at, name) => at.nested?.[name] ?? {}, JSON.parse(text) as Definition);
}

/**
 * What in a message the published proto would refuse: unknown fields, wrong types, unknown enum names.
 *
 * @param newer fields (`Message.field`) and enum values (`Enum.VALUE`) that the service has and the proto lacks.
 */
export function protoComplaints(message: unknown, typeName: string, newer: ReadonlySet<string>): string[] {
  const definition = root.nested?.[typeName];
  if (definition === undefined) return [`no message ${typeName}`];
  return checkMessage(message, typeName, definition, [definition], newer, typeName);
}

function checkMessage(
  value: unknown,
  name: string,
  definition: Definition,
  scopes: readonly Definition[],
  newer: ReadonlySet<string>,
  path: string,
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path}: not an object`];
  return Object.entries(value).flatMap(([key, child]) => {
    const field = definition.fields?.[key];
    const at = `${path}.${key}`;
    if (child === null || child === undefined) return [`${at}: ${child}`];
    if (field === undefined) return newer.has(`${name}.${key}`) ? [] : [`${at}: unknown field`];
    if (field.keyType !== undefined) return typeof child === 'object' ? [] : [`${at}: not a map`];
    if (field.rule === 'repeated' && !Array.isArray(child)) return [`${at}: not a list`];
    const children: unknown[] = field.rule === 'repeated' ? [...(child as unknown[])] : [child];
    return children.flatMap((one) => checkValue(one, field.type, scopes, newer, at));
  });
}

function checkValue(
  value: unknown,
  type: string,
  scopes: readonly Definition[],
  newer: ReadonlySet<string>,
  path: string,
): string[] {
  const scalar = scalars[type];
  if (scalar !== undefined) return scalar(value) ? [] : [`${path}: ${JSON.stringify(value)} is no ${type}`];
  if (type.startsWith('google.')) return [];
  const name = type.split('.').at(-1) ?? type;
  const definition = find(type, scopes);
  if (definition === undefined) return [`${path}: no type ${type}`];
  if (definition.values !== undefined) {
    const known = typeof value === 'string' && (value in definition.values || newer.has(`${name}.${value}`));
    return known ? [] : [`${path}: ${JSON.stringify(value)} is no ${name}`];
  }
  return checkMessage(value, name, definition, [definition, ...scopes], newer, path);
}

/** A type by its name, as seen from the innermost message outwards. */
function find(type: string, scopes: readonly Definition[]): Definition | undefined {
  for (const scope of [...scopes, root]) {
    let at: Definition | undefined = scope;
    for (const name of type.split('.')) at = at?.nested?.[name];
    if (at !== undefined) return at;
  }
  return undefined;
}

const isInteger = (value: unknown): boolean => Number.isInteger(value) && Math.abs(Number(value)) < 2 ** 31;

/** How proto3 JSON writes scalars. */
const scalars: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  bool: (value) => typeof value === 'boolean',
  bytes: (value) => typeof value === 'string' && /^[\w+/-]*={0,2}$/.test(value),
  int32: isInteger,
  int64: (value) => typeof value === 'string' && /^-?\d+$/.test(value),
  float: (value) => Number.isFinite(value),
  double: (value) => Number.isFinite(value),
};
