import type { Cancel, Clock } from '../../wire/index.ts';
import type { LiveEvent } from '../live-event.ts';
import type { State } from '../state/state.ts';
import type { Voice } from '../voice/voice.ts';

/** How often rules see a `timerTick`. */
const TICK_MS = 100;

interface RuleFeedHost {
  readonly clock: Clock;
  readonly state: State;
  readonly voice: Voice;
}

/** Lets an application's own rules of the voice reactor see the session. Made only for a session that has some. */
export class RuleFeed {
  readonly #core: RuleFeedHost;
  #cursor: number;
  #cancel: Cancel;

  constructor(core: RuleFeedHost) {
    this.#core = core;
    this.#cursor = core.state.journal.cursor;
    this.#cancel = this.#schedule();
  }

  /** Anything but audio and media: they come too often, and say nothing that the ledger does not know. */
  heard(event: LiveEvent): void {
    if (event.type !== 'audio' && event.type !== 'media')
      this.#core.voice.uplink.feed({ type: 'live', event });
  }

  /** The state is settled: each key that changed is told once. */
  settled(): void {
    const { state, voice } = this.#core;
    const { journal } = state;
    if (journal.cursor === this.#cursor) return;
    const keys = new Set(journal.since(this.#cursor).map(({ key }) => key));
    this.#cursor = journal.cursor;
    for (const key of keys) voice.uplink.feed({ type: 'stateChanged', key });
  }

  close(): void {
    this.#cancel();
  }

  #schedule(): Cancel {
    return this.#core.clock.schedule(TICK_MS, () => {
      this.#cancel = this.#schedule();
      this.#core.voice.uplink.feed({ type: 'timerTick' });
    });
  }
}
