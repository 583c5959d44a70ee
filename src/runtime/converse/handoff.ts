/** What a person needs to take over a conversation, in one piece. */
import type { CompiledSlot } from '../../flow/conversation/compiled-conversation.ts';
import type { FlowExplanation } from '../../flow/monitor/explain-flow.ts';
import type { JsonValue } from '../../flow/state-reader.ts';
import type { ToolRecord, TurnRecord } from '../record/turn-record.ts';
import type { StateSnapshot } from '../state/state-snapshot.ts';

/** What a packet is made of. All of it redacted already: nothing is masked here. */
export interface HandoffParts {
  /** Why a person is asked, in words. */
  readonly reason: string;
  /** `state.snapshot({ redacted: true })`. */
  readonly state: Pick<StateSnapshot, 'values' | 'redacted'>;
  /** Ended turns, oldest first: `handle.turns`. */
  readonly turns: readonly TurnRecord[];
  /** The turn in progress. */
  readonly current?: Pick<TurnRecord, 'heard' | 'said' | 'tools'>;
  readonly explanation?: FlowExplanation;
  /** Name and meaning of what was collected; other keys go by their own name. */
  readonly slots?: ReadonlyArray<Pick<CompiledSlot, 'name' | 'stateKey' | 'description'>>;
  readonly conversation?: string;
  readonly sessionId?: string;
}

/** Plain JSON. */
export interface HandoffPacket {
  readonly version: 1;
  readonly reason: string;
  readonly conversation?: string;
  readonly sessionId?: string;
  /** Where the conversation stands; absent where no flow governs. */
  readonly where?: {
    readonly active: readonly string[];
    readonly done: readonly string[];
    /** Digressions under way, the outermost first. */
    readonly path: readonly string[];
    readonly complete: boolean;
    /** Steps that the conversation should have done and has not. */
    readonly missing: readonly string[];
    /** By active step: what it waits for. */
    readonly waitsFor: { readonly [step: string]: readonly string[] };
  };
  /** What was collected. */
  readonly facts: readonly HandoffFact[];
  /** The last words, oldest first. */
  readonly transcript: ReadonlyArray<{ readonly speaker: 'user' | 'assistant'; readonly text: string }>;
  /** The last calls of tools that ran, oldest first. */
  readonly tools: ReadonlyArray<Pick<ToolRecord, 'name' | 'args' | 'result' | 'outcome'>>;
  /** The same for people to read, at most 4,000 characters. */
  readonly text: string;
}

export interface HandoffFact {
  /** The slot's, else the state key. */
  readonly name: string;
  readonly description?: string;
  readonly value: JsonValue;
  /** The value is not shown here. */
  readonly masked?: true;
}
