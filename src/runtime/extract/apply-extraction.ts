/** What becomes of a result: it is stored, told, and its fields promoted by rule (spec: control §6). */

import { equivalent, jsonEqual } from '../../flow/equivalence.ts';
import {
  decidePromotion,
  PROMOTION_REASONS,
  type PromotionReason,
  type PromotionRule,
} from '../../flow/promotion.ts';
import { stateKeyName } from '../../flow/state-key-name.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { ConsentRule } from '../govern/found-consent.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { Redactor } from '../record/redactor.ts';
import { RuntimeError } from '../runtime-error.ts';
import { byRuntime, runtimeWriter } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';
import type { Extraction, Extractor, FieldEvidence, FieldProblem } from './extractor.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

export interface ApplyHost extends Pick<RuntimeHost, 'emit' | 'report'> {
  readonly state: State;
  /** What events are shown through. Default the marks of the state alone. */
  readonly redactor?: Pick<Redactor, 'stateValue' | 'text'> | undefined;
  /** Holds a yes that is the consent to something to what was asked, and said. @default every yes counts */
  readonly consent?: ConsentRule | undefined;
  /** The journal's sequence of the last promotion to each key, so that extractors are not "somebody else". */
  readonly promotions: Map<string, Promoted>;
}

/** The last promotion to a key. */
interface Promoted {
  readonly sequence: number;
  /** What the user had said. */
  readonly heard: string;
  readonly value: JsonValue;
}

/** What a run has read: the state's revision, and the words of the user. */
export interface WhatWasRead {
  readonly revision: number;
  readonly heard: string;
  /** What the user has said in the turn itself. */
  readonly words: string;
}

/** What `stateMeta:{key}` holds; the state's `evidence(key)` reads it. */
type PromotionMeta = JsonObject & { readonly extractor: string; readonly field: string };

/** What an application of a result changed. */
export interface AppliedExtraction {
  readonly extractor: string;
  readonly turn: number;
  /** The stored object; undefined when nothing was stored because the run failed or was stale. */
  readonly value: JsonObject | undefined;
  /** Keys that were promoted to, in the order of the rules. */
  readonly written: readonly string[];
}

/** Stores a result, tells of it, and promotes its fields. Returns the stored object and the keys written. */
export function applyExtraction(
  host: ApplyHost,
  extractor: Extractor,
  extraction: Extraction,
  read: WhatWasRead,
): { readonly value: JsonObject; readonly written: readonly string[] } {
  const { emit, state } = host;
  const { name } = extractor;
  const found = definedFields(extraction.value);
  spreadRedaction(state, extractor);
  const earlier = state.get(name);
  const value = extractor.remember === true ? withEarlier(earlier, found) : found;
  if (!jsonEqual(earlier, value)) byRuntime(state, () => state.set(name, value));
  emit({ type: 'extraction', name, value: shown(host, name, value) });
  for (const problem of extraction.problems ?? []) tellProblem(host, name, problem);
  const written: string[] = [];
  for (const rule of consentsLast(extractor.promote ?? [], host)) {
    const fieldValue = Object.hasOwn(found, rule.field) ? found[rule.field] : undefined;
    if (fieldValue === undefined) continue;
    const evidence = extraction.evidence?.[rule.field];
    if (promote(host, name, rule, fieldValue, read, evidence)) written.push(stateKeyName(rule.stateKey));
  }
  return { value, written };
}

/** Tells that an extractor, or one field of it, failed. */
export function tellFailure(
  { emit, redactor }: Pick<ApplyHost, 'emit' | 'redactor'>,
  name: string,
  error: string,
): void {
  emit({ type: 'extractionError', name, error: redactor?.text(error) ?? error });
}

/** The value of a state key as it may be shown. */
function shown({ redactor, state }: ApplyHost, key: string, value: JsonValue): JsonValue {
  return redactor === undefined ? state.mask(key, value) : redactor.stateValue(key, value);
}

/** Some libraries quote the value that they refuse: of a redacted field nothing is told but that it failed. */
function tellProblem(host: ApplyHost, name: string, problem: FieldProblem): void {
  const { report, state } = host;
  const { field, cause } = problem;
  const isHidden = state.isRedacted(field);
  const error = isHidden ? 'its value was refused' : problem.error;
  tellFailure(host, `${name}.${field}`, error);
  const text = `extractor '${name}', field '${field}': ${error}`;
  report(new RuntimeError('extractorFailed', text, isHidden ? {} : { cause }));
}

/** Decides, writes and tells one promotion. Returns whether it wrote. */
function promote(
  host: ApplyHost,
  extractor: string,
  rule: PromotionRule,
  value: JsonValue,
  read: WhatWasRead,
  evidence: FieldEvidence | undefined,
): boolean {
  const { emit, state } = host;
  const stateKey = stateKeyName(rule.stateKey);
  const decided = decidePromotion({
    rule,
    value,
    state,
    changedSince: () => changedByOthers(host, stateKey, read.revision),
    onGuardError: (cause) => {
      const text = `promotion rule ${extractor}.${rule.field} to '${stateKey}' threw; the value was refused`;
      host.report(new RuntimeError('guardFailed', text, { cause }));
    },
  });
  const isPast = decided === PROMOTION_REASONS.accepted && wasTakenBack(host, stateKey, value, read.heard);
  const isUnasked = value === true && isNoConsent(host, stateKey, read.words);
  const reason = isPast ? PROMOTION_REASONS.kept : isUnasked ? refused(decided) : decided;
  const accepted = reason === PROMOTION_REASONS.accepted;
  if (accepted) {
    const { source = 'extraction', confidence } = evidence ?? {};
    const meta = { source, extractor, field: rule.field, ...(confidence !== undefined && { confidence }) };
    if (!write(host, rule.stateKey, value, meta, read.heard)) return false;
    emit({ type: 'extraction', name: `${extractor}.${rule.field}`, value: shown(host, stateKey, value) });
  }
  emit({
    type: 'statePromotion',
    extractor,
    field: rule.field,
    stateKey,
    accepted,
    reason,
    value: shown(host, stateKey, value),
  });
  return accepted;
}

/** A yes is to what else was said: that comes first. */
function consentsLast(rules: readonly PromotionRule[], { consent }: ApplyHost): readonly PromotionRule[] {
  if (consent === undefined) return rules;
  const isConsent = ({ stateKey }: PromotionRule): boolean => consent.isConsent(stateKeyName(stateKey));
  return [...rules.filter((rule) => !isConsent(rule)), ...rules.filter(isConsent)];
}

function isNoConsent({ consent }: ApplyHost, key: string, words: string): boolean {
  return consent?.isConsent(key) === true && !consent.mayCount({ key, words });
}

function refused(decided: PromotionReason): PromotionReason {
  return decided === PROMOTION_REASONS.accepted ? PROMOTION_REASONS.predicate : decided;
}

/** Writes a promoted value and how it is known. A value that state refuses is an error of this field alone. */
function write(
  host: ApplyHost,
  key: PromotionRule['stateKey'],
  value: JsonValue,
  meta: PromotionMeta,
  heard: string,
): boolean {
  const { state, promotions } = host;
  const stateKey = stateKeyName(key);
  try {
    // A typed key refuses by its own schema what is not of its type.
    byRuntime(state, () => (typeof key === 'string' ? state.set(key, value) : state.set(key, value)));
  } catch (cause) {
    const error = `state refused the value for '${stateKey}': check its schema and the rule's target`;
    tellFailure(host, `${meta.extractor}.${meta.field}`, error);
    host.report(new RuntimeError('extractorFailed', `${meta.extractor}.${meta.field}: ${error}`, { cause }));
    return false;
  }
  promotions.set(stateKey, { sequence: state.revision, heard, value });
  runtimeWriter(state).set(`stateMeta:${stateKey}`, meta);
  return true;
}

/** When the journal no longer reaches back so far, the key counts as changed: keeping what is there is safe. */
function changedByOthers({ state, promotions }: ApplyHost, key: string, revision: number): boolean {
  const changes = state.journal.trySince(revision);
  if (changes === null) return true;
  const ours = promotions.get(key)?.sequence;
  return changes.some((change) => change.key === key && change.sequence !== ours);
}

/** Whether these very words gave the key this value before, and somebody has changed it since: what they say is past. */
function wasTakenBack(host: ApplyHost, key: string, value: JsonValue, heard: string): boolean {
  const last = host.promotions.get(key);
  if (last === undefined || last.heard !== heard || !equivalent(last.value, value)) return false;
  return changedByOthers(host, key, last.sequence);
}

/** A field whose target is redacted is redacted in the result, too, under its own name. */
function spreadRedaction(state: State, { promote = [] }: Extractor): void {
  for (const { field, stateKey } of promote) {
    if (state.isRedacted(stateKeyName(stateKey)) && !state.isRedacted(field)) state.redact(field);
  }
}

function withEarlier(earlier: JsonValue | undefined, found: JsonObject): JsonObject {
  if (!isJsonObject(earlier)) return found;
  const news = Object.entries(found).filter(
    ([field, value]) => value !== null || !Object.hasOwn(earlier, field),
  );
  return Object.fromEntries([...Object.entries(earlier), ...news]);
}

/** The result without fields that are undefined, which JSON does not have. */
function definedFields(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}
