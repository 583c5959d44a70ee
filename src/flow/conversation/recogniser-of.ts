import type { CalendarTime } from '../recognise/calendar.ts';
import { digits, email, phone } from '../recognise/contact.ts';
import { dateTime } from '../recognise/date-time.ts';
import { fuzzy } from '../recognise/fuzzy.ts';
import { integer } from '../recognise/integer.ts';
import { money } from '../recognise/money.ts';
import { oneOf } from '../recognise/one-of.ts';
import { pattern } from '../recognise/pattern.ts';
import { accepting, type Recogniser } from '../recognise/recogniser.ts';
import { yesNo } from '../recognise/yes-no.ts';
import type { JsonValue } from '../state-reader.ts';
import type { RecogniserSpec, SlotDefinition } from './conversation-document.ts';
import { validates } from './slot-validator.ts';

/** The recogniser of a slot: what its validator refuses was not said. Undefined for a slot that has none. */
export function recogniserOf(
  { recogniser, validator }: Pick<SlotDefinition, 'recogniser' | 'validator'>,
  now: () => CalendarTime,
): Recogniser<JsonValue> | undefined {
  if (recogniser === undefined) return undefined;
  const found = specified(recogniser, now);
  return validator === undefined ? found : accepting(found, (value) => validates(validator, value));
}

function specified(spec: RecogniserSpec, now: () => CalendarTime): Recogniser<JsonValue> {
  switch (spec) {
    case 'yesNo':
      return yesNo();
    case 'integer':
      return integer();
    case 'money':
      return money();
    case 'digits':
      return digits();
    case 'dateTime':
      return dateTime({ now });
    case 'email':
      return email();
    case 'phone':
      return phone();
  }
  if ('integer' in spec) return integer(spec.integer);
  if ('money' in spec) return money(spec.money);
  if ('digits' in spec) return digits(spec.digits);
  if ('pattern' in spec) return pattern(new RegExp(spec.pattern, spec.flags));
  if ('oneOf' in spec) return oneOf(spec.oneOf);
  return fuzzy(spec.fuzzy, spec.threshold === undefined ? {} : { threshold: spec.threshold });
}

/** Whether a recogniser takes so much for its own that it must not listen when nobody has asked. */
export function isGeneral(spec: RecogniserSpec): boolean {
  if (typeof spec === 'string') return ['yesNo', 'integer', 'digits', 'phone'].includes(spec);
  return 'digits' in spec || ('integer' in spec && (spec.integer.anchors ?? []).length === 0);
}
