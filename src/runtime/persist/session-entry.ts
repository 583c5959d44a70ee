/** What happens in a session, as its journal has it: each entry changes what a snapshot holds. Plain JSON, redacted. */
import type { FlowState } from '../../flow/monitor/flow-state.ts';
import type { PhasePlace, PhaseVisit } from '../../flow/phases/phase-history.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { KeptEntry } from './sealing.ts';
import type { KeptCall, KeptHandle, KeptTurn, Moment } from './session-snapshot.ts';

export type SessionEntry =
  /**
   * A process takes the session over: it is written first, so that another one which still writes is told. `revision` is
   * that of its state, which counts anew.
   */
  | {
      readonly type: 'begun';
      readonly at: Moment;
      readonly revision: number;
      readonly conversation?: string;
    }
  /** A mutation: a value, a seal, a mask, or nothing when the key was removed. */
  | {
      readonly type: 'state';
      readonly revision: number;
      readonly key: string;
      readonly value?: JsonValue;
      readonly sealed?: string;
      readonly masked?: true;
    }
  /** All marks of redaction, and what is kept from now on of values that were written before they were marked. */
  | {
      readonly type: 'marks';
      readonly keys: readonly string[];
      readonly state?: readonly KeptEntry[];
      readonly open?: readonly KeptCall[];
    }
  /** The fields of the flow's state that changed. */
  | { readonly type: 'flow'; readonly changes: Partial<FlowState> }
  | { readonly type: 'phase'; readonly place: PhasePlace; readonly visits: readonly PhaseVisit[] }
  | { readonly type: 'toolStarted'; readonly call: KeptCall }
  /** Its work begins. */
  | { readonly type: 'toolRunning'; readonly callId: string; readonly idempotencyKey?: string }
  /** It is answered or given up, and nothing of it runs. `summary`: the beginning of its answer. */
  | { readonly type: 'toolEnded'; readonly callId: string; readonly summary?: string }
  | { readonly type: 'once'; readonly tool: string; readonly spent: boolean }
  /** The model was reached, for the first time. */
  | { readonly type: 'opened' }
  /** A turn is over, or, when it was kept already, its words are known better. */
  | { readonly type: 'turn'; readonly turn: KeptTurn; readonly at: Moment }
  | { readonly type: 'resume'; readonly resume: KeptHandle };

export type SessionEntryType = SessionEntry['type'];

/** An entry in its place. */
export interface NumberedEntry {
  readonly seq: number;
  readonly data: SessionEntry;
}

/** The fields that differ; undefined when none does. States share what did not change, so this compares references. */
export function flowChanges(before: FlowState | undefined, after: FlowState): Partial<FlowState> | undefined {
  if (before === undefined) return after;
  const changed = Object.entries(after).filter(
    ([field, value]) => before[field as keyof FlowState] !== value,
  );
  // Fields of a flow's state, with values of theirs.
  return changed.length === 0 ? undefined : (Object.fromEntries(changed) as Partial<FlowState>);
}
