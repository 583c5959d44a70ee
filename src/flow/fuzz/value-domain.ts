import { equivalent, jsonEqual } from '../equivalence.ts';
import type { Guard } from '../guard/guard.ts';
import type { JsonValue } from '../state-reader.ts';

/** For each state key the values that conditions can tell apart; at least two that are no restatements of each other. */
export type ValueDomain = ReadonlyMap<string, readonly JsonValue[]>;

/** The values of every key that one of these atoms reads, and of these further keys. */
export function valueDomain(atoms: readonly Guard[], further: readonly string[]): ValueDomain {
  const domain = new Map<string, JsonValue[]>();
  const add = (key: string, ...values: readonly JsonValue[]): void => {
    const known = domain.get(key) ?? [];
    domain.set(key, known);
    for (const value of values) if (!known.some((one) => jsonEqual(one, value))) known.push(value);
  };
  for (const key of further) add(key);
  for (const atom of atoms) {
    if (atom === 'always') continue;
    if ('isTrue' in atom) add(atom.isTrue, true, false);
    else if ('eq' in atom) add(atom.eq[0], atom.eq[1]);
    else if ('atLeast' in atom) add(atom.atLeast[0], atom.atLeast[1], atom.atLeast[1] - 1);
    else if ('atMost' in atom) add(atom.atMost[0], atom.atMost[1], atom.atMost[1] + 1);
    else if ('isSet' in atom) add(atom.isSet);
    else if ('captured' in atom) for (const key of atom.captured) add(key);
    else if ('custom' in atom) for (const key of atom.reads ?? []) add(key, true, false);
  }
  for (const values of domain.values()) {
    while (values.length < 2) values.push(another(values));
  }
  return domain;
}

/** A value of the same kind that is none of these. */
export function another(values: readonly JsonValue[]): JsonValue {
  const [first] = values;
  const like = (value: JsonValue): boolean => values.some((one) => equivalent(one, value));
  if (typeof first === 'boolean' && !like(!first)) return !first;
  if (typeof first === 'number') return Math.max(...values.filter((one) => typeof one === 'number')) + 7;
  const texts = ['one', 'another', 'a third'];
  return texts.find((text) => !like(text)) ?? `${values.length + 1}th`;
}
