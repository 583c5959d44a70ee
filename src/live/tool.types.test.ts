import * as v from 'valibot';
import { describe, expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../tests/requirements.ts';
import type { JsonValue } from '../flow/state-reader.ts';
import type { ToolContext, ToolDefinition } from '../runtime/tools/tool-definition.ts';
import { tool } from './tool.ts';

describe('Types of tool()', () => {
  test('arguments are what the schema gives out, everywhere, without type arguments', (context) => {
    verifies(context, 'tools:inference');
    const made = tool({
      name: 'book',
      description: 'Books a table.',
      input: z.object({
        day: z.string(),
        guests: z.number().default(2),
        at: z.string().transform((s) => new Date(s)),
      }),
      policy: {
        kind: 'commit',
        confirm: (args) => {
          expectTypeOf(args).toEqualTypeOf<{ day: string; guests: number; at: Date }>();
          return `A table for ${args.guests} on ${args.day}?`;
        },
        idempotencyKey: (args, state) => {
          expectTypeOf(args.at).toEqualTypeOf<Date>();
          expectTypeOf(state.get('x')).toEqualTypeOf<JsonValue | undefined>();
          return args.day;
        },
      },
      run: async (args, ctx) => {
        expectTypeOf(args).toEqualTypeOf<{ day: string; guests: number; at: Date }>();
        expectTypeOf(ctx).toEqualTypeOf<ToolContext>();
        return { reference: 'P42' };
      },
    });
    expectTypeOf(made).toEqualTypeOf<ToolDefinition>();
    expect(made.name).toBe('book');
  });

  test('what run returns has to fit the output schema', () => {
    const input = z.object({ id: z.string() });
    const output = z.object({ price: z.number() });
    tool({ name: 'a', description: 'd', input, output, run: () => ({ price: 1 }) });
    tool({ name: 'a', description: 'd', input, output, run: async () => ({ price: 1 }) });
    // @ts-expect-error a text is no price
    tool({ name: 'a', description: 'd', input, output, run: () => ({ price: 'one' }) });
    // Without an output schema anything goes; what is no JSON is found when it runs.
    tool({ name: 'a', description: 'd', input, run: () => 3 });
    tool({ name: 'a', description: 'd', input, run: async () => {} });
  });

  test('a tool without arguments needs no schema', () => {
    const made = tool({ name: 'now', description: 'The time.', run: (_, { nowMs }) => nowMs() });
    expect(made.input).toBeUndefined();
  });

  test('a raw tool gets JSON, and a schema library without JSON Schema goes beside its declaration', () => {
    const parameters = { type: 'object', properties: { day: { type: 'string' } } };
    tool({
      name: 'raw',
      description: 'd',
      parameters,
      run: (args) => {
        expectTypeOf(args).toEqualTypeOf<Readonly<Record<string, JsonValue>>>();
        return args.day;
      },
    });
    const input = v.object({ day: v.string() });
    tool({
      name: 'checked',
      description: 'd',
      parameters,
      input,
      run: (args) => {
        expectTypeOf(args).toEqualTypeOf<{ day: string }>();
        return args.day;
      },
    });
    // @ts-expect-error valibot alone says nothing to the model
    tool({ name: 'silent', description: 'd', input, run: () => 1 });
  });
});
