/** Puts together what a person needs to take over a conversation. */
import type { FlowExplanation } from '../../flow/monitor/explain-flow.ts';
import { isRuntimeKey } from '../../flow/runtime-keys.ts';
import type { ToolRecord } from '../record/turn-record.ts';
import type { HandoffFact, HandoffPacket, HandoffParts } from './handoff.ts';
import { handoffText } from './handoff-text.ts';

const MAX_TURNS = 10;
const MAX_TOOLS = 20;
const MAX_FACTS = 100;
const MAX_FACT_BYTES = 2_000;
/** Of one turn, and gone with it. */
const PASSING = /^(?:turn|temp|bg|intent):/;
/** A call that was refused never ran. */
const RAN: readonly ToolRecord['outcome'][] = ['succeeded', 'failed', 'running'];

/** Makes a packet. Pure; it holds the last 10 turns, the last 20 calls and up to 100 facts, slots first. */
export function handoffPacket(parts: HandoffParts): HandoffPacket {
  const { conversation, current, explanation, reason, sessionId, turns } = parts;
  const words = [...turns, ...(current === undefined ? [] : [current])];
  const packet: Omit<HandoffPacket, 'text'> = {
    version: 1,
    reason,
    ...(conversation !== undefined && { conversation }),
    ...(sessionId !== undefined && { sessionId }),
    ...(explanation !== undefined && { where: whereOf(explanation) }),
    facts: factsOf(parts),
    transcript: words
      .slice(-MAX_TURNS)
      .flatMap(({ heard, said }) => [
        ...(heard.trim() === '' ? [] : [{ speaker: 'user', text: heard.trim() } as const]),
        ...(said.trim() === '' ? [] : [{ speaker: 'assistant', text: said.trim() } as const]),
      ]),
    tools: words
      .flatMap(({ tools }) => tools)
      .filter(({ outcome }) => RAN.includes(outcome))
      .slice(-MAX_TOOLS)
      .map(({ name, args, result, outcome }) => ({ name, args, result, outcome })),
  };
  return { ...packet, text: handoffText(packet) };
}

function whereOf(explanation: FlowExplanation): NonNullable<HandoffPacket['where']> {
  const { active, activeProgress, complete, done, missingRequirements, overlayPath } = explanation;
  const waitsFor = Object.entries(activeProgress).map(([step, trace]) => [step, unmet(trace)] as const);
  return {
    active,
    done,
    path: overlayPath,
    complete,
    missing: missingRequirements,
    waitsFor: Object.fromEntries(waitsFor),
  };
}

/** The innermost parts of a guard that do not hold. */
function unmet(trace: FlowExplanation['activeProgress'][string]): readonly string[] {
  if (trace.holds) return [];
  const inner = trace.children.flatMap(unmet);
  return inner.length === 0 ? [trace.description] : [...new Set(inner)];
}

function factsOf({ slots = [], state }: HandoffParts): readonly HandoffFact[] {
  const masked = new Set(state.redacted);
  const fact = (key: string, name: string, description?: string): HandoffFact[] => {
    const value = Object.hasOwn(state.values, key) ? (state.values[key] ?? null) : null;
    if (value === null || JSON.stringify(value).length > MAX_FACT_BYTES) return [];
    return [
      {
        name,
        ...(description !== undefined && { description }),
        value,
        ...(masked.has(key) && { masked: true }),
      },
    ];
  };
  const collected = slots.flatMap(({ name, stateKey, description }) => fact(stateKey, name, description));
  const known = new Set(slots.map(({ stateKey }) => stateKey));
  const others = Object.keys(state.values)
    .filter((key) => !known.has(key) && !isRuntimeKey(key) && !PASSING.test(key))
    .flatMap((key) => fact(key, key));
  return [...collected, ...others].slice(0, MAX_FACTS);
}
