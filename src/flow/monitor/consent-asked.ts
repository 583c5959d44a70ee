/** A yes is to what was asked: when one that somebody found counts as the consent to a commit. */
import type { CompiledFlow, CompiledLayer, CompiledStep, ToolRule } from '../compile/compiled-flow.ts';
import { equivalent } from '../equivalence.ts';
import type { Guard, GuardFacts } from '../guard/guard.ts';
import { guardMentions } from '../guard/guard-mentions.ts';
import { guardParts } from '../guard/guard-parts.ts';
import { holds } from '../guard/holds.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { Draft } from './draft.ts';
import type { FlowState } from './flow-state.ts';
import { factsOf, layersOf, topLayer } from './layers.ts';
import { own } from './own-entries.ts';

/** Where a yes was found: `k` and a state key, or `q` and a question. */
export type Finding = `k${string}` | `q${string}`;

/** What a commit waits to be told: keys that must be true, and questions that must be answered with yes. */
type Consent = ReadonlySet<Finding>;

/**
 * By tool, the commits that wait for nothing but a consent: a step that is about it is active, and the rest of what it waits
 * for holds. With the values that it is bound to, as they are now. Asked when the user begins to speak.
 */
export function askedNow({ flow, reader, state }: Draft): FlowState['asking'] {
  const { layer, marking } = topLayer(flow, state);
  const facts = factsOf(marking, {}, reader);
  const asked = layer.rules.filter((rule) => {
    if (rule.commit === undefined) return false;
    const { consent, about } = consentOf(rule, layer, flow);
    if (about.length > 0 && !about.some((id) => marking.active.includes(id))) return false;
    const { until } = rule;
    const agreed = assuming(consent, facts);
    // What fails here is told when the tool is asked for.
    return until.every((guard) => holds(guard, agreed, [], ''));
  });
  return Object.fromEntries(asked.map((rule) => [rule.tool, boundValues(rule, reader)]));
}

/**
 * Whether a yes that was found there may count: it is no consent to a commit, or to one that was asked for when the user
 * began to speak, and what it is bound to has not changed since.
 */
export function mayCount(
  flow: CompiledFlow,
  { asking }: Pick<FlowState, 'asking'>,
  reader: StateReader,
  of: Finding,
): boolean {
  const waiting = consentsWaiting(flow, of);
  const isAsked = (rule: ToolRule): boolean => {
    const asked = own(asking, rule.tool);
    if (asked === undefined) return false;
    return boundValues(rule, reader).every((value, at) => equivalent(value, asked[at] ?? null));
  };
  return waiting.length === 0 || waiting.some(isAsked);
}

/** The commits that wait for this key to be true, or for this question to be answered with yes. */
export function consentsWaiting(flow: CompiledFlow, of: Finding): readonly ToolRule[] {
  return layersOf(flow).flatMap(({ rules }) =>
    rules.filter(({ commit }) => commit !== undefined && consentTo(commit, flow).has(of)),
  );
}

/** Of rules, which never change: a conversation asks in each of its turns. */
const KNOWN = new WeakMap<ToolRule, KnownConsent>();

interface KnownConsent {
  readonly consent: Consent;
  readonly about: readonly string[];
}

/** The consent to a commit, and the steps that are about it. */
function consentOf(rule: ToolRule, { steps }: CompiledLayer, flow: CompiledFlow): KnownConsent {
  const known = KNOWN.get(rule);
  if (known !== undefined) return known;
  const consent = consentTo(rule.commit, flow);
  const about = steps.filter((step) => isAbout(step, rule.tool, consent)).map(({ id }) => id);
  const made = { consent, about };
  KNOWN.set(rule, made);
  return made;
}

function consentTo(commit: ToolRule['commit'], { decisions }: CompiledFlow): Consent {
  const wanted = new Set<Finding>();
  const visit = (guard: Guard): void => {
    if (guard === 'always' || 'not' in guard) return;
    if ('isTrue' in guard) wanted.add(`k${guard.isTrue}`);
    if ('eq' in guard && guard.eq[1] === true) wanted.add(`k${guard.eq[0]}`);
    for (const part of guardParts(guard)) visit(part);
    if ('decided' in guard) for (const id of guardMentions(guard).questions) wanted.add(`q${id}`);
  };
  if (commit !== undefined) visit(commit.until);
  for (const { id, type, writes = '' } of decisions) {
    if (type !== 'boolean') wanted.delete(`q${id}`);
    else if (wanted.has(`k${writes}`)) wanted.add(`q${id}`);
  }
  return wanted;
}

/** Whether the step is for the tool, or for the consent to it. */
function isAbout({ allow, done }: CompiledStep, tool: string, consent: Consent): boolean {
  const { keys, questions, tools } = guardMentions(done);
  return (
    [...allow, ...tools].includes(tool) ||
    keys.some((key) => consent.has(`k${key}`)) ||
    questions.some((id) => consent.has(`q${id}`))
  );
}

/** The world in which the user has agreed. */
function assuming(consent: Consent, facts: GuardFacts): GuardFacts {
  const { state } = facts;
  const agreed = (key: string): boolean => consent.has(`k${key}`);
  return {
    ...facts,
    state: { get: (key) => agreed(key) || state.get(key), has: (key) => agreed(key) || state.has(key) },
    answer: (question) => (consent.has(`q${question}`) ? { outcome: 'yes', confidence: 1 } : undefined),
  };
}

function boundValues({ commit }: ToolRule, reader: StateReader): readonly JsonValue[] {
  return Object.values(commit?.binds ?? {}).map((key) => reader.get(key) ?? null);
}
