import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../tests/requirements.ts';
import { changedDocument, documentOf } from '../../../tests/support/arbitrary-shape.ts';
import { checkShape } from './check-shape.ts';
import { conversationShape } from './conversation-shape.ts';
import { flowShape } from './flow-shape.ts';
import { jsonSchemaOf } from './json-schema.ts';

const repository = new URL('../../../', import.meta.url);

function published(name: string): object {
  const schema: unknown = JSON.parse(readFileSync(new URL(`assets/${name}.schema.json`, repository), 'utf8'));
  return Object(schema);
}

describe.each([
  ['flow', flowShape],
  ['conversation', conversationShape],
] as const)('assets/%s.schema.json', (name, shape) => {
  const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(published(name));

  test('The published file is what the shape and the docstrings say: else run scripts/write-schemas.mjs', async () => {
    const script = new URL('scripts/schema-docs.mjs', repository).href;
    const { schemaDocs } = (await import(script)) as {
      schemaDocs: () => (path: string) => string | undefined;
    };
    const current = jsonSchemaOf(shape, { $id: `urn:parlando:${name}`, describe: schemaDocs() });
    expect(published(name)).toEqual(JSON.parse(JSON.stringify(current)));
  });

  test('It takes the documents that have the shape', () => {
    fc.assert(
      fc.property(documentOf(shape), (document) => {
        expect(checkShape(document, shape)).toEqual([]);
        expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('It takes and refuses what the check takes and refuses', (context) => {
    verifies(context, 'govern:flow:json');
    fc.assert(
      fc.property(changedDocument(documentOf(shape)), (document) => {
        const problems = checkShape(document, shape);
        expect({ valid: problems.length === 0, problems }).toEqual({ valid: validate(document), problems });
      }),
      { numRuns: 500 },
    );
  });
});
