import type { JsonSchema } from './tool-definition.ts';

/** The description, and after it what the declaration has no field for. */
export function describedFacts(
  given: JsonSchema,
  type: string,
  values: readonly unknown[] | undefined,
): string {
  const { description, format, default: fallback, multipleOf } = given;
  const facts = typeof description === 'string' && description !== '' ? [description] : [];
  if (values !== undefined && type !== 'STRING') facts.push(`One of: ${values.join(', ')}.`);
  if (type === 'STRING' && values === undefined && typeof format === 'string' && format !== 'date-time') {
    facts.push(`Format: ${format}.`);
  }
  if (type === 'NUMBER') facts.push(...exclusiveBounds(given));
  if (typeof multipleOf === 'number') facts.push(`A multiple of ${multipleOf}.`);
  if (fallback !== undefined) facts.push(`Default: ${JSON.stringify(fallback)}.`);
  return facts.join(' ');
}

function exclusiveBounds({
  exclusiveMinimum: above,
  exclusiveMaximum: below,
}: JsonSchema): readonly string[] {
  return [
    ...(typeof above === 'number' ? [`Greater than ${above}.`] : []),
    ...(typeof below === 'number' ? [`Less than ${below}.`] : []),
  ];
}
