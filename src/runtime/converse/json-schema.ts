import type { ParametersSchema } from '../../flow/conversation/conversation-document.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { ExtractionSchema } from '../extract/model-extractor.ts';
import type { OptionProblem } from '../runtime-error.ts';
import { schemaIssues } from '../tools/check-arguments.ts';
import { lowerSchema } from '../tools/lower-schema.ts';
import { isJsonObject } from '../tools/tool-json.ts';

/** Fields as they were stated. */
export type StatedFields = { readonly [field: string]: JsonValue };

/** A JSON Schema of an object that checks: as a Standard Schema, or why it cannot. */
export type CheckedSchema =
  | { readonly ok: true; readonly schema: ExtractionSchema<StatedFields, StatedFields> }
  | { readonly ok: false; readonly problems: readonly OptionProblem[] };

/**
 * What `lowerSchema` can say of a JSON Schema is checked, field by field; a field that is not there is no issue. What the
 * schema does not name passes.
 */
export function checkedSchema(json: ParametersSchema): CheckedSchema {
  const lowered = lowerSchema(json, 'schema');
  if (!lowered.ok) return lowered;
  const fields = new Map(Object.entries(lowered.schema.properties ?? {}));
  const issuesOf = (value: StatedFields): readonly { message: string; path: string[] }[] =>
    Object.entries(value).flatMap(([name, stated]) => {
      const field = fields.get(name);
      const issues = field === undefined ? [] : schemaIssues(field, stated, name);
      return issues.map((message) => ({ message, path: [name] }));
    });
  const schema: ExtractionSchema<StatedFields, StatedFields> = {
    '~standard': {
      version: 1,
      vendor: 'parlando',
      validate(given) {
        // It comes from JSON: whatever is an object is one of JSON.
        const value = given as JsonValue;
        if (!isJsonObject(value)) return { issues: [{ message: 'expected an object' }] };
        const issues = issuesOf(value);
        return issues.length === 0 ? { value } : { issues };
      },
      jsonSchema: { input: () => json, output: () => json },
    },
  };
  return { ok: true, schema };
}
