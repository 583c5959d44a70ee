/** What the words of the user become: one function for the simulator and for the live session. */
import type { FlowState } from '../monitor/flow-state.ts';
import { MAX_MATCHED } from '../pattern/safe-pattern.ts';
import { decidePromotion, PROMOTION_REASONS, type PromotionReason } from '../promotion.ts';
import type { CalendarTime } from '../recognise/calendar.ts';
import type { Recognition } from '../recognise/recogniser.ts';
import { yesNo } from '../recognise/yes-no.ts';
import type { StateEffect } from '../state-effect.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { CompiledConversation, CompiledSlot } from './compiled-conversation.ts';
import { consentOf } from './read-back.ts';
import { recogniserFor, wallClock } from './slot-recogniser.ts';

/** A value that was said, and what became of it. */
export interface HeardValue {
  readonly slot: string;
  readonly stateKey: string;
  readonly value: JsonValue;
  /** 0 to 1. */
  readonly confidence: number;
  readonly accepted: boolean;
  readonly reason: PromotionReason;
}

export interface Hearing {
  /** To be written in this order; `stateMeta:{key}` of the runtime among them. */
  readonly effects: readonly StateEffect[];
  /** In the order of the slots; what a live session tells as promotions. */
  readonly promotions: readonly HeardValue[];
}

/** Under this a `lowConfidence` slot is read back. */
const SURE = 0.8;

/** The state key that says whether a slot was read back, and agreed to. */
export function confirmedKey({ stateKey }: { readonly stateKey: string }): string {
  return `${stateKey}:confirmed`;
}

/**
 * Applies the recognisers of all slots to one turn of the user, once. One value is one slot's: of slots with the same
 * recogniser an asked one takes it before others, one without a value before one that has one. A yes confirms the asked
 * slots that wait for it and had their value before; a no to a single one deletes its value; a new value waits again.
 *
 * What somebody is bound by needs a yes that stands alone: the confirmation of a value, and each slot
 * that a tool which changes the world waits for (`consentTo`). Another yes ("okay, what is the fee") decides nothing there;
 * a no is a no everywhere.
 *
 * @param now Milliseconds since 1970, read in the time zone of the document; or what the user's wall clock shows. Without
 * it no dates are recognised.
 */
export function hearUser(
  conversation: CompiledConversation,
  words: string,
  state: StateReader,
  marking: Pick<FlowState, 'main' | 'digressions' | 'path'> & { readonly terminated?: boolean },
  now?: number | CalendarTime,
): Hearing {
  // The newest: nobody says more that a pattern should find.
  const said = words.slice(-MAX_MATCHED);
  if (said.trim() === '') return { effects: [], promotions: [] };
  const active = new Set(activeSteps(marking));
  const clock = typeof now === 'number' ? wallClock(conversation, now) : now;
  const turn: Turn = {
    said,
    state,
    isAsked: ({ stages }) => stages.some((stage) => active.has(stage)),
    now: clock,
    consents: consentOf(conversation, said, state, clock),
  };
  const waiting = conversation.slots.filter((slot) => turn.isAsked(slot) && awaitsConfirmation(slot, state));
  const answer = waiting.length === 0 ? undefined : yesNo().recognise(said)?.value;
  const takers = chosen(conversation.slots, turn, answer !== undefined);
  const promotions = takers.map((candidate) => promoted(candidate, state));
  const effects = takers.flatMap((candidate, index) => {
    const heard = promotions[index];
    return heard === undefined ? [] : written(candidate, heard);
  });
  const changed = new Set(takers.filter((_, index) => promotions[index]?.accepted).map(({ slot }) => slot));
  const again = new Set(
    takers
      .filter((_, index) => promotions[index]?.reason === PROMOTION_REASONS.equivalent)
      .map(({ slot }) => slot),
  );
  for (const slot of waiting) {
    if (changed.has(slot)) continue;
    const isAgreed = answer === true ? turn.consents(slot, waiting) : answer === undefined;
    if (isAgreed && (answer === true || again.has(slot))) effects.push(confirmation(slot));
    else if (answer === false && waiting.length === 1 && changed.size === 0) {
      effects.push({ type: 'delete', key: slot.stateKey });
      effects.push({ type: 'delete', key: `stateMeta:${slot.stateKey}` });
    }
  }
  return { effects, promotions };
}

/** The active steps of what drives: the innermost digression, else the main flow; none after the end. */
function activeSteps({
  main,
  digressions,
  path,
  terminated,
}: Parameters<typeof hearUser>[3]): readonly string[] {
  if (terminated === true) return [];
  const top = path.at(-1);
  if (top === undefined) return main.active;
  return Object.hasOwn(digressions, top) ? (digressions[top]?.active ?? []) : [];
}

interface Turn {
  readonly said: string;
  readonly state: StateReader;
  readonly isAsked: (slot: CompiledSlot) => boolean;
  readonly now: CalendarTime | undefined;
  readonly consents: ReturnType<typeof consentOf>;
}

interface Candidate {
  readonly slot: CompiledSlot;
  readonly kind: string;
  readonly isAsked: boolean;
  readonly isKnown: boolean;
  readonly recognition: Recognition<JsonValue>;
}

function awaitsConfirmation(slot: CompiledSlot, state: StateReader): boolean {
  return slot.confirm !== 'never' && isKnown(slot, state) && state.get(confirmedKey(slot)) !== true;
}

function isKnown({ stateKey }: CompiledSlot, state: StateReader): boolean {
  return (state.get(stateKey) ?? null) !== null;
}

/** The slots that take a value from this turn. */
function chosen(slots: readonly CompiledSlot[], turn: Turn, isAnswered: boolean): readonly Candidate[] {
  const candidates = slots.flatMap((slot) => recognised(slot, turn, isAnswered));
  const askedForDigits = candidates.some(({ slot, isAsked }) => isAsked && isNumber(slot));
  const rivals = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    if (!candidate.isAsked && askedForDigits && isNumber(candidate.slot)) continue;
    const spec = JSON.stringify(candidate.slot.recogniser);
    rivals.set(spec, [...(rivals.get(spec) ?? []), candidate]);
  }
  const takers = new Set([...rivals.values()].map(taker));
  return candidates.filter((candidate) => takers.has(candidate));
}

function recognised(slot: CompiledSlot, turn: Turn, isAnswered: boolean): readonly Candidate[] {
  const isAsked = turn.isAsked(slot);
  const known = isKnown(slot, turn.state);
  if (!isAsked && slot.heard === 'whileAsked') return [];
  // The yes was to what was read back.
  if (isAnswered && slot.recogniser === 'yesNo') return [];
  const recogniser = known && !slot.correctable ? undefined : recogniserFor(slot, turn.now);
  const recognition = recogniser?.recognise(turn.said);
  if (recogniser === undefined || recognition === undefined) return [];
  if (slot.consentTo !== undefined && recognition.value === true && !turn.consents(slot)) return [];
  return [{ slot, kind: recogniser.kind, isAsked, isKnown: known, recognition }];
}

/** Of rivals for one value the one that takes it; of several that all have one, nobody knows which is meant. */
function taker(rivals: readonly Candidate[]): Candidate | undefined {
  const asked = rivals.filter(({ isAsked }) => isAsked);
  const nearest = asked.length > 0 ? asked : rivals;
  return nearest.find((rival) => !rival.isKnown) ?? (nearest.length === 1 ? nearest[0] : undefined);
}

/** Whether it takes any digits for its own: then only the asked ones do. */
function isNumber({ recogniser }: CompiledSlot): boolean {
  if (typeof recogniser === 'string') return ['integer', 'digits', 'phone'].includes(recogniser);
  return recogniser !== undefined && 'digits' in recogniser;
}

function promoted({ slot, recognition }: Candidate, state: StateReader): HeardValue {
  const { value, confidence } = recognition;
  const { name, stateKey, correctable } = slot;
  const reason = decidePromotion({
    rule: { field: name, stateKey, merge: correctable ? 'overwrite' : 'keepKnown' },
    value,
    state,
    changedSince: () => false,
    onGuardError: () => undefined,
  });
  const accepted = reason === PROMOTION_REASONS.accepted;
  return { slot: name, stateKey, value, confidence, accepted, reason };
}

/** The value, how it is known, and that it was not read back yet. One that was corrected is read back, however sure. */
function written({ slot, kind, isKnown: isOld }: Candidate, heard: HeardValue): readonly StateEffect[] {
  if (!heard.accepted) return [];
  const { stateKey, value, confidence } = heard;
  const meta = { source: `recogniser:${kind}`, field: slot.name, confidence };
  const effects: StateEffect[] = [
    { type: 'set', key: stateKey, value },
    { type: 'set', key: `stateMeta:${stateKey}`, value: meta },
  ];
  if (slot.confirm === 'lowConfidence' && confidence >= SURE && !isOld) effects.push(confirmation(slot));
  else if (slot.confirm !== 'never') effects.push({ type: 'delete', key: confirmedKey(slot) });
  return effects;
}

function confirmation(slot: CompiledSlot): StateEffect {
  return { type: 'set', key: confirmedKey(slot), value: true };
}
