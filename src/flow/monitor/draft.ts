/** One run of the reducer: what it has found so far. It lives as long as one call of `stepFlow`. */
import type { CompiledFlow } from '../compile/compiled-flow.ts';
import { jsonEqual } from '../equivalence.ts';
import type { Fault } from '../fault.ts';
import { changedReader, type StateEffect } from '../state-effect.ts';
import type { JsonValue, StateReader } from '../state-reader.ts';
import type { FlowEvent, FlowState, LayerState } from './flow-state.ts';
import { layerNamed, withMarking } from './layers.ts';
import { relatch } from './marking.ts';
import { withoutEntries } from './own-entries.ts';

export interface Draft {
  readonly flow: CompiledFlow;
  /** Replaced, never changed. */
  state: FlowState;
  /** The state of the conversation with the effects so far. */
  readonly reader: StateReader;
  readonly effects: readonly StateEffect[];
  readonly events: FlowEvent[];
  readonly faults: Fault[];
  /** Writes a key, unless it has this value. Undefined deletes it. */
  readonly write: (key: string, value: JsonValue | undefined) => void;
}

export function createDraft(flow: CompiledFlow, state: FlowState, before: StateReader): Draft {
  const effects: StateEffect[] = [];
  const written = new Map<string, JsonValue | undefined>();
  const reader = changedReader(before, written);
  return {
    flow,
    state,
    reader,
    effects,
    events: [],
    faults: [],
    write: (key, value) => {
      if (value === undefined ? !reader.has(key) : jsonEqual(reader.get(key), value)) return;
      written.set(key, value);
      effects.push(value === undefined ? { type: 'delete', key } : { type: 'set', key, value });
    },
  };
}

export function mark(draft: Draft, name: string, marking: LayerState): void {
  draft.state = withMarking(draft.state, name, marking);
}

/** Deletes keys. What is given for a watched slot next is its first value again. */
export function clearKeys(draft: Draft, keys: readonly string[]): void {
  for (const key of keys) draft.write(key, undefined);
  const slots = withoutEntries(draft.state.slots, keys);
  if (slots !== draft.state.slots) draft.state = { ...draft.state, slots };
}

/** Latches what is done in a layer, and tells of it. */
export function relatchLayer(draft: Draft, name: string): void {
  const { flow, reader: state, events, faults } = draft;
  const { layer, marking } = layerNamed(flow, draft.state, name);
  const now = relatch(layer, marking, { state, answers: draft.state.answers }, faults);
  if (now === marking) return;
  for (const step of now.done.slice(marking.done.length)) {
    events.push({ type: 'stepDone', step, layer: name });
  }
  mark(draft, name, now);
}

/** Tells of steps that are active for the first time. */
export function enterSteps(draft: Draft, name: string): void {
  const { marking } = layerNamed(draft.flow, draft.state, name);
  const entering = marking.active.filter((step) => !marking.entered.includes(step));
  if (entering.length === 0) return;
  for (const step of entering) draft.events.push({ type: 'stepEntered', step, layer: name });
  mark(draft, name, { ...marking, entered: [...marking.entered, ...entering] });
}
