/**
 * Writes assets/flow.schema.json and assets/conversation.schema.json: what editors and models check documents with. Needs a
 * build: npx tsc -b tsconfig.build.json && node scripts/write-schemas.mjs
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { conversationShape } from '../dist/flow/shape/conversation-shape.js';
import { flowShape } from '../dist/flow/shape/flow-shape.js';
import { jsonSchemaOf } from '../dist/flow/shape/json-schema.js';
import { schemaDocs } from './schema-docs.mjs';

const describe = schemaDocs();
const root = fileURLToPath(new URL('..', import.meta.url));

for (const [name, shape] of Object.entries({ flow: flowShape, conversation: conversationShape })) {
  const path = `${root}assets/${name}.schema.json`;
  const schema = jsonSchemaOf(shape, { $id: `urn:parlando:${name}`, describe });
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`);
  // The house style of lists is not JSON.stringify's.
  execFileSync(process.execPath, [`${root}node_modules/@biomejs/biome/bin/biome`, 'format', '--write', path]);
  process.stdout.write(`${path}\n`);
}
