import { equivalent } from '../equivalence.ts';
import { own } from '../monitor/own-entries.ts';
import type { SimulatedCall } from '../scenario/flow-simulator.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { Repertoire } from './repertoire.ts';
import { another } from './value-domain.ts';

type Arguments = { readonly [name: string]: JsonValue };

/** A call, and whether its arguments are such that the mock of the tool takes them. */
export interface CallVariant extends SimulatedCall {
  readonly succeeds: boolean;
}

/**
 * How a model may call a tool here: with the arguments that state speaks for, first; then each argument wrong by itself;
 * then with each further answer that conditions can tell apart.
 */
export function callVariants(
  repertoire: Repertoire,
  tool: string,
  state: StateReader,
): readonly CallVariant[] {
  const spec = repertoire.tools.get(tool);
  const only = spec?.mock?.only ?? {};
  const schema = spec?.parameters?.properties;
  const properties = isRecord(schema) ? schema : {};
  const binds = repertoire.binds.get(tool) ?? new Map<string, string>();
  const names = [...new Set([...Object.keys(properties), ...binds.keys()])];
  const right = Object.fromEntries(
    names.map((name) => {
      const key = binds.get(name) ?? name;
      const known = state.get(key) ?? state.get(`user:${key}`) ?? state.get(`app:${key}`);
      const taken = own(only, name);
      const fits =
        known !== undefined && known !== null && (taken?.some((one) => equivalent(one, known)) ?? true);
      return [
        name,
        fits || taken === undefined ? (known ?? sample(own(properties, name))) : (taken[0] ?? known ?? null),
      ];
    }),
  );
  const wrong = names.map((name) => ({
    ...right,
    [name]: another([own(right, name) ?? null, ...(own(only, name) ?? [])]),
  }));
  const fails = spec?.mock?.fail !== undefined && spec.mock.only === undefined;
  const call = (args: Arguments): SimulatedCall => (names.length === 0 ? { tool } : { tool, args });
  const calls = [right, ...wrong].map((args) => ({ ...call(args), succeeds: !fails && isTaken(args, only) }));
  const answers = Object.entries(spec?.saves ?? {}).flatMap(([key, path]) =>
    (repertoire.domain.get(key) ?? []).map((value) => ({
      tool,
      args: right,
      response: nested(path, value),
      succeeds: true,
    })),
  );
  return [...calls, ...answers];
}

function isTaken(args: Arguments, only: { readonly [name: string]: readonly JsonValue[] }): boolean {
  return Object.entries(only).every(([name, taken]) => {
    const value = own(args, name);
    return value !== undefined && taken.some((one) => equivalent(one, value));
  });
}

/** A value that a JSON Schema may describe. */
function sample(schema: JsonValue | undefined): JsonValue {
  if (!isRecord(schema)) return 'one';
  const { type } = schema;
  if (Array.isArray(schema.enum) && schema.enum[0] !== undefined) return schema.enum[0];
  if (type === 'number' || type === 'integer') return typeof schema.minimum === 'number' ? schema.minimum : 1;
  if (type === 'boolean') return true;
  if (type === 'array') return [];
  return type === 'object' ? {} : 'one';
}

/** An answer that has the value at the path. */
function nested(path: string, value: JsonValue): JsonValue {
  return path === ''
    ? value
    : path.split('.').reduceRight<JsonValue>((inner, name) => ({ [name]: inner }), value);
}

function isRecord(value: JsonValue | undefined): value is { readonly [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
