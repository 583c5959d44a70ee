import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import { createFrameParser } from '../../simulator/protocol/client-frame.ts';
import { toolRefusal } from '../../simulator/setup/tool-rules.ts';
import { modelProfile, type Schema } from '../../wire/index.ts';
import { schemaIssues } from './check-arguments.ts';
import { lowerSchema } from './lower-schema.ts';
import type { JsonSchema } from './tool-definition.ts';

/** A zod schema and a value that it accepts. */
interface Sample {
  readonly schema: z.ZodType;
  readonly value: JsonValue;
}

const texts = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 });

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.string({ minLength: 2, maxLength: 4 }).map((value) => ({ schema: z.string().min(2).max(4), value })),
  fc.string().map((value) => ({ schema: z.string().describe('words'), value })),
  fc.integer({ min: 1, max: 9 }).map((value) => ({ schema: z.int().positive().lt(10), value })),
  fc.integer({ min: -5, max: 5 }).map((value) => ({ schema: z.number().gt(-6).multipleOf(1), value })),
  fc.boolean().map((value) => ({ schema: z.boolean().default(true), value })),
  texts.map((names) => ({ schema: z.enum(names), value: names[0] ?? '' })),
  texts.map((names) => ({
    schema: z.union(names.map((name) => z.literal(name))),
    value: names.at(-1) ?? '',
  })),
  fc.integer().map((value) => ({ schema: z.literal(value), value })),
  fc.boolean().map((value) => ({ schema: z.literal(value), value })),
  fc.constant({ schema: z.email(), value: 'a@b.de' }),
  fc.constant({ schema: z.iso.datetime(), value: '2026-01-01T00:00:00Z' }),
  fc.constant({ schema: z.string().regex(/^[a-z]+$/), value: 'abc' }),
);

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schema' },
    leaf,
    tie('sample').map(({ schema, value }) => ({
      schema: z.array(schema).min(1).max(3),
      value: [value, value],
    })),
    fc.tuple(tie('sample'), fc.boolean()).map(([{ schema, value }, isNull]) => ({
      schema: schema.nullable().describe('or null'),
      value: isNull ? null : value,
    })),
    fc
      .uniqueArray(
        fc.tuple(fc.constantFrom('a', 'b', 'c_d', '__proto__', 'é 1'), tie('sample'), fc.boolean()),
        {
          selector: ([name]) => name,
          minLength: 1,
          maxLength: 3,
        },
      )
      .map(objectOf),
  ),
}));

const objects: fc.Arbitrary<Sample> = fc
  .uniqueArray(fc.tuple(fc.constantFrom('x', 'y', 'z'), sample, fc.boolean()), {
    selector: ([name]) => name,
    maxLength: 3,
  })
  .map(objectOf);

function objectOf(fields: ReadonlyArray<readonly [string, Sample, boolean]>): Sample {
  const shape = Object.fromEntries(
    fields.map(([name, { schema }, isOptional]) => [name, isOptional ? schema.optional() : schema]),
  );
  const present = fields.filter(([, , isOptional], index) => !isOptional || index % 2 === 0);
  return {
    schema: z.object(shape),
    value: Object.fromEntries(present.map(([name, { value }]) => [name, value])),
  };
}

function jsonSchema(schema: z.ZodType): JsonSchema {
  return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' });
}

function lowered(schema: JsonSchema): Schema {
  const result = lowerSchema(schema);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.schema;
}

const LEGAL = new Set(
  'type format description nullable enum items properties required propertyOrdering minItems maxItems minLength maxLength minimum maximum pattern'.split(
    ' ',
  ),
);

/** Everything in a schema that the API has no field or no value for. */
function illegal(schema: Schema): readonly string[] {
  const keys = Object.keys(schema).filter((key) => !LEGAL.has(key));
  const types = ['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT'];
  const wrongType = types.includes(schema.type ?? '') ? [] : [`type ${schema.type}`];
  const wrongEnum = schema.enum !== undefined && schema.type !== 'STRING' ? ['enum'] : [];
  const inner = [...Object.values(schema.properties ?? {}), ...(schema.items ? [schema.items] : [])];
  return [...keys, ...wrongType, ...wrongEnum, ...inner.flatMap(illegal)];
}

describe('A lowered schema', () => {
  test('is what the service takes, lowers to itself, and still accepts what zod accepts', (context) => {
    verifies(context, 'tools:lowering');
    const parsers = (['googleAi', 'vertex'] as const).map(createFrameParser);
    const profile = modelProfile('gemini-3.8-live', 'googleAi');
    fc.assert(
      fc.property(objects, ({ schema, value }) => {
        fc.pre(schema.safeParse(value).success);
        const declared = lowered(jsonSchema(schema));
        expect(illegal(declared)).toEqual([]);
        expect(lowered(declared as JsonSchema)).toEqual(declared);
        expect(schemaIssues(declared, value)).toEqual([]);
        const tools = [{ functionDeclarations: [{ name: 'f', parameters: declared }] }];
        expect(toolRefusal(tools, profile)).toBeUndefined();
        for (const parse of parsers) {
          const frame = parse(JSON.stringify({ setup: { model: 'models/m', tools } }));
          expect(frame.ok || frame.refusal).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('keeps for the reader what it has no field for', (context) => {
    verifies(context, 'tools:lowering');
    const schema = z.object({
      share: z.number().gt(0).lt(1).describe('Part of the whole.'),
      seats: z.int().gt(0).lt(9),
      step: z.literal([5, 10]),
      mail: z.email().default('a@b.de'),
      level: z.union([z.literal('low').describe('for beginners'), z.literal('high')]).nullable(),
    });
    expect(lowered(jsonSchema(schema)).properties).toEqual({
      share: { type: 'NUMBER', description: 'Part of the whole. Greater than 0. Less than 1.' },
      seats: { type: 'INTEGER', minimum: 1, maximum: 8 },
      step: { type: 'NUMBER', description: 'One of: 5, 10.' },
      mail: { type: 'STRING', description: 'Format: email. Default: "a@b.de".' },
      level: { type: 'STRING', description: 'low: for beginners', enum: ['low', 'high'], nullable: true },
    });
  });

  test('has its references inlined and its plain intersections merged', (context) => {
    verifies(context, 'tools:lowering');
    const place = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
    const schema = {
      type: 'object',
      properties: {
        from: { $ref: '#/$defs/place', description: 'Start' },
        to: { allOf: [{ $ref: '#/$defs/place' }, { properties: { gate: { type: ['integer', 'null'] } } }] },
      },
      $defs: { place },
    };
    const city = { type: 'STRING' };
    expect(lowered(schema).properties).toEqual({
      from: { type: 'OBJECT', description: 'Start', properties: { city }, required: ['city'] },
      to: {
        type: 'OBJECT',
        properties: { city, gate: { type: 'INTEGER', nullable: true } },
        required: ['city'],
      },
    });
  });

  test('is refused with every reason and its place', (context) => {
    verifies(context, 'tools:lowering');
    const node: z.ZodType = z
      .object({ name: z.string(), children: z.array(z.lazy(() => node)) })
      .meta({ id: 'Node' });
    const schema = z.object({
      either: z.union([z.string(), z.number()]),
      shape: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('a') }),
        z.object({ kind: z.literal('b'), size: z.number() }),
      ]),
      counts: z.record(z.string(), z.number()),
      pair: z.tuple([z.string(), z.number()]),
      any: z.unknown(),
      nothing: z.null(),
      empty: z.object({}),
      deep: z.object({ tree: node }),
    });
    const result = lowerSchema(jsonSchema(schema));
    const places = result.ok ? [] : result.problems.map(({ path, message }) => [path, message]);
    expect(places).toEqual([
      ['parameters.either', expect.stringContaining('union')],
      ['parameters.shape', expect.stringContaining('union')],
      ['parameters.counts', expect.stringContaining('free keys')],
      ['parameters.pair', expect.stringContaining('tuple')],
      ['parameters.any', expect.stringContaining('no type')],
      ['parameters.nothing', expect.stringContaining('always null')],
      ['parameters.empty', expect.stringContaining('without fields')],
      ['parameters.deep.tree.children[]', expect.stringContaining('refers to itself')],
    ]);
  });

  test('is refused, not built, when references make it huge', () => {
    const definitions = Object.fromEntries(
      Array.from({ length: 30 }, (_, level) => {
        const next = level === 29 ? { type: 'string' } : { $ref: `#/$defs/d${level + 1}` };
        return [`d${level}`, { type: 'object', properties: { left: next, right: next } }];
      }),
    );
    const result = lowerSchema({ ...definitions.d0, $defs: definitions });
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result).length).toBeLessThan(1_000_000);
  });

  test('comes of any JSON without a throw', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...KEYWORDS), fc.jsonValue()), (schema) => {
        const result = lowerSchema(schema);
        if (result.ok) expect(lowered(result.schema as JsonSchema)).toEqual(result.schema);
        else expect(result.problems.length).toBeGreaterThan(0);
      }),
    );
  });
});

const KEYWORDS = [
  'type',
  'properties',
  'required',
  'items',
  'anyOf',
  'oneOf',
  'allOf',
  'enum',
  'const',
  '$ref',
  'nullable',
  'additionalProperties',
  'default',
  'minimum',
];
