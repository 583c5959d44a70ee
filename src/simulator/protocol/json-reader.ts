/**
 * Reads proto3 JSON by a schema, as the service does: either casing of a name, a lone value for a repeated field,
 * numbers as strings, enums in any case, `null` as absent; an unknown field or a wrong type is a refusal.
 */
import type { SchemaTable } from './client-schema.ts';
import { invalid, type Refusal, unknownField } from './refusal.ts';

/** A value read by its schema, camelCase throughout; or why not. */
export type Reading =
  | {
      readonly ok: true;
      readonly value: Readonly<Record<string, unknown>>;
      readonly nulls: readonly string[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/** Reads JSON objects as one message type each. Immutable and shared by all sessions of a platform. */
export interface JsonReader {
  /** `nulls` of the result lists the snake_case paths that were explicitly null, at most 16 of them. */
  read(json: unknown, message: string): Reading;
}

interface FieldType {
  readonly name: string;
  readonly path: string;
  readonly shape: 'one' | 'list' | 'map';
  readonly scalar: string;
  readonly fields: ReadonlyMap<string, FieldType> | undefined;
  readonly values: ReadonlyMap<string, string> | undefined;
}

const MAX_DEPTH = 64;
const MAX_NULLS = 16;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const DURATION = /^-?\d+(\.\d{1,9})?s$/;

/** Compiles a table once; every frame is then read without looking at type names again. */
export function createJsonReader(table: SchemaTable): JsonReader {
  const messages = new Map<string, Map<string, FieldType>>();
  const compile = (message: string): ReadonlyMap<string, FieldType> | undefined => {
    const source = table[message];
    if (source === undefined) return undefined;
    const known = messages.get(message);
    if (known !== undefined) return known;
    const fields = new Map<string, FieldType>();
    messages.set(message, fields);
    for (const [name, type] of Object.entries(source)) {
      const field = compileField(name, type, compile);
      fields.set(name, field);
      fields.set(field.path, field);
    }
    return fields;
  };
  return {
    read(json, message) {
      const fields = compile(message);
      if (fields === undefined) throw new TypeError(`no message '${message}' in the schema`);
      const pass = new Pass();
      const value = pass.message(json, fields, '', 0);
      if (pass.refusal !== undefined) return { ok: false, refusal: pass.refusal };
      return { ok: true, value: value ?? {}, nulls: pass.nulls };
    },
  };
}

/** `generationConfig` → `generation_config`, the way the service names paths. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function compileField(
  name: string,
  type: string,
  compile: (message: string) => ReadonlyMap<string, FieldType> | undefined,
): FieldType {
  const shape = type.endsWith('[]') ? 'list' : type.endsWith('{}') ? 'map' : 'one';
  const scalar = shape === 'one' ? type : type.slice(0, -2);
  const isEnum = /^[A-Z][A-Z_|]+$/.test(scalar);
  return {
    name,
    path: snakeCase(name),
    shape,
    scalar,
    fields: isEnum ? undefined : compile(scalar),
    values: isEnum ? new Map(scalar.split('|').map((value) => [value, value])) : undefined,
  };
}

/** One reading of one frame: collects the first refusal and goes no further after it. */
class Pass {
  refusal: Refusal | undefined;
  readonly nulls: string[] = [];

  message(
    json: unknown,
    fields: ReadonlyMap<string, FieldType>,
    path: string,
    depth: number,
  ): Record<string, unknown> | undefined {
    if (depth > MAX_DEPTH) return this.#refuse(invalid('Invalid JSON payload received. Message too deep.'));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return this.#wrongType(path, 'an object', json);
    }
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(json)) {
      const field = fields.get(key);
      if (field === undefined) return this.#refuse(unknownField(key.slice(0, 64), path));
      const at = path === '' ? field.path : `${path}.${field.path}`;
      // Object.keys of `json` gave this key.
      const value = this.#field((json as Record<string, unknown>)[key], field, at, depth);
      if (this.refusal !== undefined) return undefined;
      if (value !== undefined) result[field.name] = value;
    }
    return result;
  }

  #field(json: unknown, field: FieldType, path: string, depth: number): unknown {
    if (json === null && field.scalar !== 'any') {
      if (this.nulls.length < MAX_NULLS) this.nulls.push(path);
      return undefined;
    }
    switch (field.shape) {
      case 'one':
        return this.#one(json, field, path, depth);
      case 'list':
        if (!Array.isArray(json)) return [this.#one(json, field, path, depth)];
        return this.#list(json, field, path, depth);
      case 'map':
        return this.#map(json, field, path, depth);
    }
  }

  #list(json: readonly unknown[], field: FieldType, path: string, depth: number): unknown[] {
    const list: unknown[] = [];
    for (let i = 0; i < json.length && this.refusal === undefined; i++) {
      list.push(this.#one(json[i], field, `${path}[${i}]`, depth));
    }
    return list;
  }

  #map(json: unknown, field: FieldType, path: string, depth: number): unknown {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      return this.#wrongType(path, 'a map', json);
    }
    const entries: [string, unknown][] = [];
    for (const [key, value] of Object.entries(json)) {
      entries.push([key, this.#one(value, field, `${path}[${key}]`, depth)]);
      if (this.refusal !== undefined) return undefined;
    }
    return Object.fromEntries(entries);
  }

  #one(json: unknown, field: FieldType, path: string, depth: number): unknown {
    if (field.fields !== undefined) return this.message(json, field.fields, path, depth + 1);
    if (field.values !== undefined) return this.#enum(json, field.values, path);
    switch (field.scalar) {
      case 'string':
        return typeof json === 'string' ? json : this.#wrongType(path, 'TYPE_STRING', json);
      case 'bool':
        if (json === 'true' || json === 'false') return json === 'true';
        return typeof json === 'boolean' ? json : this.#wrongType(path, 'TYPE_BOOL', json);
      case 'int':
      case 'number':
        return this.#number(json, field.scalar, path);
      case 'bytes':
        if (typeof json === 'string' && BASE64.test(json)) return json;
        return this.#wrongType(path, 'TYPE_BYTES', 'Base64 decoding failed');
      case 'duration':
        if (typeof json === 'string' && DURATION.test(json)) return json;
        return this.#wrongType(path, 'a duration', json);
      case 'object':
        if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json;
        return this.#wrongType(path, 'type.googleapis.com/google.protobuf.Struct', json);
      case 'any':
        return json;
      default:
        throw new TypeError(`unknown type '${field.scalar}' in the schema`);
    }
  }

  #number(json: unknown, scalar: 'int' | 'number', path: string): unknown {
    const value = typeof json === 'string' && json.trim() !== '' ? Number(json) : json;
    const fits = scalar === 'int' ? Number.isInteger(value) : Number.isFinite(value);
    if (!fits) return this.#wrongType(path, scalar === 'int' ? 'TYPE_INT' : 'TYPE_FLOAT', json);
    return value;
  }

  #enum(json: unknown, values: ReadonlyMap<string, string>, path: string): unknown {
    if (typeof json === 'string') {
      const name = json.toUpperCase().replaceAll('-', '_');
      const value = values.get(name);
      if (value !== undefined) return value;
      // An UNSPECIFIED value is the proto default, so it means absent.
      if (name.endsWith('UNSPECIFIED')) return undefined;
    }
    return this.#wrongType(path, 'enum', json);
  }

  #wrongType(path: string, type: string, json: unknown): undefined {
    const shown = JSON.stringify(json)?.slice(0, 32) ?? 'nothing';
    const where = path === '' ? 'Invalid value' : `Invalid value at '${path}'`;
    return this.#refuse(invalid(`${where} (${type}), ${shown}`));
  }

  #refuse(refusal: Refusal): undefined {
    this.refusal ??= refusal;
    return undefined;
  }
}
