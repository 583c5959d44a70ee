/** When a piece arrives at the pace of a connection. Pure, but for its chance. */
import type { Random } from '../../wire/platform/system-random.ts';
import type { Pace } from './proxy-fault.ts';

/** Larger pieces are split, so that a narrow connection trickles rather than lumps. */
const LARGEST_PIECE = 16 * 1024;
const PIECES_PER_SECOND = 50;

/** Gives each piece its time, never before the one ahead of it. */
export class PieceTiming {
  readonly #random: Random;
  #pace: Pace = {};
  /** When the last bit of the last piece leaves. */
  #busyUntilMs = 0;
  #lastDueMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Changes the pace of what comes from now on. */
  slow({ latencyMs, jitterMs, bytesPerSecond, lossRate, retransmitMs }: Pace): void {
    this.#pace = {
      ...this.#pace,
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(jitterMs === undefined ? {} : { jitterMs }),
      ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
      ...(lossRate === undefined ? {} : { lossRate }),
      ...(retransmitMs === undefined ? {} : { retransmitMs }),
    };
  }

  /** How long a piece may be. */
  get pieceBytes(): number {
    const { bytesPerSecond = Number.POSITIVE_INFINITY } = this.#pace;
    return Math.max(1, Math.min(LARGEST_PIECE, Math.floor(bytesPerSecond / PIECES_PER_SECOND)));
  }

  /** When a piece that comes now arrives. */
  dueMs(nowMs: number, bytes: number): number {
    const { latencyMs = 0, jitterMs = 0, bytesPerSecond, lossRate = 0, retransmitMs = 200 } = this.#pace;
    const sendMs = bytesPerSecond === undefined ? 0 : (bytes * 1000) / bytesPerSecond;
    this.#busyUntilMs = Math.max(this.#busyUntilMs, nowMs) + sendMs;
    const jitter = jitterMs === 0 ? 0 : jitterMs * this.#random();
    const loss = lossRate > 0 && this.#random() < lossRate ? retransmitMs : 0;
    this.#lastDueMs = Math.max(this.#lastDueMs, this.#busyUntilMs + latencyMs + jitter + loss);
    return this.#lastDueMs;
  }
}
