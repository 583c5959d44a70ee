/** From JSON Schema to what a Gemini function declaration may hold (spec: control §8, wire §2.1). */
import type { Schema } from '../../wire/index.ts';
import type { OptionProblem } from '../runtime-error.ts';
import { constantsOf, limits, numberParts, stringParts, typeOf } from './plain-schema.ts';
import { describedFacts } from './schema-facts.ts';
import { mergeObjects, nullable, simpleUnion } from './schema-union.ts';
import type { JsonSchema } from './tool-definition.ts';

/** The lowered schema, or every reason why there is none. */
export type Lowered =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly problems: readonly OptionProblem[] };

/** How deep a schema may nest, and how many fields and items it may have once references are inlined. */
const MAX_DEPTH = 32;
const MAX_NODES = 2_000;

/**
 * Lowers a schema, and changes nothing in one that is lowered already. References are inlined, null in a union becomes
 * `nullable`, unions of constants become one `enum`. What the API has no field for (exclusive bounds, `default`,
 * formats, number constants) goes into the description, so that the model still reads it; what only a validator needs
 * goes. What cannot be said is a problem: other unions, recursion, free keys, tuples of several types, values of any type.
 */
export function lowerSchema(schema: JsonSchema, path = 'parameters'): Lowered {
  const lowering = new Lowering(schema);
  const lowered = lowering.lower(schema, { path, depth: 0, refs: [] });
  return lowered === undefined || lowering.problems.length > 0
    ? { ok: false, problems: lowering.problems }
    : { ok: true, schema: lowered };
}

/** Where a schema stands, and the references on the way there: one that comes twice is a recursion. */
interface Place {
  readonly path: string;
  readonly depth: number;
  readonly refs: readonly string[];
}

function inside({ path, depth, refs }: Place, step: string): Place {
  return { path: path + step, depth: depth + 1, refs };
}

function through(place: Place, refs: readonly string[]): Place {
  return { ...place, refs: [...place.refs, ...refs] };
}

class Lowering {
  readonly problems: OptionProblem[] = [];
  readonly #root: JsonSchema;
  #nodes = 0;

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  lower(given: unknown, place: Place): Schema | undefined {
    if (place.depth > MAX_DEPTH || place.refs.length > MAX_DEPTH) {
      return this.#refuse(place, `nests deeper than ${MAX_DEPTH} levels: flatten it`);
    }
    if (++this.#nodes > MAX_NODES) {
      return this.#refuse(place, `makes the schema larger than ${MAX_NODES} fields: make it smaller`);
    }
    if (!isSchema(given)) return this.#refuse(place, 'accepts anything or nothing: say which type it is');
    if (typeof given.$ref === 'string') return this.#lowerReference(given, given.$ref, place);
    if (Array.isArray(given.allOf)) return this.#lowerAll(given, given.allOf, place);
    const union = given.anyOf ?? given.oneOf;
    if (Array.isArray(union)) return this.#lowerUnion(given, union, place);
    const { type } = given;
    if (Array.isArray(type)) {
      const { type: _, ...rest } = given;
      return this.#lowerUnion(
        rest,
        type.map((one) => ({ ...rest, type: one })),
        place,
      );
    }
    return this.#lowerPlain(given, place);
  }

  #lowerReference(given: JsonSchema, ref: string, place: Place): Schema | undefined {
    if (place.refs.includes(ref) || ref === '#') return this.#refuseRecursion(place, ref);
    const target = resolveReference(this.#root, ref);
    if (target === undefined) return this.#refuse(place, `refers to ${ref}, which is not there`);
    const { $ref: _, ...beside } = given;
    return this.lower({ ...target, ...beside }, through(place, [ref]));
  }

  #lowerAll(given: JsonSchema, parts: readonly unknown[], place: Place): Schema | undefined {
    const { allOf: _, ...beside } = given;
    const referred = parts.flatMap((part) =>
      isSchema(part) && typeof part.$ref === 'string' ? [part.$ref] : [],
    );
    const again = referred.find((ref) => place.refs.includes(ref) || ref === '#');
    if (again !== undefined) return this.#refuseRecursion(place, again);
    const merged = mergeObjects([...parts.map((part) => this.#inline(part)), beside]);
    if (merged === undefined) {
      return this.#refuse(place, 'is an intersection of more than plain objects: write it as one object');
    }
    return this.lower(merged, through(place, referred));
  }

  /** The target of a reference, one step: enough to merge objects. */
  #inline(part: unknown): unknown {
    if (!isSchema(part) || typeof part.$ref !== 'string') return part;
    return resolveReference(this.#root, part.$ref) ?? part;
  }

  #lowerUnion(given: JsonSchema, union: readonly unknown[], place: Place): Schema | undefined {
    const { anyOf: _, oneOf: __, ...beside } = given;
    const simple = simpleUnion(union, (member) => this.#inline(member));
    if (simple === undefined) {
      const what =
        'is a union, which the API refuses: use one object with optional fields, or one tool per case';
      return this.#refuse(place, what);
    }
    if (simple.schema === undefined) return this.#refuse(place, 'is always null: leave it out');
    const lowered = this.lower({ ...simple.schema, ...withoutType(beside) }, place);
    return lowered === undefined ? undefined : simple.nullable ? nullable(lowered) : lowered;
  }

  #lowerPlain(given: JsonSchema, place: Place): Schema | undefined {
    const { values, includesNull } = constantsOf(given);
    const type = typeOf(given, values);
    if (type === undefined) return this.#refuse(place, 'has no type: say which type it is');
    if (type === 'NULL') return this.#refuse(place, 'is always null: leave it out');
    if (values?.length === 0) return this.#refuse(place, 'accepts no value: leave it out');
    const parts = this.#partsOf(type, given, values, place);
    if (parts === undefined) return undefined;
    const description = describedFacts(given, type, values);
    const schema: Schema = { type, ...(description !== '' && { description }), ...parts };
    return given.nullable === true || includesNull ? nullable(schema) : schema;
  }

  #partsOf(
    type: string,
    given: JsonSchema,
    values: readonly unknown[] | undefined,
    place: Place,
  ): Schema | undefined {
    switch (type) {
      case 'OBJECT':
        return this.#objectParts(given, place);
      case 'ARRAY':
        return this.#arrayParts(given, place);
      case 'STRING':
        return stringParts(given, values);
      case 'INTEGER':
      case 'NUMBER':
        return numberParts(given, type);
      case 'BOOLEAN':
        return {};
      default:
        return this.#refuse(place, `has the type ${type}, which the API does not have`);
    }
  }

  #objectParts(given: JsonSchema, place: Place): Schema | undefined {
    const fields = isSchema(given.properties) ? Object.entries(given.properties) : [];
    if (isFree(given.additionalProperties) || isFree(given.patternProperties)) {
      return this.#refuse(place, 'has free keys, which the API refuses: use an array of {key, value}');
    }
    if (fields.length === 0 && place.depth > 0) {
      return this.#refuse(place, 'is an object without fields, which the API refuses: name its fields');
    }
    const lowered = fields.map(
      ([name, field]) => [name, this.lower(field, inside(place, `.${name}`))] as const,
    );
    if (lowered.some(([, schema]) => schema === undefined)) return undefined;
    const known = lowered.map(([name]) => name);
    const required = names(given.required).filter((name) => known.includes(name));
    const ordering = names(given.propertyOrdering).filter((name) => known.includes(name));
    return {
      properties: Object.fromEntries(lowered) as Record<string, Schema>,
      ...(required.length > 0 && { required: [...new Set(required)] }),
      ...(ordering.length > 0 && { propertyOrdering: ordering }),
    };
  }

  #arrayParts(given: JsonSchema, place: Place): Schema | undefined {
    const tuple = given.prefixItems ?? (Array.isArray(given.items) ? given.items : undefined);
    const items = Array.isArray(tuple)
      ? this.#tupleItem(tuple, place)
      : this.lower(given.items, inside(place, '[]'));
    if (items === undefined) return undefined;
    return { items, ...limits(given, ['minItems', 'maxItems']) };
  }

  /** A tuple whose places are all alike is an array. */
  #tupleItem(tuple: readonly unknown[], place: Place): Schema | undefined {
    const places = tuple.map((item, index) => this.lower(item, inside(place, `[${index}]`)));
    const [first] = places;
    if (first !== undefined && places.every((one) => JSON.stringify(one) === JSON.stringify(first)))
      return first;
    return this.#refuse(place, 'is a tuple of several types: use an object with named fields');
  }

  #refuseRecursion(place: Place, ref: string): undefined {
    const what = `refers to itself (${ref}): a declaration has to end; nest it to a fixed depth`;
    return this.#refuse(place, what);
  }

  #refuse({ path }: Place, reason: string): undefined {
    this.problems.push({ path, message: `\`${path}\` ${reason}.` });
    return undefined;
  }
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Follows `#/$defs/Name`. */
function resolveReference(root: JsonSchema, ref: string): JsonSchema | undefined {
  if (!ref.startsWith('#/')) return undefined;
  const steps = ref.slice(2).split('/').map(unescapePointer);
  const target = steps.reduce<unknown>(
    (at, step) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, step) ? (at as JsonSchema)[step] : undefined,
    root,
  );
  return isSchema(target) ? target : undefined;
}

function unescapePointer(step: string): string {
  const plain = step.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

function names(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

/** Keys that nobody named, with values of a stated type. `true` and `{}` only tolerate them. */
function isFree(value: unknown): boolean {
  return isSchema(value) && Object.keys(value).length > 0 && !('not' in value);
}

function withoutType(given: JsonSchema): JsonSchema {
  const { type: _, ...rest } = given;
  return rest;
}
