import { expect, test } from 'vitest';
import { flag, list, name, number, object, one, type Shape, text, words } from './shape.ts';

interface Example {
  readonly id: string;
  readonly size?: number;
  readonly kind?: 'one' | 'other';
}

type Union =
  | { readonly a: string; readonly also?: boolean }
  | { readonly b: readonly string[]; readonly with: number };

test('A shape that lags behind its type does not compile', () => {
  const check = (): void => {
    const kind = words<'one' | 'other'>({ one: 1, other: 1 });
    object<Example>('Example', { id: name }, { size: number, kind });
    // @ts-expect-error `size` is missing
    object<Example>('Example', { id: name }, { kind });
    // @ts-expect-error `id` is required, not optional
    object<Example>('Example', {}, { id: name, size: number, kind });
    // @ts-expect-error there is no `colour`
    object<Example>('Example', { id: name }, { size: number, kind, colour: text });
    // @ts-expect-error `size` is a number
    object<Example>('Example', { id: name }, { size: text, kind });
    // @ts-expect-error `kind` has another word
    object<Example>('Example', { id: name }, { size: number, kind: words<'one'>({ one: 1 }) });
    // @ts-expect-error `other` is forgotten
    words<'one' | 'other'>({ one: 1 });
    // @ts-expect-error there is no such word
    words<'one' | 'other'>({ one: 1, other: 1, third: 1 });

    const b = { of: list(name), required: { with: number }, optional: {} };
    one<Union, 'with'>({ a: { of: name, required: {}, optional: { also: flag } }, b });
    // @ts-expect-error the member of `b` is missing
    one<Union, 'with'>({ a: { of: name, required: {}, optional: { also: flag } } });
    // @ts-expect-error `also` is missing
    one<Union, 'with'>({ a: { of: name, required: {}, optional: {} }, b });
    // @ts-expect-error `with` is missing
    one<Union, 'with'>({ a: { of: name, required: {}, optional: { also: flag } }, b: list(name) });
    // @ts-expect-error any text is no shape of two words
    const wide: Shape<'one' | 'other'> = text;
    expect(wide).toBeDefined();
  };
  expect(check).toBeTypeOf('function');
});
