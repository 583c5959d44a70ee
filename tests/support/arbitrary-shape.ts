/** Random documents of a shape, and such with one thing changed. */
import fc from 'fast-check';
import type { Fields, Rule } from '../../src/flow/shape/shape.ts';

const SPECIAL_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
const name = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(...SPECIAL_NAMES) },
);

/** JSON data of this shape; without functions. */
export function documentOf(rule: Rule): fc.Arbitrary<unknown> {
  return arbitrary(rule, 0).map(asJson);
}

function arbitrary(rule: Rule, depth: number): fc.Arbitrary<unknown> {
  switch (rule.is) {
    case 'text':
      return rule.min > 0 ? name : fc.string({ maxLength: 8 });
    case 'number': {
      const [min, max] = [rule.min ?? -1000, rule.max ?? 1000];
      return rule.whole === true ? fc.integer({ min, max }) : fc.double({ min, max, noNaN: true });
    }
    case 'boolean':
      return fc.boolean();
    case 'json':
      return fc.jsonValue({ maxDepth: 2 });
    case 'function':
      throw new Error('No JSON has functions.');
    case 'words':
      return fc.constantFrom<string | boolean>(...rule.words);
    case 'list':
      return fc.array(arbitrary(rule.of, depth), { minLength: rule.min, maxLength: 3 });
    case 'pair':
      return fc.tuple(arbitrary(rule.of[0], depth), arbitrary(rule.of[1], depth));
    case 'map':
      return fc
        .uniqueArray(fc.tuple(name, arbitrary(rule.of, depth)), {
          selector: ([key]) => key,
          minLength: rule.min,
          maxLength: 3,
        })
        .map((entries) => Object.fromEntries(entries));
    case 'object':
      return fields(rule.required, rule.optional, depth);
    case 'one':
      return fc.oneof(
        ...Object.entries(rule.of)
          .filter(([, { of }]) => of.is !== 'function' && (depth < 3 || !holdsItself(of)))
          .map(([tag, { of, required, optional }]) => fields({ [tag]: of, ...required }, optional, depth)),
      );
    case 'either':
      return fc.oneof(...rule.of.map((part) => arbitrary(part, depth)));
    case 'lazy':
      return arbitrary(rule.of(), depth + 1);
  }
}

function holdsItself(rule: Rule): boolean {
  return rule.is === 'lazy' || (rule.is === 'list' && rule.of.is === 'lazy');
}

function fields(required: Fields, optional: Fields, depth: number): fc.Arbitrary<object> {
  const of = (some: Fields): Record<string, fc.Arbitrary<unknown>> =>
    Object.fromEntries(Object.entries(some).map(([key, rule]) => [key, arbitrary(rule, depth)]));
  return fc.record({ ...of(required), ...of(optional) }, { requiredKeys: Object.keys(required) });
}

/** A document with one field or item replaced, added, taken away or renamed, wherever it is. */
export function changedDocument(documents: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc
    .record({
      document: documents,
      place: fc.nat(),
      how: fc.constantFrom('replace', 'add', 'remove', 'rename' as const),
      value: fc.oneof(
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom<unknown>('always', '', -1, 0.5, true, [], {}, null),
      ),
      key: name,
    })
    .map(({ document, place, how, value, key }) => {
      const copy = asJson(document);
      const holders = holdersIn(copy);
      if (holders.length === 0) return value;
      const [holder, field] = holders[place % holders.length] ?? [];
      if (holder === undefined || field === undefined) return value;
      const target = holder as Record<string, unknown>;
      const before = target[field];
      if (how === 'add') own(target, Array.isArray(holder) ? `${holder.length}` : key, value);
      else if (how === 'replace') own(target, field, value);
      else if (Array.isArray(holder)) holder.splice(Number(field), 1);
      else {
        delete target[field];
        if (how === 'rename') own(target, `${field}x`, before);
      }
      return copy;
    });
}

/** Assigning to `__proto__` would not make a field. */
function own(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}

function holdersIn(value: unknown): ReadonlyArray<readonly [object, string]> {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[value, key] as const, ...holdersIn(item)]);
}

function asJson(value: unknown): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  return copy;
}
