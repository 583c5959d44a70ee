import { RuntimeError } from '../../runtime-error.ts';
import type { CutOff, PlaybackLedger } from './playback-ledger.ts';

/** What of a ledger a view shows and tells. */
export type ReportedLedger = Pick<
  PlaybackLedger,
  'playbackActive' | 'turn' | 'heardMs' | 'receivedMs' | 'remainingMs' | 'reported' | 'drained' | 'flushed'
>;

/** `handle.playback`: what the listener hears, and where a player says what it really played. */
export class PlaybackView {
  readonly #ledger: ReportedLedger;
  readonly #onDrained: () => void;

  /** @param onDrained the runtime's way of a player's `drained()`; the ledger was told before. */
  constructor(ledger: ReportedLedger, onDrained: () => void) {
    this.#ledger = ledger;
    this.#onDrained = onDrained;
  }

  /** Whether something is being heard, or about to be. */
  get active(): boolean {
    return this.#ledger.playbackActive;
  }

  /** How much of the newest turn with audio was heard; 0 when there was none. */
  get heardMs(): number {
    const { turn } = this.#ledger;
    return turn === undefined ? 0 : (this.#ledger.heardMs(turn) ?? 0);
  }

  /** How much audio of the newest turn has come. */
  get queuedMs(): number {
    const { turn } = this.#ledger;
    return turn === undefined ? 0 : this.#ledger.receivedMs(turn);
  }

  /** How much is still to be heard, over all turns. */
  get remainingMs(): number {
    return this.#ledger.remainingMs;
  }

  /**
   * The player has played `playedMs` of a turn's audio: the position of a worklet, a mark of a telephony stream.
   * `turn` is the one stamped on the audio's events; by default the newest. From there the estimate goes on in real
   * time. Reports of audio that was flushed are ignored.
   *
   * @throws RuntimeError `invalidArgument` when a number is not finite or is negative.
   */
  report(playedMs: number, turn?: number): void {
    requireAmount('playedMs', playedMs);
    if (turn !== undefined) requireAmount('turn', turn);
    this.#ledger.reported(playedMs, turn);
  }

  /** The player has played everything: the same as the handle's `playbackDrained()`. */
  drained(): void {
    this.#ledger.drained();
    this.#onDrained();
  }

  /** The player dropped what it had not played. An interruption implies it: only for drops of your own. */
  flushed(): CutOff | undefined {
    return this.#ledger.flushed();
  }
}

function requireAmount(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new RuntimeError('invalidArgument', `playback.report takes a ${name} of 0 or more: got ${value}.`);
}
