import type { CompiledSlot } from '../../flow/conversation/compiled-conversation.ts';
import type { RecogniserSpec } from '../../flow/conversation/conversation-document.ts';
import {
  type RedactionOptions,
  type RedactionPattern,
  redactionProblems,
} from '../record/redaction-options.ts';

/** Fewer digits are everywhere: in dates, prices and house numbers. */
const MIN_DIGITS = 4;
const PHONE_DIGITS = 7;
const EMAIL: RedactionPattern = {
  pattern: /[\w.+-]+@[a-z\d-]+(\.[a-z\d-]+)+/i,
  label: 'email',
  maxLength: 254,
};

/**
 * What keeps the values of `pii` slots out of transcripts, as far as words show what they are: digits, telephone numbers,
 * e-mail addresses and patterns. Undefined when there is nothing to look for.
 */
export function piiRedaction(slots: readonly CompiledSlot[]): RedactionOptions | undefined {
  const specs = slots.flatMap(({ pii, recogniser }) =>
    pii === true && recogniser !== undefined ? [recogniser] : [],
  );
  const runs = specs.map(digitsOf).filter((count) => count !== undefined);
  const patterns = specs.map(patternOf).filter((pattern) => pattern !== undefined);
  if (runs.length === 0 && patterns.length === 0) return undefined;
  return {
    ...(runs.length > 0 && { digitRuns: Math.min(...runs) }),
    ...(patterns.length > 0 && { patterns }),
  };
}

function digitsOf(spec: RecogniserSpec): number | undefined {
  if (spec === 'phone') return PHONE_DIGITS;
  if (spec === 'digits') return MIN_DIGITS;
  if (typeof spec === 'string' || !('digits' in spec)) return undefined;
  return Math.min(64, Math.max(MIN_DIGITS, spec.digits.min ?? 0));
}

function patternOf(spec: RecogniserSpec): RedactionPattern | undefined {
  if (spec === 'email') return EMAIL;
  if (typeof spec === 'string' || !('pattern' in spec)) return undefined;
  const flags = (spec.flags ?? '').replace(/[^isu]/g, '');
  const pattern: RedactionPattern = { pattern: new RegExp(spec.pattern, flags) };
  // Look-around is not for the scrubber: such a value is masked in state alone.
  return redactionProblems({ patterns: [pattern] }, '').length === 0 ? pattern : undefined;
}
