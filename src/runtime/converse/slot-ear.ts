/** Hears the slots of a conversation in what the user says, in a live session as in a simulation. */
import type { CompiledConversation } from '../../flow/conversation/compiled-conversation.ts';
import { confirmedKey, type HeardValue, hearUser } from '../../flow/conversation/hear-user.ts';
import { jsonEqual } from '../../flow/equivalence.ts';
import type { FlowState, LayerState } from '../../flow/monitor/flow-state.ts';
import type { StateEffect } from '../../flow/state-effect.ts';
import type { JsonValue, StateReader } from '../../flow/state-reader.ts';
import type { RuntimeHost } from '../lanes/runtime-host.ts';
import type { Redactor } from '../record/redactor.ts';
import type { TranscriptTurn } from '../record/transcript-turn.ts';
import { RuntimeError } from '../runtime-error.ts';
import type { RuntimeStateWriter } from '../state/runtime-writer.ts';
import type { State } from '../state/state.ts';

export interface SlotEarHost extends Pick<RuntimeHost, 'emit' | 'report'> {
  readonly state: State;
  readonly write: Pick<RuntimeStateWriter, 'set' | 'delete'>;
  /** What events are shown through. @default the marks of the state alone */
  readonly redactor?: Pick<Redactor, 'stateValue'> | undefined;
  /** Milliseconds since 1970, for recognisers of dates. @default none: no dates are recognised */
  readonly now?: (() => number) | undefined;
}

/** The name under which events tell of slots. */
export const HEARD = 'heard';

/** How things stood before the first words of a turn, and what was made of those that were heard since. */
interface TurnMemory {
  readonly turn: number;
  /** By key, of everything that hearing may write; undefined is absent. */
  readonly before: ReadonlyMap<string, JsonValue | undefined>;
  readonly active: readonly string[];
  readonly words: string;
  /** What hearing has left under each key it wrote. */
  readonly left: ReadonlyMap<string, JsonValue | undefined>;
  readonly told: readonly HeardValue[];
}

/**
 * Applies `hearUser` once to each turn of the user, as far as it is known: when there are more words than at the last
 * hearing, the turn is heard anew as a whole, from how things stood before it, and what now comes out otherwise is written
 * again. Synchronous; what the state refuses is reported.
 */
export class SlotEar {
  readonly #conversation: CompiledConversation;
  readonly #host: SlotEarHost;
  readonly #keys: readonly string[];
  #memory: TurnMemory | undefined;

  constructor(conversation: CompiledConversation, host: SlotEarHost) {
    this.#conversation = conversation;
    this.#host = host;
    this.#keys = conversation.slots.flatMap((slot) => [
      slot.stateKey,
      metaKey(slot.stateKey),
      confirmedKey(slot),
    ]);
  }

  /** Whether hearing may change one of these keys. */
  mayWrite(keys: readonly string[]): boolean {
    return keys.some((key) => this.#keys.includes(key));
  }

  /** Hears a turn that has ended, or that goes on. Returns whether anything was written. */
  hear({ number, user }: Pick<TranscriptTurn, 'number' | 'user'>): boolean {
    // Late words of a turn that is past come when its hearing is history.
    if (number < (this.#memory?.turn ?? 0)) return false;
    const memory = this.#memory?.turn === number ? this.#memory : this.#begin(number);
    // Words may come after the end of their turn: they were said as things stood then.
    this.#memory = memory;
    if (user.trim() === '' || user === memory.words) return false;
    const { state, now } = this.#host;
    const { effects, promotions } = hearUser(
      this.#conversation,
      user,
      asBefore(state, memory.before),
      markingOf(memory.active),
      now?.(),
    );
    const { left, refused } = this.#write(memory, effects);
    this.#tell(promotions, memory.told, refused);
    this.#memory = { ...memory, words: user, left, told: promotions };
    return left.size > 0 || memory.left.size > 0;
  }

  /** Keys of the turn were removed at its end: what was heard of it before is to be heard anew. */
  turnKeysCleared(): void {
    if (this.#memory === undefined) return;
    const { before, left } = this.#memory;
    this.#memory = {
      ...this.#memory,
      before: new Map([...before].map(([key, value]) => [key, isTurnKey(key) ? undefined : value])),
      left: new Map([...left].filter(([key]) => !isTurnKey(key))),
      words: '',
    };
  }

  #begin(turn: number): TurnMemory {
    const { state } = this.#host;
    const active = state.get('flow:active');
    return {
      turn,
      before: new Map(this.#keys.map((key) => [key, state.get(key)])),
      active: Array.isArray(active) ? active.filter((step): step is string => typeof step === 'string') : [],
      words: '',
      left: new Map(),
      told: [],
    };
  }

  /** What is wanted now, and what was wanted and no longer is: as it was before, unless somebody else has changed it. */
  #write(
    { before, left }: TurnMemory,
    effects: readonly StateEffect[],
  ): { readonly left: ReadonlyMap<string, JsonValue | undefined>; readonly refused: ReadonlySet<string> } {
    const { state, write } = this.#host;
    const wanted = new Map<string, JsonValue | undefined>();
    for (const [key, value] of left) if (same(state.get(key), value)) wanted.set(key, before.get(key));
    const results = new Map<string, JsonValue | undefined>();
    for (const effect of effects) {
      const value = effect.type === 'set' ? effect.value : undefined;
      results.set(effect.key, value);
      // What these words gave before and somebody has changed since is past: a yes that a correction took back.
      const isPast = left.has(effect.key) && same(left.get(effect.key), value);
      if (isPast && !same(state.get(effect.key), value)) continue;
      wanted.set(effect.key, value);
    }
    const refused = new Set<string>();
    for (const [key, value] of wanted) {
      if (same(state.get(key), value)) continue;
      try {
        if (value === undefined) write.delete(key);
        else write.set(key, value);
      } catch (cause) {
        refused.add(key);
        results.delete(key);
        this.#refuse(key, cause);
      }
    }
    return { left: results, refused };
  }

  #refuse(key: string, cause: unknown): void {
    const { emit, report } = this.#host;
    const error = `state refused what was heard for '${key}': check its schema and the recogniser of the slot`;
    emit({ type: 'extractionError', name: HEARD, error });
    report(new RuntimeError('extractorFailed', error, { cause }));
  }

  #tell(promotions: readonly HeardValue[], told: readonly HeardValue[], refused: ReadonlySet<string>): void {
    const { emit, redactor, state } = this.#host;
    for (const promotion of promotions) {
      const { slot, stateKey, value, accepted, reason } = promotion;
      if (told.some((one) => one.slot === slot && one.reason === reason && same(one.value, value))) continue;
      if (accepted && refused.has(stateKey)) continue;
      const shown =
        redactor === undefined ? state.mask(stateKey, value) : redactor.stateValue(stateKey, value);
      if (accepted) emit({ type: 'extraction', name: `${HEARD}.${slot}`, value: shown });
      emit({
        type: 'statePromotion',
        extractor: HEARD,
        field: slot,
        stateKey,
        accepted,
        reason,
        value: shown,
      });
    }
  }
}

function isTurnKey(key: string): boolean {
  return key.startsWith('turn:');
}

function metaKey(stateKey: string): string {
  return `stateMeta:${stateKey}`;
}

function same(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === undefined || b === undefined ? a === b : jsonEqual(a, b);
}

/** The state with the keys of slots as they were. */
function asBefore(state: StateReader, before: ReadonlyMap<string, JsonValue | undefined>): StateReader {
  const get = (key: string): JsonValue | undefined => (before.has(key) ? before.get(key) : state.get(key));
  return { get, has: (key) => (before.has(key) ? get(key) !== undefined : state.has(key)) };
}

/** The runtime publishes the active steps of what drives; hearing asks for no more. */
function markingOf(active: readonly string[]): Pick<FlowState, 'main' | 'digressions' | 'path'> {
  const main: LayerState = { done: [], active, entered: [], calls: {}, resetsHeld: [], agreed: {} };
  return { main, digressions: {}, path: [] };
}
