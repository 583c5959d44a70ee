import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { verifies } from '../../../tests/requirements.ts';
import type { MergePolicy, PromotionRule } from '../../flow/promotion.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { LiveEventBody } from '../live-event.ts';
import type { RuntimeError } from '../runtime-error.ts';
import { runtimeWriter } from '../state/runtime-writer.ts';
import { State } from '../state/state.ts';
import { stateKey } from '../state/state-key.ts';
import { type ApplyHost, applyExtraction } from './apply-extraction.ts';
import { checkExtractors } from './check-extractors.ts';
import type { Extraction, Extractor } from './extractor.ts';
import type { JsonObject } from './json-object.ts';

interface Desk extends ApplyHost {
  readonly events: LiveEventBody[];
  readonly errors: RuntimeError[];
  /** Applies a result of an extractor with these rules. */
  readonly apply: (
    value: JsonObject,
    promote: readonly PromotionRule[],
    more?: Partial<Omit<Extractor, 'problems'>> & Omit<Extraction, 'value'> & { readonly revision?: number },
  ) => ReturnType<typeof applyExtraction>;
}

function desk(): Desk {
  const events: LiveEventBody[] = [];
  const errors: RuntimeError[] = [];
  let runs = 0;
  const host: ApplyHost = {
    state: new State(),
    emit: (event) => events.push(event),
    report: (error) => errors.push(error),
    promotions: new Map(),
  };
  return {
    ...host,
    events,
    errors,
    apply(value, promote, { evidence = {}, problems = [], revision, ...more } = {}) {
      const extraction: Extraction = { value, evidence, problems };
      const extractor: Extractor = { name: 'order', promote, extract: () => extraction, ...more };
      // Each time other words.
      const heard = `words ${++runs}`;
      return applyExtraction(host, extractor, extraction, {
        revision: revision ?? host.state.revision,
        heard,
        words: '',
      });
    },
  };
}

const promotionsOf = (events: readonly LiveEventBody[]) =>
  events.flatMap((event) =>
    event.type === 'statePromotion' ? [[event.accepted, event.reason] as const] : [],
  );

describe('A promotion', () => {
  const NULL = [false, 'extracted value was null'] as const;
  const EQUIVALENT = [false, 'an equivalent value is already known'] as const;
  const PREDICATE = [false, 'promotion predicate rejected the value'] as const;
  const KEPT = [false, 'existing state value was kept'] as const;
  const ACCEPTED = [true, 'promotion rule accepted the value'] as const;
  const never = { when: () => false };

  const rows: ReadonlyArray<
    readonly [JsonValue, JsonValue | undefined, Partial<PromotionRule>, readonly [boolean, string]]
  > = [
    [null, undefined, {}, NULL],
    [null, 'Ann', never, NULL],
    ['ann', 'Ann', never, EQUIVALENT],
    ['1,000 Main St.', '1000 main st', { merge: 'overwrite' }, EQUIVALENT],
    [3, 3, { merge: 'overwrite' }, EQUIVALENT],
    ['Bob', 'Ann', never, PREDICATE],
    ['Bob', undefined, never, PREDICATE],
    ['Bob', undefined, { afterPresented: 'price' }, PREDICATE],
    [false, undefined, { merge: 'trueOnly' }, PREDICATE],
    ['true', undefined, { merge: 'trueOnly' }, PREDICATE],
    [' ', 'Ann', { merge: 'nonEmpty' }, PREDICATE],
    [[], undefined, { merge: 'nonEmpty' }, PREDICATE],
    [{}, undefined, { merge: 'nonEmpty' }, PREDICATE],
    ['Bob', 'Ann', {}, KEPT],
    ['Bob', 'Ann', { merge: 'keepKnown', when: () => true }, KEPT],
    ['Bob', undefined, {}, ACCEPTED],
    ['Bob', null, {}, ACCEPTED],
    ['Bob', 'Ann', { merge: 'overwrite' }, ACCEPTED],
    [true, false, { merge: 'trueOnly' }, ACCEPTED],
    ['Bob', 'Ann', { merge: 'nonEmpty' }, ACCEPTED],
    ['Bob', undefined, { afterPresented: 'shown' }, ACCEPTED],
    [0, undefined, { merge: 'nonEmpty' }, ACCEPTED],
  ];

  test.each(rows)('of %j over %j by %o is %j', (value, known, rule, outcome) => {
    const at = desk();
    if (known !== undefined) at.state.set('app:name', known);
    runtimeWriter(at.state).set('presented:shown', true);
    const { written } = at.apply({ name: value }, [{ field: 'name', stateKey: 'app:name', ...rule }]);
    expect(promotionsOf(at.events)).toEqual([outcome]);
    expect(written).toEqual(outcome[0] ? ['app:name'] : []);
    expect(at.state.get('app:name')).toEqual(outcome[0] ? value : known);
  });

  test('to a typed key is refused by the schema of that key, and counts as an error of its field', () => {
    const at = desk();
    const rule = { field: 'name', stateKey: stateKey('size', z.number()), merge: 'overwrite' } as const;
    expect(at.apply({ name: true }, [rule]).written).toEqual([]);
    expect(at.state.has('size')).toBe(false);
    expect(promotionsOf(at.events)).toEqual([]);
    expect(at.events.filter(({ type }) => type === 'extractionError')).toEqual([
      expect.objectContaining({ name: 'order.name' }),
    ]);
    expect(at.errors.map(({ code }) => code)).toEqual(['extractorFailed']);
    expect(at.apply({ name: 3 }, [rule]).written).toEqual(['size']);
    expect(at.state.get('size')).toBe(3);
  });

  test('is decided by the first row of the table that applies', (context) => {
    verifies(context, 'extract:promotion:table');
    const json = fc.constantFrom<JsonValue>(null, true, false, 'a', 'A!', 'b', '', 0, 1, [], ['a'], {});
    const merges = fc.constantFrom<MergePolicy>('keepKnown', 'overwrite', 'trueOnly', 'nonEmpty');
    fc.assert(
      fc.property(
        json,
        fc.option(json, { nil: undefined }),
        merges,
        fc.boolean(),
        (value, known, merge, when) => {
          const at = desk();
          if (known !== undefined) at.state.set('k', known);
          at.apply({ f: value }, [{ field: 'f', stateKey: 'k', merge, when: () => when }]);
          const same =
            JSON.stringify(value) === JSON.stringify(known) ||
            (value === 'a' && known === 'A!') ||
            (value === 'A!' && known === 'a');
          const empty = value === '' || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
          const oracle = [
            [value === null, NULL],
            [known !== undefined && same, EQUIVALENT],
            [!when || (merge === 'trueOnly' && value !== true) || (merge === 'nonEmpty' && empty), PREDICATE],
            [merge === 'keepKnown' && known !== undefined && known !== null, KEPT],
            [true, ACCEPTED],
          ] as const;
          expect(promotionsOf(at.events)).toEqual([oracle.find(([applies]) => applies)?.[1]]);
        },
      ),
    );
  });

  test('happens by rule only: nothing is written under the names of the fields', (context) => {
    verifies(context, 'extract:promotion:explicit');
    const at = desk();
    at.apply({ identityVerified: true }, []);
    expect(at.state.has('identityVerified')).toBe(false);
    expect(at.events).toEqual([{ type: 'extraction', name: 'order', value: { identityVerified: true } }]);
  });

  test('keeps the confidence and the source of the field', (context) => {
    verifies(context, 'extract:promotion:evidence');
    const at = desk();
    const evidence = { qty: { source: 'recogniser:integer', confidence: 0.9 } };
    at.apply(
      { qty: 2, note: 'x' },
      [
        { field: 'qty', stateKey: 'app:qty' },
        { field: 'note', stateKey: 'app:note' },
      ],
      { evidence },
    );
    expect(at.state.evidence('app:qty')).toMatchObject({
      source: 'recogniser:integer',
      confidence: 0.9,
      value: 2,
    });
    expect(at.state.get('stateMeta:app:qty')).toMatchObject({ extractor: 'order', field: 'qty' });
    expect(at.state.evidence('app:note')).toMatchObject({ source: 'extraction', confidence: undefined });
  });

  test('is told after its field, and the object before all', (context) => {
    verifies(context, 'extract:events');
    const at = desk();
    at.state.set('app:size', 'S');
    const rules = [
      { field: 'size', stateKey: 'app:size' },
      { field: 'absent', stateKey: 'app:absent' },
      { field: 'qty', stateKey: 'app:qty' },
    ];
    at.apply({ qty: 2, size: 'L' }, rules);
    expect(at.events.map((event) => ('name' in event ? `${event.type} ${event.name}` : event.type))).toEqual([
      'extraction order',
      'statePromotion',
      'extraction order.qty',
      'statePromotion',
    ]);
  });

  test('shows no value of a redacted key, wherever the field goes', (context) => {
    verifies(context, 'extract:promotion:redacted');
    const at = desk();
    at.state.redact('app:cardNumber');
    const problems = [{ field: 'card', error: 'expected a number but received "4111"' }];
    const rules = [{ field: 'card', stateKey: 'app:cardNumber' }];
    at.apply({ card: '4111111111111111', qty: 1 }, rules, { problems });
    expect(JSON.stringify([at.events, at.errors.map(({ message }) => message)])).not.toContain('4111');
    expect(JSON.stringify(at.state.snapshot({ redacted: true }))).not.toContain('4111');
    expect(at.state.get('order')).toEqual({ card: '4111111111111111', qty: 1 });
    expect(at.state.get('app:cardNumber')).toBe('4111111111111111');
  });

  test('overwrites nothing that somebody else wrote after the run began, but what extractors wrote', (context) => {
    verifies(context, 'extract:stale');
    const at = desk();
    const rules = [{ field: 'city', stateKey: 'app:city', merge: 'overwrite' }] as const;
    const revision = at.state.revision;
    at.state.set('app:city', 'Bonn');
    at.apply({ city: 'Köln' }, rules, { revision });
    expect(at.state.get('app:city')).toBe('Bonn');
    expect(promotionsOf(at.events)).toEqual([KEPT]);
    const later = at.state.revision;
    at.apply({ city: 'Ulm' }, rules, { revision: later });
    at.apply({ city: 'Trier' }, rules, { revision: later });
    expect(at.state.get('app:city')).toBe('Trier');
    // Further back than the journal remembers: it may have been changed.
    for (let count = 0; count < 2000; count++) at.state.set('app:other', count);
    at.apply({ city: 'Ulm' }, rules, { revision: later });
    expect(at.state.get('app:city')).toBe('Trier');
  });

  test('by a predicate that throws is refused and reported', () => {
    const at = desk();
    const when = (): boolean => {
      throw new Error('boom');
    };
    at.apply({ a: 1, b: 2 }, [
      { field: 'a', stateKey: 'k', when },
      { field: 'b', stateKey: 'l' },
    ]);
    expect(promotionsOf(at.events)).toEqual([PREDICATE, ACCEPTED]);
    expect(at.errors.map(({ code }) => code)).toEqual(['guardFailed']);
  });

  test('to a key that state refuses is an error of that field alone', () => {
    const at = desk();
    const { written } = at.apply({ a: 1, b: 2 }, [
      { field: 'a', stateKey: 'session:phase' },
      { field: 'b', stateKey: 'l' },
    ]);
    expect(written).toEqual(['l']);
    expect(at.events).toContainEqual(expect.objectContaining({ type: 'extractionError', name: 'order.a' }));
    expect(at.errors.map(({ code }) => code)).toEqual(['extractorFailed']);
  });
});

test('A result that remembers keeps earlier fields in the object, and promotes only what is new', () => {
  const at = desk();
  const rules = [{ field: 'size', stateKey: 'app:size', merge: 'overwrite' }] as const;
  at.apply({ size: 'L', qty: null }, rules, { remember: true });
  at.state.set('app:size', 'M');
  at.apply({ size: null, qty: 2 }, rules, { remember: true });
  expect(at.state.get('order')).toEqual({ size: 'L', qty: 2 });
  expect(at.state.get('app:size')).toBe('M');
  at.apply({ qty: 3 }, rules, {});
  expect(at.state.get('order')).toEqual({ qty: 3 });
});

test('Everything that is wrong with a list of extractors is told at once', () => {
  const extract = () => ({ value: {} });
  const problems = checkExtractors([
    { name: 'a', extract, window: 0, trigger: { everyTurns: 0 }, timeoutMs: Number.NaN },
    {
      name: 'a',
      extract,
      promote: [
        { field: 'x', stateKey: 'flow:done' },
        { field: 'y', stateKey: 'a' },
      ],
    },
    { name: 'session:x', extract },
    { name: '', extract, promote: [{ field: 'x', stateKey: '' }] },
  ]);
  expect(problems.map(({ path }) => path)).toEqual([
    'extractors[0].window',
    'extractors[0].trigger.everyTurns',
    'extractors[0].timeoutMs',
    'extractors[1].name',
    'extractors[1].promote[0].stateKey',
    'extractors[1].promote[1].stateKey',
    'extractors[2].name',
    'extractors[3].name',
    'extractors[3].promote[0].stateKey',
  ]);
  expect(checkExtractors([{ name: 'a', extract, promote: [{ field: 'x', stateKey: 'app:x' }] }])).toEqual([]);
});
