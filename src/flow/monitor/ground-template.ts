/** Facts for the model, with values of state in them (spec: control §9, Ground template). */
import { cut } from '../cut.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';

const MAX_VALUE_CHARS = 400;
const MAX_TEXT_CHARS = 4_000;
const PLACE = /\{([^{}]+)\}/g;

/**
 * Fills `{key}` and `{key?yes:no}`. What is absent is empty; braces that belong to nothing stand as they are. What a
 * value brings in is not filled again, is on one line, and is cut after 400 characters; the whole after 4,000.
 */
export function fillGround(template: string, state: StateReader): string {
  // What would be cut is not written: a thousand mentions of a great value cost no more than ten.
  let spare = MAX_TEXT_CHARS;
  const filled = template.slice(0, MAX_TEXT_CHARS).replace(PLACE, (_, inner: string) => {
    if (spare < 0) return '';
    const text = fillOne(inner, state);
    spare -= text.length;
    return text;
  });
  return cut(filled, MAX_TEXT_CHARS);
}

/** The keys that a template asks for, each once. */
export function groundKeys(template: string): readonly string[] {
  const inner = [...template.slice(0, MAX_TEXT_CHARS).matchAll(PLACE)].map(([, text = '']) => text);
  return [...new Set(inner.map((text) => text.replace(/\?.*$/su, '').trim()))];
}

function fillOne(inner: string, state: StateReader): string {
  const question = inner.indexOf('?');
  if (question < 0) return shown(state.get(inner.trim()));
  const choice = inner.slice(question + 1);
  const colon = choice.indexOf(':');
  const isYes = isTruthy(state.get(inner.slice(0, question).trim()));
  if (isYes) return colon < 0 ? choice : choice.slice(0, colon);
  return colon < 0 ? '' : choice.slice(colon + 1);
}

function isTruthy(value: JsonValue | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : (moneyText(value) ?? JSON.stringify(value));
  return cut(
    text
      .slice(0, 4 * MAX_VALUE_CHARS)
      .replace(/\s+/g, ' ')
      .trim(),
    MAX_VALUE_CHARS,
  );
}

/** An amount in a currency, as one says it. */
function moneyText(value: JsonValue): string | undefined {
  if (typeof value !== 'object' || value === null || !('amount' in value && 'currency' in value))
    return undefined;
  const { amount, currency } = value;
  return typeof amount === 'number' && typeof currency === 'string' ? `${amount} ${currency}` : undefined;
}
