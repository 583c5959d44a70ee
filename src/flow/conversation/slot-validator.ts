import { equivalent } from '../equivalence.ts';
import type { JsonValue } from '../state-reader.ts';
import type { SlotValidator } from './conversation-document.ts';

/** Whether a value passes. Bounds are of numbers and of the amount of money; lengths and patterns of texts. */
export function validates(validator: SlotValidator, value: JsonValue): boolean {
  const {
    min = -Infinity,
    max = Infinity,
    minLength = 0,
    maxLength = Infinity,
    pattern,
    oneOf = [],
  } = validator;
  const size = numberIn(value);
  if (size !== undefined && (size < min || size > max)) return false;
  if (typeof value === 'string') {
    if (value.length < minLength || value.length > maxLength) return false;
    if (pattern !== undefined && !new RegExp(pattern).test(value)) return false;
  }
  return oneOf.length === 0 || oneOf.some((allowed) => equivalent(allowed, value));
}

function numberIn(value: JsonValue): number | undefined {
  const size = typeof value === 'object' && value !== null && 'amount' in value ? value.amount : value;
  return typeof size === 'number' ? size : undefined;
}
