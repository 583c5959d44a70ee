/** Context as data: sections of fields, rendered for the model. */
import { attempt, type Fault } from '../fault.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import { displayKey, displayValue } from './display.ts';

/** One value of a section. */
export interface ContextField {
  readonly key: string;
  /** Default: the key without its prefix. */
  readonly label?: string;
  /**
   * `value` as it is (the default); `flag` is the label alone when true, and nothing else; `sentiment` a word for
   * a number from -1 to 1; a function makes its own text, an empty one leaves the field out.
   */
  readonly as?: 'value' | 'flag' | 'sentiment' | ((value: JsonValue) => string);
}

/** A named group of values. */
export interface ContextSection {
  readonly title: string;
  readonly fields: readonly ContextField[];
}

/** One line a section, then one of what is missing; empty when there is nothing to tell. */
export function renderSections(
  sections: readonly ContextSection[],
  state: StateReader,
  missing: readonly string[],
  where: string,
  faults: Fault[],
): string {
  const lines = sections.flatMap((section) => {
    const fields = section.fields.flatMap((field) => renderField(field, state, where, faults) || []);
    return fields.length === 0 ? [] : [`[${section.title}] ${fields.join('; ')}`];
  });
  if (missing.length > 0) lines.push(`[Still to gather] ${missing.map(displayKey).join(', ')}`);
  return lines.join('\n');
}

function renderField(field: ContextField, state: StateReader, where: string, faults: Fault[]): string {
  const value = state.get(field.key);
  if (value === undefined || value === null) return '';
  const label = field.label ?? displayKey(field.key);
  const { as = 'value' } = field;
  if (as === 'flag') return value === true ? label : '';
  const text = displayValue(typeof as === 'function' ? attempt(() => as(value), '', where, faults) : value);
  if (text === '') return '';
  return `${label}: ${as === 'sentiment' ? sentiment(value) : text}`;
}

function sentiment(value: JsonValue): string {
  if (typeof value !== 'number') return displayValue(value);
  if (value <= -0.25) return value <= -0.75 ? 'very negative' : 'negative';
  if (value >= 0.25) return value >= 0.75 ? 'very positive' : 'positive';
  return 'neutral';
}
