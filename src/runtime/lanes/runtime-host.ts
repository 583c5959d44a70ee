import type { Clock } from '../../wire/index.ts';
import type { Emit } from '../live-event.ts';
import type { RuntimeError } from '../runtime-error.ts';

/** What every part of the runtime is given; a part asks for the fields it needs with `Pick`. */
export interface RuntimeHost {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Tells of a fault in user code, or of ours, as an `error` event. Never throws. */
  readonly report: (error: RuntimeError) => void;
}
