import type { CompiledSlot } from '../conversation/compiled-conversation.ts';
import type { RecogniserSpec } from '../conversation/conversation-document.ts';
import { recogniserOf } from '../conversation/recogniser-of.ts';
import type { JsonValue } from '../state-reader.ts';

const NOON = { year: 2026, month: 1, day: 1, hour: 12, minute: 0 };

/** What users may say so that the recogniser of a slot finds a value; none where nobody can think of anything. */
export function utterancesFor(slot: CompiledSlot, wanted: readonly JsonValue[]): readonly string[] {
  const { recogniser: spec } = slot;
  if (spec === undefined) return [];
  const recogniser = recogniserOf(slot, () => NOON);
  const found = new Map<string, string>();
  for (const words of candidates(spec, wanted)) {
    const value = recogniser?.recognise(words)?.value;
    const text = JSON.stringify(value);
    if (value !== undefined && !found.has(text)) found.set(text, words);
  }
  return [...found.values()].slice(0, 6);
}

/** Words that may hold a value of the kind, those of the wanted values first. */
function candidates(spec: RecogniserSpec, wanted: readonly JsonValue[]): readonly string[] {
  const values = wanted.filter((value) => typeof value === 'number' || typeof value === 'string').map(String);
  const kind = typeof spec === 'string' ? spec : Object.keys(spec)[0];
  if (kind === 'yesNo') return ['yes', 'no'];
  if (kind === 'money') return [...values.map((value) => `$${value}`), '$40', '$75', '$120'];
  if (kind === 'dateTime') return ['tomorrow at 5 pm', 'on Friday at 10 am'];
  if (kind === 'email') return ['ann@example.org', 'bob@example.org'];
  if (kind === 'phone') return ['+1 415 555 0134', '+1 415 555 0178'];
  if (typeof spec === 'string') return [...values, ...NUMBERS];
  if ('oneOf' in spec) {
    return Array.isArray(spec.oneOf)
      ? spec.oneOf
      : Object.values(spec.oneOf).flatMap(([phrase]) => phrase ?? []);
  }
  if ('fuzzy' in spec) return spec.fuzzy;
  if ('integer' in spec) {
    const anchors = spec.integer.anchors ?? [];
    const numbers = [...values, ...NUMBERS, ...bounds(spec.integer.min), ...bounds(spec.integer.max)];
    return anchors.length === 0 ? numbers : numbers.map((number) => `${anchors[0]} ${number}`);
  }
  return [...values, ...NUMBERS, ...CODES];
}

function bounds(limit: number | undefined): readonly string[] {
  return limit === undefined ? [] : [`${limit}`];
}

const NUMBERS = [
  '4',
  '7',
  '25',
  '1234',
  '5678',
  '12345',
  '123456',
  '654321',
  '12345678',
  '1234567890',
  '4111111111111111',
];
const CODES = [
  'A1',
  'B2',
  'AB12',
  'AB1234',
  'CD5678',
  'AB-1234',
  'AB123456',
  'ABC',
  'ABC123',
  '12-34-56',
  '123-456',
  'A-100',
  'ORD-1234',
  'my name is Ann',
  'my name is Bob',
];
