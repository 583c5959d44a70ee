/** Faults that last, each kind once. */
import type { Fault } from './fault.ts';

/** Kinds that last from when they are given, rather than strike at a moment. */
export type StandingType =
  | 'missingSetupComplete'
  | 'slowPongs'
  | 'lateFrames'
  | 'lateInterrupted'
  | 'duplicateInterrupted'
  | 'emptyServerContent'
  | 'missingGenerationComplete'
  | 'missingTurnComplete'
  | 'duplicateToolCalls'
  | 'unknownKeys'
  | 'muteAudio'
  | 'truncatedTranscription'
  | 'audioDuringCall'
  | 'reissuedCalls'
  | 'staleHandles'
  | 'poisonedHandles'
  | 'laggingHandles'
  | 'lateHandles'
  | 'unresumable'
  | 'lingeringConnection';

/** A fault of one type. */
export type FaultOf<T extends Fault['type']> = Extract<Fault, { readonly type: T }>;

/** The faults that stand on one connection. */
export class StandingFaults {
  readonly #faults = new Map<StandingType, Fault>();

  /** Replaces one of the same kind. */
  add(fault: FaultOf<StandingType>): void {
    this.#faults.set(fault.type, fault);
  }

  /** Ends this fault, unless another took its place. */
  end(fault: FaultOf<StandingType>): void {
    if (this.#faults.get(fault.type) === fault) this.#faults.delete(fault.type);
  }

  has(type: StandingType): boolean {
    return this.#faults.has(type);
  }

  get<T extends StandingType>(type: T): FaultOf<T> | undefined {
    // The map's key is the type of its value.
    return this.#faults.get(type) as FaultOf<T> | undefined;
  }
}
